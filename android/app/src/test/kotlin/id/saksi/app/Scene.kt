package id.saksi.app

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Brush
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import id.saksi.core.FrameLayout
import id.saksi.field.Lens
import id.saksi.field.Viewer
import java.io.File
import java.nio.ByteBuffer
import kotlin.concurrent.thread

/**
 * Stands for the camera: the library sees the frames of a file, over and over, and the screen shows a drawing, so that no
 * real face is in any picture.
 */
class Scene : Eye {
    private var frames = Frames.none()
    private var drawing: DrawScope.() -> Unit = {}

    /** How long nothing is seen yet. */
    var waits = 0L

    /** A face: the frames of this name. */
    fun face(name: String) {
        frames = Frames.of(File(given("SAKSI_${name}_FRAME")))
        drawing = DrawScope::person
    }

    /** The statement letter. */
    fun letter() {
        frames = Frames.of(File(given("SAKSI_STATEMENT_FRAME")))
        drawing = DrawScope::letter
    }

    /** A QR code with this text. */
    fun code(text: String) {
        frames = Frames.code(text)
        drawing = DrawScope::desk
    }

    /** Nothing but a desk. */
    fun nothing() {
        frames = Frames.none()
        drawing = DrawScope::desk
    }

    @Composable
    override fun Preview(lens: Lens, width: Int, height: Int, light: Boolean, viewer: Viewer) {
        DisposableEffect(viewer) {
            var shown = true
            val camera = thread(name = "test-camera") {
                Thread.sleep(waits)
                while (shown) {
                    frames.show(viewer)
                    Thread.sleep(40)
                }
            }
            onDispose {
                shown = false
                camera.join(5_000)
            }
        }
        Canvas(Modifier.fillMaxSize()) { drawing() }
    }
}

/** One frame as Android's YUV_420_888, lent again and again with a later time. */
private class Frames(private val bytes: ByteBuffer, private val width: Int, private val height: Int) {
    fun show(viewer: Viewer) {
        val luma = width * height
        val layout = FrameLayout(
            width.toUInt(), height.toUInt(), width.toUInt(), width.toUInt(), 2u, 0u, false, System.nanoTime().toULong(),
        )
        fun from(at: Int, size: Int) = bytes.duplicate().position(at).limit(at + size).slice() as ByteBuffer
        val chroma = luma / 2 - 1
        viewer.frame(from(0, luma), from(luma + 1, chroma), from(luma, chroma), layout)
    }

    companion object {
        fun of(file: File): Frames {
            val (width, height) = file.nameWithoutExtension.split('x').map(String::toInt)
            val bytes = file.readBytes()
            return Frames(ByteBuffer.allocateDirect(bytes.size).put(bytes).flip(), width, height)
        }

        fun code(text: String): Frames {
            val side = 960
            val code = QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, side, side)
            return drawn(side) { x, y -> code.get(x, y) }
        }

        fun none() = drawn(64) { _, _ -> false }

        private fun drawn(side: Int, dark: (Int, Int) -> Boolean): Frames {
            val bytes = ByteBuffer.allocateDirect(side * side * 3 / 2)
            for (y in 0 until side) for (x in 0 until side) bytes.put(if (dark(x, y)) 0 else -1)
            repeat(side * side / 2) { bytes.put(-128) }
            return Frames(bytes.flip(), side, side)
        }
    }
}

private fun DrawScope.person() {
    drawRect(Brush.verticalGradient(listOf(Color(0xFF9DB7B4), Color(0xFF5E7F80))))
    val middle = size.width / 2
    val skin = Color(0xFFC79A76)
    drawRoundRect(Color(0xFF2E5A63), Offset(middle - size.width * 0.42f, size.height * 0.68f), Size(size.width * 0.84f, size.height * 0.5f), CornerRadius(160f))
    drawRect(skin, Offset(middle - size.width * 0.1f, size.height * 0.58f), Size(size.width * 0.2f, size.height * 0.14f))
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
