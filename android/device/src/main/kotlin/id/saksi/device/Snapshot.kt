package id.saksi.device

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.ImageFormat
import android.graphics.Matrix
import android.graphics.Rect
import android.graphics.YuvImage
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
        val jpeg = upright(jpeg(nv21(y, u, v, layout), layout), layout.turnDegrees.toInt())
        taken(jpeg.lent())
    }

    private fun jpeg(nv21: ByteArray, layout: FrameLayout): ByteArray {
        val (width, height) = layout.width.toInt() to layout.height.toInt()
        val out = ByteArrayOutputStream()
        YuvImage(nv21, ImageFormat.NV21, width, height, null).compressToJpeg(Rect(0, 0, width, height), QUALITY, out)
        return out.toByteArray()
    }

    private fun upright(jpeg: ByteArray, degrees: Int): ByteArray {
        if (degrees == 0) return jpeg
        val lying = BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size)
        val turn = Matrix().apply { postRotate(degrees.toFloat()) }
        val standing = Bitmap.createBitmap(lying, 0, 0, lying.width, lying.height, turn, true)
        val out = ByteArrayOutputStream()
        standing.compress(Bitmap.CompressFormat.JPEG, QUALITY, out)
        return out.toByteArray()
    }

    internal companion object {
        private const val QUALITY = 92

        /** Rows of Y, then rows of V and U by turns, without padding. */
        fun nv21(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout): ByteArray {
            val (width, height) = layout.width.toInt() to layout.height.toInt()
            val bytes = ByteArray(width * height * 3 / 2)
            for (row in 0 until height) {
                val from: Buffer = y.duplicate()
                from.position(row * layout.rowStride.toInt())
                (from as ByteBuffer).get(bytes, row * width, width)
            }
            var at = width * height
            for (row in 0 until height / 2) for (column in 0 until width / 2) {
                val from = row * layout.chromaRowStride.toInt() + column * layout.chromaPixelStride.toInt()
                bytes[at++] = v.get(from)
                bytes[at++] = u.get(from)
            }
            return bytes
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
