package id.saksi.field.kit

import id.saksi.core.FrameLayout
import id.saksi.field.Viewer
import java.awt.Color
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import javax.imageio.ImageIO
import kotlin.math.roundToInt
import kotlin.random.Random

/** A camera that holds still before a picture: its one frame, again and again, as Android's YUV_420_888. */
class Camera(picture: BufferedImage) {
    // A sample of U and V is for two by two pixels: an odd last row or column is left out.
    private val width = picture.width and 1.inv()
    private val height = picture.height and 1.inv()
    private val bytes = yuv(picture)

    /** Shows one frame. */
    fun show(viewer: Viewer) {
        val luma = width * height
        val layout = FrameLayout(
            width.toUInt(), height.toUInt(), rowStride = width.toUInt(), chromaRowStride = width.toUInt(),
            chromaPixelStride = 2u, turnDegrees = 0u, mirrored = false, timeNs = System.nanoTime().toULong(),
        )
        viewer.frame(bytes.slice(0, luma), bytes.slice(luma + 1, luma / 2 - 1), bytes.slice(luma, luma / 2), layout)
    }

    /** Rows of Y, then rows of V and U by turns (JFIF 1.02). */
    private fun yuv(picture: BufferedImage): ByteBuffer {
        val lent = ByteBuffer.allocateDirect(width * height * 3 / 2)
        fun clamped(value: Double) = value.roundToInt().coerceIn(0, 255).toByte()
        for (y in 0 until height) for (x in 0 until width) {
            val (r, g, b) = picture.rgb(x, y)
            lent.put(clamped(0.299 * r + 0.587 * g + 0.114 * b))
        }
        for (y in 0 until height step 2) for (x in 0 until width step 2) {
            val (r, g, b) = picture.rgb(x, y)
            lent.put(clamped(128 + 0.5 * r - 0.418688 * g - 0.081312 * b))
            lent.put(clamped(128 - 0.168736 * r - 0.331264 * g + 0.5 * b))
        }
        return lent.flip()
    }

    private fun BufferedImage.rgb(x: Int, y: Int) = getRGB(x, y).let { listOf(it shr 16 and 255, it shr 8 and 255, it and 255) }

    companion object {
        /** Looks at the face of a sample portrait. */
        fun face(portrait: String): Camera {
            val file = Given.portrait(portrait)
            val found = Office.saksi("face", "detect", "$file", "--json")
            val (left, top, wide, high) =
                Regex("\"box\":\\[([^]]*)]").find(found)!!.groupValues[1].split(',').map(String::toDouble)
            val picture = ImageIO.read(file.toFile())
            val (x, y) = (left + wide / 2).toInt() to (top + high / 2).toInt()
            // In the middle and large, as a capture asks.
            val reach = minOf((1.5 * high).toInt(), minOf(x, y, minOf(picture.width - x, picture.height - y)))
            return Camera(picture.getSubimage(x - reach, y - reach, 2 * reach, 2 * reach))
        }

        /** Looks at a statement letter on a darker table. No two letters are alike. */
        fun letter(number: Int) = Camera(page(number, margin = 160))

        /** A JPEG of a page, in memory that can be lent. */
        fun jpeg(number: Int): ByteBuffer {
            val bytes = ByteArrayOutputStream().also { ImageIO.write(page(number, margin = 0), "jpg", it) }.toByteArray()
            return ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
        }

        /** An A4 page at 150 dots an inch: a heading, lines of writing that nobody can read, and a signature. */
        private fun page(number: Int, margin: Int): BufferedImage {
            val page = BufferedImage(1240 + 2 * margin, 1754 + 2 * margin, BufferedImage.TYPE_INT_RGB)
            val pen = page.createGraphics()
            pen.color = Color(64, 48, 40)
            pen.fillRect(0, 0, page.width, page.height)
            pen.translate(margin, margin)
            pen.color = Color.WHITE
            pen.fillRect(0, 0, 1240, 1754)
            pen.color = Color(30, 30, 30)
            val ink = Random(number)
            fun write(left: Int, top: Int, size: Int, letters: Int) {
                for (letter in 0 until letters) for (dot in 0 until 48) {
                    if (letter % 7 == 6 || ink.nextInt(5) > 1) continue
                    pen.fillRect(left + (letter * 8 + dot % 6) * size, top + dot / 6 * size, size, size)
                }
            }
            write(380, 140, 4, 16)
            for (row in 0 until 13) write(120, 300 + row * 54, 3, 20 + ink.nextInt(16))
            for (step in 0 until 600) {
                val t = step / 100.0
                val x = 780 + t * 55 + 22 * Math.sin(5 * t)
                pen.fillRect(x.toInt(), (1200 + 40 * Math.sin(3.1 * t) * Math.cos(0.9 * t)).toInt(), 4, 4)
            }
            write(760, 1330, 3, 11)
            pen.dispose()
            return page
        }
    }
}
