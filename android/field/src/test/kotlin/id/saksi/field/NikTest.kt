package id.saksi.field

import id.saksi.core.ProxyReason
import id.saksi.core.Relation
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class NikTest {
    @Test
    fun `a fault shows with the digit that makes it`() {
        val typed = "3273015911560004"
        for (length in 0 until typed.length) assertEquals(NikFault.SHORT, Nik.fault(typed.take(length)), typed.take(length))
        assertNull(Nik.fault(typed))
        assertNull(Nik.fault("3273 0159 1156 0004"))
        val faults = mapOf(
            "0" to NikFault.SHORT, "09" to NikFault.PLACE, "32730a" to NikFault.NOT_DIGITS, "32730100" to NikFault.DATE,
            "3273013" to NikFault.SHORT, "32730132" to NikFault.DATE, "32730172" to NikFault.DATE, "3273013102" to NikFault.DATE,
            "3273012902" to NikFault.SHORT, "3273010113" to NikFault.DATE, "3273016908" to NikFault.SHORT,
            "3273010408610000" to NikFault.SERIAL, "32730104086100021" to NikFault.LONG, "３２７３" to NikFault.NOT_DIGITS,
        )
        for ((text, fault) in faults) assertEquals(fault, Nik.fault(text), text)
    }

    @Test
    fun `a form is complete with all but the phone`() {
        val form = ProxyForm("Hartono", "3273012011420001", "", Relation.NEIGHBOUR, ProxyReason.ILL)
        assertTrue(form.complete)
        assertNull(form.details().phone)
        val without = listOf(form.copy(name = " "), form.copy(nik = "3273"), form.copy(relation = null), form.copy(reason = null))
        assertEquals(emptyList<ProxyForm>(), without.filter { it.complete })
        assertFalse(ProxyForm().complete)
    }
}
