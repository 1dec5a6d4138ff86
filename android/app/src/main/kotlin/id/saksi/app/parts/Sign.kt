package id.saksi.app.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons
import id.saksi.app.look.Tone
import id.saksi.app.look.palette

/** How something stands. Always an icon and a word; the colour only helps. */
enum class Mood { GOOD, WAIT, STOP, PLAIN }

/** How something stands, in a word. */
class Sign(val mood: Mood, val word: String, val icon: ImageVector = mood.icon)

private val Mood.icon: ImageVector
    get() = when (this) {
        Mood.GOOD -> Icons.Check
        Mood.WAIT -> Icons.Clock
        Mood.STOP -> Icons.Stop
        Mood.PLAIN -> Icons.Info
    }

/** Its colours. */
val Mood.tone: Tone
    @Composable get() = when (this) {
        Mood.GOOD -> palette.good
        Mood.WAIT -> palette.wait
        Mood.STOP -> palette.stop
        Mood.PLAIN -> palette.plain
    }

/** How something stands, in a line of text. */
@Composable
fun Mark(sign: Sign, modifier: Modifier = Modifier) {
    val tone = sign.mood.tone
    val edge = if (palette.outline > 0) BorderStroke(palette.outline.dp, tone.ink) else null
    Surface(modifier, MaterialTheme.shapes.small, tone.ground, tone.ink, border = edge) {
        Row(
            Modifier.padding(horizontal = 10.dp, vertical = 5.dp),
            horizontalArrangement = Arrangement.spacedBy(6.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            Icon(sign.icon, contentDescription = null, Modifier.size(16.dp))
            Text(sign.word, style = MaterialTheme.typography.labelSmall)
        }
    }
}

/** Something the officer has to know, with what to do about it. Read out when it appears. */
@Composable
fun Notice(mood: Mood, title: String, text: String? = null, icon: ImageVector = Sign(mood, "").icon) {
    val tone = mood.tone
    val edge = if (palette.outline > 0) BorderStroke(palette.outline.dp, tone.ink) else null
    Surface(
        Modifier.fillMaxWidth().semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite },
        MaterialTheme.shapes.medium, tone.ground, tone.ink, border = edge,
    ) {
        Row(Modifier.padding(16.dp), horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            Icon(icon, contentDescription = null, Modifier.size(26.dp))
            Column(verticalArrangement = Arrangement.spacedBy(3.dp)) {
                Text(title, style = MaterialTheme.typography.titleMedium)
                text?.let { Text(it, style = MaterialTheme.typography.bodyMedium) }
            }
        }
    }
}
