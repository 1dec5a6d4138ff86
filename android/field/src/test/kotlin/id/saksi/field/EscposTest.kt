package id.saksi.field

import id.saksi.core.Kind
import id.saksi.core.ReceiptQr
import java.util.TimeZone
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class EscposTest {
    private val receipt = Receipt(
        kind = Kind.IN_PERSON,
        round = "BST Tahap November 2026",
        name = "Siti Nurhayati – Wulandari Kusumaningtyas",
        amount = 300_000,
        notServed = null,
        at = 1_795_908_551_000,
        code = "7K3M-Q9XA-2PF",
        qr = ReceiptQr(0u, emptyList()),
        office = "Kantor Pos Bandung",
    )

    @Test
    fun `a receipt is these bytes`() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Jakarta"))
        val golden = javaClass.getResource("/receipt.escpos.txt")!!.readText()
        assertEquals(golden, readable(Escpos.receipt(receipt, Indonesian)))
    }

    @Test
    fun `no line is longer than the paper, whatever is on it`() {
        val long = receipt.copy(name = "W".repeat(70), office = "Kantor Pos ".repeat(9), round = "é–“”😀 ".repeat(20), amount = Long.MAX_VALUE)
        val lines = lines(Escpos.receipt(long, English))
        assertEquals(emptyList<String>(), lines.filter { it.length > Escpos.WIDTH })
        assertEquals(70, lines.sumOf { line -> line.count { it == 'W' } })
        assertEquals("e-\"\"??", Escpos.plain("é–“”😀"))
    }

    /** What is to be read, without the commands. */
    private fun lines(bytes: ByteArray): List<String> {
        val text = StringBuilder()
        var at = 0
        while (at < bytes.size) {
            val command = bytes[at].toInt()
            if (command >= 0x20 || command == 0x0a) text.append(command.toChar())
            at += when {
                command == 0x1b -> if (bytes[at + 1].toInt() == '@'.code) 2 else 3
                command == 0x1d -> 5 + bytes[at + 3] + 256 * bytes[at + 4]
                else -> 1
            }
        }
        return text.split('\n')
    }

    /** One command or line of text a line, with every byte to be seen. */
    private fun readable(bytes: ByteArray) = buildString {
        for (byte in bytes) when (val value = byte.toInt() and 0xff) {
            0x0a -> append("<LF>\n")
            in 0x20..0x7e -> append(value.toChar())
            else -> append("<%02x>".format(value))
        }
    }
}
