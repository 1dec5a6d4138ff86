package id.saksi.app

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import id.saksi.app.look.Dark
import id.saksi.app.look.HighContrast
import id.saksi.app.look.Light
import id.saksi.app.look.Palette
import org.junit.Assert.assertTrue
import org.junit.Test

/** What is read in the sun: 4.5 to 1 for every pair of colours (WCAG AA), 7 where more contrast is asked for, 3 for edges. */
class ContrastTest {
    @Test
    fun `light holds`() = holds(Light, 4.5)

    @Test
    fun `dark holds`() = holds(Dark, 4.5)

    @Test
    fun `high contrast holds`() = holds(HighContrast, 7.0)

    private fun holds(palette: Palette, least: Double) {
        val tones = with(palette) {
            mapOf("page" to page, "card" to card, "act" to act, "actSoft" to actSoft, "now" to now, "good" to good,
                "wait" to wait, "stop" to stop, "plain" to plain)
        }
        for ((name, tone) in tones) check(name, tone.ink, tone.ground, least)
        for (ground in listOf(palette.page.ground, palette.card.ground)) {
            check("soft", palette.soft, ground, least)
            check("edge", palette.edge, ground, 3.0)
            // Under a field stands what is wrong or right with it, on the page.
            for ((name, tone) in mapOf("stop" to palette.stop, "good" to palette.good)) check(name, tone.ink, ground, least)
        }
        check("soft on plain", palette.soft, palette.plain.ground, 4.5)
    }

    private fun check(name: String, ink: Color, ground: Color, least: Double) {
        val (light, dark) = listOf(ink.luminance(), ground.luminance()).sortedDescending()
        val contrast = (light + 0.05) / (dark + 0.05)
        assertTrue("$name: $contrast", contrast >= least)
    }
}
