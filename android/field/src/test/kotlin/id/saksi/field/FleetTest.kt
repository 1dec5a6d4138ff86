package id.saksi.field

import id.saksi.core.Language
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FleetTest {
    @Test
    fun `what the office sets is read, and nonsense counts as left out`() {
        val set = mapOf(
            "server" to " https://saksi.example:8443 ", "office" to "Kantor Pos Bandung", "language" to "en",
            "camera" to "front", "minimum_version" to "1.2",
        )
        val whole = Fleet("https://saksi.example:8443", "Kantor Pos Bandung", Language.EN, Lens.FRONT, "1.2")
        assertEquals(whole, Fleet.read(set::get))
        assertEquals(Fleet(), Fleet.read { null })
        assertEquals(Fleet(), Fleet.read { if (it == "office") "  " else "nonsense".takeIf { _ -> it != "server" } })
    }

    @Test
    fun `versions are compared number by number`() {
        val fleet = Fleet(minimumVersion = "1.10")
        assertEquals(listOf(true, true, false, false, false), listOf("1.9", "1.9.9", "1.10", "1.10.1", "2").map(fleet::outdated))
        assertFalse(Fleet().outdated("0.1"))
    }

    @Test
    fun `only the fleet's own server's tickets are taken`() {
        val fleet = Fleet(server = "https://saksi.example:8443/")
        assertTrue(fleet.takes("""{"server":"https://saksi.example:8443","token":"x"}"""))
        assertTrue(fleet.takes("""{"server":"https:\/\/saksi.example:8443\/"}"""))
        assertFalse(fleet.takes("""{"server":"https://saksi.example:84430"}"""))
        assertFalse(fleet.takes("""{"server":"https://elsewhere.example","note":"see https://saksi.example:8443"}"""))
        assertTrue(Fleet().takes("anything"))
    }
}
