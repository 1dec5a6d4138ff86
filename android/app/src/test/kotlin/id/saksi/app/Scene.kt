package id.saksi.app

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Brush
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import id.saksi.field.Lens
import id.saksi.field.Viewer
import id.saksi.field.kit.Camera
import java.awt.image.BufferedImage
import kotlin.concurrent.thread

/**
 * Stands for the camera: the library sees one picture, over and over, and the screen shows a drawing, so that no
 * real face is in any picture.
 */
class Scene : Eye {
    @Volatile private var camera: Camera? = null
    private var drawing: DrawScope.() -> Unit = DrawScope::desk

    /** How long nothing is seen yet. */
    var waits = 0L

    /** The face of a sample portrait. */
    fun face(portrait: String) {
        camera = Camera.face(portrait)
        drawing = DrawScope::person
    }

    /** A statement letter. */
    fun letter() {
        camera = Camera.letter(7)
        drawing = DrawScope::letter
    }

    /** A page that stands for a document. */
    fun document() {
        camera = Camera.letter(8)
        drawing = DrawScope::letter
    }

    /** A QR code with this text. */
    fun code(text: String) {
        camera = Camera(qr(text))
        drawing = DrawScope::desk
    }

    /** A lens that is covered: no frame comes. */
    fun nothing() {
        camera = null
        drawing = DrawScope::desk
    }

    @Composable
    override fun Preview(lens: Lens, width: Int, height: Int, light: Boolean, viewer: Viewer) {
        DisposableEffect(viewer) {
            var shown = true
            val film = thread(name = "test-camera") {
                Thread.sleep(waits)
                while (shown) {
                    camera?.show(viewer)
                    Thread.sleep(40)
                }
            }
            onDispose {
                shown = false
                film.join(5_000)
            }
        }
        Canvas(Modifier.fillMaxSize()) { drawing() }
    }
}

private fun qr(text: String): BufferedImage {
    val code = QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, QR_SIDE, QR_SIDE)
    val picture = BufferedImage(QR_SIDE, QR_SIDE, BufferedImage.TYPE_INT_RGB)
    for (y in 0 until QR_SIDE) for (x in 0 until QR_SIDE) picture.setRGB(x, y, if (code.get(x, y)) 0 else 0xffffff)
    return picture
}

private const val QR_SIDE = 960

private fun DrawScope.person() {
    drawRect(Brush.verticalGradient(listOf(Color(0xFF9DB7B4), Color(0xFF5E7F80))))
    val middle = size.width / 2
    val skin = Color(0xFFC79A76)
    drawRect(skin, Offset(middle - size.width * 0.1f, size.height * 0.58f), Size(size.width * 0.2f, size.height * 0.16f))
    drawOval(Color(0xFF2E5A63), Offset(middle - size.width * 0.46f, size.height * 0.675f), Size(size.width * 0.92f, size.height * 0.6f))
    drawOval(Color(0xFF2B211C), Offset(middle - size.width * 0.27f, size.height * 0.31f), Size(size.width * 0.54f, size.width * 0.66f))
    drawOval(skin, Offset(middle - size.width * 0.23f, size.height * 0.355f), Size(size.width * 0.46f, size.width * 0.58f))
}

private fun DrawScope.letter() {
    drawRect(Color(0xFF4A3A2E))
    val (wide, high) = size.width * 0.74f to size.width * 0.74f * 1.15f
    val corner = Offset((size.width - wide) / 2, size.height / 2 - high / 2)
    drawRect(Color(0xFFF3F0E6), corner, Size(wide, high))
    repeat(9) { line ->
        val long = if (line % 4 == 3) 0.5f else 0.8f
        drawRect(Color(0xFF58616A), corner + Offset(wide * 0.1f, high * (0.12f + line * 0.085f)), Size(wide * long, 5f))
    }
}

private fun DrawScope.desk() = drawRect(Brush.verticalGradient(listOf(Color(0xFF5A6B66), Color(0xFF34413F))))
