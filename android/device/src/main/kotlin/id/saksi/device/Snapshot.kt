package id.saksi.device

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.Matrix
import id.saksi.core.FrameLayout
import id.saksi.field.Viewer
import java.io.ByteArrayOutputStream
import java.nio.Buffer
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicReference

/** Takes one photo out of the frames, when it's asked for: of a document, which needs no advice. */
class Snapshot : Viewer {
    private val wanted = AtomicReference<((ByteBuffer) -> Unit)?>()

    /** The next frame becomes a JPEG, upright, in memory that the library reads without a copy. */
    fun take(taken: (ByteBuffer) -> Unit) = wanted.set(taken)

    override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        val taken = wanted.getAndSet(null) ?: return
        taken(jpeg(pixels(y, u, v, layout), layout).lent())
    }

    private fun jpeg(pixels: IntArray, layout: FrameLayout): ByteArray {
        val (width, height) = layout.width.toInt() to layout.height.toInt()
        val lying = Bitmap.createBitmap(pixels, width, height, Bitmap.Config.ARGB_8888)
        val turn = Matrix().apply { postRotate(layout.turnDegrees.toFloat()) }
        val standing = Bitmap.createBitmap(lying, 0, 0, width, height, turn, true)
        val out = ByteArrayOutputStream()
        standing.compress(Bitmap.CompressFormat.JPEG, QUALITY, out)
        return out.toByteArray()
    }

    internal companion object {
        private const val QUALITY = 92

        /** Opaque pixels, row by row (JFIF 1.02). */
        fun pixels(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout): IntArray {
            val (width, height) = layout.width.toInt() to layout.height.toInt()
            val (rowStride, chromaRow) = layout.rowStride.toInt() to layout.chromaRowStride.toInt()
            val chromaPixel = layout.chromaPixelStride.toInt()
            return IntArray(width * height) { at ->
                val column = at % width
                val row = at / width
                val chroma = row / 2 * chromaRow + column / 2 * chromaPixel
                val light = y.get(row * rowStride + column).toInt() and 0xff
                val blue = (u.get(chroma).toInt() and 0xff) - 128
                val red = (v.get(chroma).toInt() and 0xff) - 128
                Color.rgb(
                    (light + 1.402f * red).toInt().coerceIn(0, 255),
                    (light - 0.344f * blue - 0.714f * red).toInt().coerceIn(0, 255),
                    (light + 1.772f * blue).toInt().coerceIn(0, 255),
                )
            }
        }
    }
}

/** A copy in memory that the library reads in place. */
internal fun ByteArray.lent(): ByteBuffer {
    val lent = ByteBuffer.allocateDirect(size).put(this)
    // As a Buffer: ByteBuffer's own method came with Android 13.
    (lent as Buffer).rewind()
    return lent
}
