package id.saksi.app.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons
import id.saksi.app.look.Tone
import id.saksi.app.look.palette

/** A card on the page. */
@Composable
fun Panel(
    tone: Tone = palette.card,
    press: (() -> Unit)? = null,
    content: @Composable ColumnScope.() -> Unit,
) {
    val edge = if (palette.outline > 0) BorderStroke(palette.outline.dp, palette.edge) else null
    val inside: @Composable () -> Unit = {
        Column(Modifier.fillMaxWidth().padding(18.dp), verticalArrangement = Arrangement.spacedBy(6.dp), content = content)
    }
    val (shape, wide) = MaterialTheme.shapes.large to Modifier.fillMaxWidth()
    if (press == null) {
        Surface(wide, shape, tone.ground, tone.ink, border = edge, content = inside)
    } else {
        Surface(press, wide.heightIn(min = 64.dp), shape = shape, color = tone.ground, contentColor = tone.ink, border = edge, content = inside)
    }
}

/** A list in one card, with a thin line between its rows. */
@Composable
fun <T> Rows(items: List<T>, row: @Composable (T) -> Unit) {
    val edge = if (palette.outline > 0) BorderStroke(palette.outline.dp, palette.edge) else null
    Surface(Modifier.fillMaxWidth(), MaterialTheme.shapes.large, palette.card.ground, palette.card.ink, border = edge) {
        Column {
            items.forEachIndexed { at, item ->
                if (at > 0) HorizontalDivider(Modifier.padding(horizontal = 18.dp), color = palette.line)
                row(item)
            }
        }
    }
}

/** A row of a list: an icon, what it is, what is said beside it, and where it leads. */
@Composable
fun Line(
    title: String,
    under: String? = null,
    icon: ImageVector? = null,
    sign: Sign? = null,
    press: (() -> Unit)? = null,
) {
    val content: @Composable () -> Unit = {
        Row(
            Modifier.fillMaxWidth().heightIn(min = 64.dp).padding(horizontal = 18.dp, vertical = 12.dp),
            horizontalArrangement = Arrangement.spacedBy(14.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            icon?.let { Badge(it) }
            Column(Modifier.weight(1f), verticalArrangement = Arrangement.spacedBy(2.dp)) {
                Text(title, style = MaterialTheme.typography.titleMedium, color = palette.card.ink)
                under?.let { Text(it, style = MaterialTheme.typography.bodyMedium, color = palette.soft) }
                sign?.let { Mark(it, Modifier.padding(top = 4.dp)) }
            }
            if (press != null) Icon(Icons.Next, contentDescription = null, Modifier.size(22.dp), tint = palette.soft)
        }
    }
    if (press == null) content() else Surface(onClick = press, color = palette.card.ground, content = content)
}

/** An icon on a soft round ground. */
@Composable
fun Badge(icon: ImageVector, tone: Tone = palette.actSoft, large: Boolean = false) {
    Box(
        Modifier.size(if (large) 88.dp else 44.dp).background(tone.ground, CircleShape),
        contentAlignment = Alignment.Center,
    ) { Icon(icon, contentDescription = null, Modifier.size(if (large) 48.dp else 24.dp), tint = tone.ink) }
}

/** What the part below it is about. */
@Composable
fun Heading(text: String) {
    Text(
        text,
        Modifier.padding(top = 10.dp).semantics { heading() },
        style = MaterialTheme.typography.titleMedium,
        color = palette.page.ink,
    )
}

/** A sentence on the page. */
@Composable
fun Said(text: String, modifier: Modifier = Modifier) {
    Text(text, modifier, style = MaterialTheme.typography.bodyLarge, color = palette.page.ink)
}

/** The same, said beside. */
@Composable
fun Beside(text: String, modifier: Modifier = Modifier) {
    Text(text, modifier, style = MaterialTheme.typography.bodyMedium, color = palette.soft)
}

/** A value and what it is, in one line; under each other where letters are large. */
@Composable
fun Fact(what: String, value: String, strong: Boolean = false) {
    Row(
        Modifier.fillMaxWidth().padding(vertical = 3.dp).semantics(mergeDescendants = true) {},
        horizontalArrangement = Arrangement.spacedBy(12.dp),
        verticalAlignment = Alignment.Top,
    ) {
        Text(what, Modifier.weight(1f), style = MaterialTheme.typography.bodyMedium, color = palette.soft)
        val style = if (strong) MaterialTheme.typography.titleLarge else MaterialTheme.typography.titleMedium
        Text(value, style = style.copy(fontFeatureSettings = "tnum"), color = palette.card.ink)
    }
}
