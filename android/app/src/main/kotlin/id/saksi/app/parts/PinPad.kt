package id.saksi.app.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons
import id.saksi.app.look.palette

/** How many digits are typed, and never which. */
@Composable
fun PinDots(typed: Int, heard: String) {
    Row(
        Modifier.fillMaxWidth().padding(vertical = 12.dp).semantics { contentDescription = heard },
        horizontalArrangement = Arrangement.spacedBy(14.dp, Alignment.CenterHorizontally),
    ) {
        repeat(maxOf(typed, SHORTEST_PIN)) { at ->
            val full = at < typed
            Box(
                Modifier.size(18.dp).background(if (full) palette.page.ink else palette.page.ground, CircleShape)
                    .border(2.dp, if (full) palette.page.ink else palette.edge, CircleShape),
            )
        }
    }
}

private const val SHORTEST_PIN = 6

/** Digits in reach of one thumb. The phone's own keyboard, which may learn, never sees the PIN. */
@Composable
fun PinPad(eraseName: String, digit: (Char) -> Unit, erase: () -> Unit) {
    Column(Modifier.fillMaxWidth(), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        for (row in listOf("123", "456", "789")) {
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) { row.forEach { Digit(it, Modifier.weight(1f), digit) } }
        }
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.CenterVertically) {
            Spacer(Modifier.weight(1f))
            Digit('0', Modifier.weight(1f), digit)
            Surface(
                onClick = erase,
                modifier = Modifier.weight(1f).heightIn(min = 60.dp),
                shape = MaterialTheme.shapes.medium,
                color = palette.page.ground,
            ) {
                Box(contentAlignment = Alignment.Center) {
                    Icon(Icons.Erase, contentDescription = eraseName, Modifier.size(30.dp), tint = palette.page.ink)
                }
            }
        }
    }
}

@Composable
private fun Digit(digit: Char, modifier: Modifier, press: (Char) -> Unit) {
    val edge = if (palette.outline > 0) palette.outline.dp else 1.dp
    Surface(
        onClick = { press(digit) },
        modifier = modifier.heightIn(min = 60.dp),
        shape = MaterialTheme.shapes.medium,
        color = palette.card.ground,
        border = BorderStroke(edge, palette.line),
    ) {
        Box(contentAlignment = Alignment.Center) {
            Text(digit.toString(), style = MaterialTheme.typography.headlineLarge, color = palette.card.ink)
        }
    }
}
