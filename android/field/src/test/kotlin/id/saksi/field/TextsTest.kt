package id.saksi.field

import id.saksi.core.Language
import java.util.TimeZone
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class TextsTest {
    /** What both languages may share. */
    private val same = setOf("getNik", "metres")

    @Test
    fun `both languages say everything, and each says it in its own words`() {
        val plain = Texts::class.java.methods.filter { it.returnType == String::class.java && it.parameterCount == 0 }
        assertTrue(plain.size > 120)
        for (text in plain) {
            val (id, en) = listOf(Indonesian, English).map { text.invoke(it) as String }
            assertTrue(id.isNotBlank() && en.isNotBlank(), text.name)
            if (text.name !in same) assertNotEquals(id, en, text.name)
        }
    }

    @Test
    fun `no choice is called as another`() {
        val choices = Texts::class.java.methods.filter { it.parameterCount == 1 && it.parameterTypes[0].isEnum }
        assertEquals(13, choices.size)
        for (choice in choices) for (texts in listOf(Indonesian, English)) {
            val names = choice.parameterTypes[0].enumConstants.map { choice.invoke(texts, it) as String }
            assertEquals(names.distinct(), names, choice.name)
        }
    }

    @Test
    fun `amounts and times are written as people here write them`() {
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Jakarta"))
        assertEquals("Rp 1.300.000", Texts.of(Language.ID).rupiah(1_300_000))
        assertEquals("Rp 1,300,000", Texts.of(Language.EN).rupiah(1_300_000))
        assertEquals("29 Nov 2026 05:49", Indonesian.time(1_795_906_140_000))
    }

    @Test
    fun `what is to be put in is put in`() {
        assertEquals("2 dari 6 terbayar", Indonesian.paidOf(2, 6))
        assertEquals("Hand over Rp 300,000", English.handOver(English.rupiah(300_000)))
    }
}
