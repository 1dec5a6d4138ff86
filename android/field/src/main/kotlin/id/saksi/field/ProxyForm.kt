package id.saksi.field

import id.saksi.core.ProxyDetails
import id.saksi.core.ProxyReason
import id.saksi.core.Relation

/** What is wrong with a national number (NIK). */
enum class NikFault { SHORT, LONG, NOT_DIGITS, PLACE, DATE, SERIAL }

/**
 * A national number as it is typed: 16 digits, of which the first two name a province, the next ten end with the date of
 * birth (40 days more for women), and the last four count from 0001.
 */
object Nik {
    /** How many digits it has. */
    const val LENGTH = 16

    /**
     * What is wrong with it, as soon as that is sure: a number that is merely not finished is [NikFault.SHORT]. Blanks count
     * for nothing. The library has the last word.
     */
    fun fault(typed: String): NikFault? {
        val nik = plain(typed)
        fun number(from: Int, to: Int) = nik.takeIf { it.length >= to }?.substring(from, to)?.toInt()
        if (nik.any { it !in '0'..'9' }) return NikFault.NOT_DIGITS
        if (nik.length > LENGTH) return NikFault.LONG
        number(0, 2)?.let { if (it < 11) return NikFault.PLACE }
        number(6, 8)?.let { typedDay ->
            val day = if (typedDay > 40) typedDay - 40 else typedDay
            val longest = number(8, 10)?.let(::days) ?: 31
            if (day !in 1..longest) return NikFault.DATE
        }
        return when {
            nik.length < LENGTH -> NikFault.SHORT
            number(12, 16) == 0 -> NikFault.SERIAL
            else -> null
        }
    }

    /** Without the blanks it may be typed with. */
    fun plain(typed: String) = typed.filterNot(Char::isWhitespace)

    /** The century isn't written, so 29 February is always possible. */
    private fun days(month: Int) = when (month) {
        2 -> 29
        4, 6, 9, 11 -> 30
        in 1..12 -> 31
        else -> 0
    }
}

/** Who the proxy is, as it is typed. */
data class ProxyForm(
    val name: String = "",
    val nik: String = "",
    val phone: String = "",
    val relation: Relation? = null,
    val reason: ProxyReason? = null,
) {
    /** What is wrong with the number. */
    val nikFault get() = Nik.fault(nik)

    /** All is there that has to be. */
    val complete get() = name.isNotBlank() && nikFault == null && relation != null && reason != null

    internal fun details() = ProxyDetails(
        name.trim(),
        Nik.plain(nik),
        phone.trim().ifEmpty { null },
        checkNotNull(relation),
        checkNotNull(reason),
    )
}
