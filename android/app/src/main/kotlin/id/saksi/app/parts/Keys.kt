package id.saksi.app.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Tone
import id.saksi.app.look.palette

/** The one thing to do now: marigold, and the largest key of the screen. */
@Composable
fun NowKey(text: String, icon: ImageVector?, enabled: Boolean = true, press: () -> Unit) =
    Key(text, icon, palette.now, 68.dp, enabled, press = press)

/** The main action of a screen. */
@Composable
fun MainKey(text: String, icon: ImageVector? = null, enabled: Boolean = true, press: () -> Unit) =
    Key(text, icon, palette.act, 60.dp, enabled, press = press)

/** Another way. */
@Composable
fun OtherKey(text: String, icon: ImageVector? = null, enabled: Boolean = true, press: () -> Unit) =
    Key(text, icon, palette.actSoft, 56.dp, enabled, press = press)

/** A way out that undoes or refuses something. */
@Composable
fun StopKey(text: String, icon: ImageVector? = null, enabled: Boolean = true, press: () -> Unit) =
    Key(text, icon, palette.stop, 56.dp, enabled, press = press)

@Composable
private fun Key(text: String, icon: ImageVector?, tone: Tone, height: Dp, enabled: Boolean, press: () -> Unit) {
    Button(
        onClick = press,
        modifier = Modifier.fillMaxWidth().heightIn(min = height),
        enabled = enabled,
        shape = MaterialTheme.shapes.medium,
        border = if (palette.outline > 0) BorderStroke(palette.outline.dp, palette.edge) else null,
        contentPadding = PaddingValues(horizontal = 16.dp, vertical = 10.dp),
        colors = ButtonDefaults.buttonColors(
            containerColor = tone.ground,
            contentColor = tone.ink,
            disabledContainerColor = palette.plain.ground,
            disabledContentColor = palette.soft,
        ),
    ) {
        icon?.let {
            Icon(it, contentDescription = null, Modifier.size(26.dp))
            Spacer(Modifier.width(12.dp))
        }
        Text(text, style = MaterialTheme.typography.labelLarge, textAlign = TextAlign.Center)
    }
}

/** A key that is only an icon: its name is heard. */
@Composable
fun IconKey(icon: ImageVector, name: String, press: () -> Unit) {
    IconButton(onClick = press, modifier = Modifier.size(56.dp)) {
        Icon(icon, contentDescription = name, Modifier.size(28.dp), tint = palette.page.ink)
    }
}

/** Two keys beside each other; above each other where letters are large, so that no word is broken. */
@Composable
fun TwoKeys(one: @Composable () -> Unit, other: @Composable () -> Unit) {
    if (largeLetters) {
        Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
            one()
            other()
        }
    } else {
        Row(horizontalArrangement = Arrangement.spacedBy(10.dp)) {
            Box(Modifier.weight(1f)) { one() }
            Box(Modifier.weight(1f)) { other() }
        }
    }
}

/** Whether the officer's letters are so large that things go above each other. */
val largeLetters: Boolean
    @Composable @ReadOnlyComposable get() = LocalDensity.current.fontScale > 1.3f
