package id.saksi.device

import com.google.zxing.BarcodeFormat
import com.google.zxing.Binarizer
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.MultiFormatReader
import com.google.zxing.PlanarYUVLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.GlobalHistogramBinarizer
import com.google.zxing.common.HybridBinarizer
import id.saksi.core.FrameLayout
import id.saksi.field.Viewer
import java.nio.ByteBuffer

/** Finds a QR code or a barcode in frames: a ticket, a supervisor's code, a beneficiary's invitation. */
class CodeReader(private val found: (String) -> Unit) : Viewer {
    private val reader = MultiFormatReader().apply {
        val formats = listOf(BarcodeFormat.QR_CODE, BarcodeFormat.CODE_128, BarcodeFormat.CODE_39, BarcodeFormat.PDF_417)
        setHints(mapOf(DecodeHintType.POSSIBLE_FORMATS to formats, DecodeHintType.TRY_HARDER to true))
    }
    private var luma = ByteArray(0)
    private var over = false

    /** Tells the first text that is found, once. */
    override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        if (over) return
        val (stride, height) = layout.rowStride.toInt() to layout.height.toInt()
        val plane = y.duplicate()
        // The last row may end with its last pixel.
        if (luma.size < stride * height) luma = ByteArray(stride * height)
        plane.get(luma, 0, minOf(plane.remaining(), stride * height))
        read(stride, height, layout.width.toInt())?.let {
            over = true
            found(it)
        }
    }

    /** By what is around each pixel, for shadows; and by the whole picture, for codes that fill it. */
    private fun read(stride: Int, height: Int, width: Int): String? {
        val source = PlanarYUVLuminanceSource(luma, stride, height, 0, 0, width, height, false)
        return decode(HybridBinarizer(source)) ?: decode(GlobalHistogramBinarizer(source))
    }

    private fun decode(seen: Binarizer): String? = try {
        reader.decodeWithState(BinaryBitmap(seen)).text
    } catch (_: ReaderException) {
        null
    } finally {
        reader.reset()
    }
}
