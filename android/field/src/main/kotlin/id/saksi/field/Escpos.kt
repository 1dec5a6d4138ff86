package id.saksi.field

import java.io.ByteArrayOutputStream
import java.text.Normalizer

/** What a thermal printer of 58 mm (32 columns) is sent: ESC/POS, with letters that every code page has. */
object Escpos {
    /** Columns of a line. */
    const val WIDTH = 32

    /** A receipt with its QR code. */
    fun receipt(receipt: Receipt, texts: Texts): ByteArray = Paper().run {
        send(ESC, '@'.code)
        align(CENTRE)
        receipt.office?.let(::line)
        large { line(texts.receiptTitle) }
        line(receipt.round)
        align(LEFT)
        rule()
        line(texts.kind(receipt.kind))
        receipt.notServed?.let { line(texts.notServed(it)) }
        receipt.name?.let(::line)
        line(texts.time(receipt.at))
        receipt.amount?.let { pair(texts.amount, texts.rupiah(it)) }
        rule()
        align(CENTRE)
        qr(receipt.qrText)
        large { line(receipt.code) }
        line(texts.keepReceipt)
        send(ESC, 'd'.code, FEED)
        bytes.toByteArray()
    }

    private class Paper {
        val bytes = ByteArrayOutputStream()

        fun send(vararg values: Int) = values.forEach(bytes::write)

        fun align(how: Int) = send(ESC, 'a'.code, how)

        fun large(print: () -> Unit) {
            // Bold and of double height: the width stays.
            send(ESC, '!'.code, 0x18)
            print()
            send(ESC, '!'.code, 0)
        }

        /** A text, broken between words where it's longer than a line. */
        fun line(text: String) = wrapped(plain(text)).forEach(::print)

        /** What it is on the left, and how much on the right. */
        fun pair(left: String, right: String) {
            val (name, value) = plain(left) to plain(right)
            val gap = WIDTH - name.length - value.length
            if (gap > 0) print(name + " ".repeat(gap) + value) else listOf(name, value.padStart(WIDTH)).forEach(::print)
        }

        fun rule() = print("-".repeat(WIDTH))

        /** A QR code of model 2, six dots a module, with error correction M. */
        fun qr(text: String) {
            function(0x41, 0x32, 0)
            function(0x43, 6)
            function(0x45, 0x31)
            val data = text.toByteArray(Charsets.US_ASCII)
            function(0x50, 0x30, *data.map { it.toInt() }.toIntArray())
            function(0x51, 0x30)
            send(LF)
        }

        /** GS ( k: its length, low byte first, counts the symbol's number (49 for QR) and the function's. */
        private fun function(number: Int, vararg parameters: Int) {
            val length = parameters.size + 2
            send(GS, '('.code, 'k'.code, length and 0xff, length shr 8, 0x31, number, *parameters)
        }

        private fun print(line: String) {
            bytes.write(line.toByteArray(Charsets.US_ASCII))
            send(LF)
        }

        private fun wrapped(text: String): List<String> {
            val lines = mutableListOf("")
            for (word in text.split(' ').flatMap { it.chunked(WIDTH) }) {
                val longer = if (lines.last().isEmpty()) word else lines.last() + " " + word
                if (longer.length <= WIDTH) lines[lines.lastIndex] = longer else lines += word
            }
            return lines
        }
    }

    /** Letters without accents; what has no such letter is a question mark. */
    internal fun plain(text: String) = Normalizer.normalize(text, Normalizer.Form.NFKD)
        .filterNot { Character.getType(it) == Character.NON_SPACING_MARK.toInt() }
        .map { if (it in ' '..'~') it else if (it.isWhitespace()) ' ' else PUNCTUATION[it] ?: '?' }
        .joinToString("")

    private val PUNCTUATION = mapOf('–' to '-', '—' to '-', '‘' to '\'', '’' to '\'', '“' to '"', '”' to '"')

    private const val ESC = 0x1b
    private const val GS = 0x1d
    private const val LF = 0x0a
    private const val LEFT = 0
    private const val CENTRE = 1
    private const val FEED = 4
}
