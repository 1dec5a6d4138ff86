package id.saksi.field

import id.saksi.core.VisitSort
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class ScreenTest {
    @Test
    fun `every screen is read as it was written`() {
        val stack = listOf(
            Screen.Opening, Screen.Outdated, Screen.Trouble, Screen.HandOut, Screen.Unlock, Screen.Code, Screen.ChangePin,
            Screen.OwnFace, Screen.Home, Screen.People("BST-2026-11"), Screen.Person("BST/11;%", "KPM 1"),
            Screen.Scan("R", null), Screen.Scan("R", "KPM-1"), Screen.Receipt("0190"), Screen.Cash("R"), Screen.Outbox,
            Screen.Supervisor,
        ) + VisitSort.entries.map { Screen.Visit(it, "R", "KPM-1") }
        assertEquals(stack, Screen.restore(Screen.save(stack)))
        val sorts = Screen::class.sealedClasses()
        assertEquals(sorts, stack.map { it::class.java }.toSet(), "a screen isn't tested")
    }

    @Test
    fun `what another version wrote is left out`() {
        assertEquals(listOf(Screen.Home), Screen.restore("Home/Map;R/Visit;FLYING;R;1/"))
        assertTrue(Screen.restore("").isEmpty())
    }

    private fun kotlin.reflect.KClass<Screen>.sealedClasses() = java.permittedSubclasses.toSet()
}
