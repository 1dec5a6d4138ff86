package id.saksi.app.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.OutlinedTextFieldDefaults
import androidx.compose.material3.RadioButton
import androidx.compose.material3.RadioButtonDefaults
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import id.saksi.app.look.palette

/** What a field takes. */
enum class Takes { WORDS, DIGITS, SECRET }

/** A field to type into, with its name above it, and below it what is right or wrong with what was typed. */
@Composable
fun Entry(
    label: String,
    value: String,
    change: (String) -> Unit,
    takes: Takes = Takes.WORDS,
    icon: ImageVector? = null,
    hint: String? = null,
    wrong: String? = null,
    right: String? = null,
    lines: Int = 1,
) {
    Column(verticalArrangement = Arrangement.spacedBy(6.dp)) {
        Text(label, Modifier.clearAndSetSemantics {}, style = MaterialTheme.typography.labelMedium, color = palette.page.ink)
        Typed(label, value, change, takes, icon, hint, wrong, right, lines)
    }
}

@Composable
private fun Typed(
    label: String,
    value: String,
    change: (String) -> Unit,
    takes: Takes,
    icon: ImageVector?,
    hint: String?,
    wrong: String?,
    right: String?,
    lines: Int,
) {
    OutlinedTextField(
        value = value,
        onValueChange = change,
        modifier = Modifier.fillMaxWidth().heightIn(min = 60.dp).semantics { contentDescription = label },
        textStyle = MaterialTheme.typography.bodyLarge,
        leadingIcon = icon?.let { { Icon(it, contentDescription = null) } },
        isError = wrong != null,
        supportingText = (wrong ?: right ?: hint)?.let { said ->
            {
                val color = when {
                    wrong != null -> palette.stop.ink
                    right != null -> palette.good.ink
                    else -> palette.soft
                }
                Text(said, style = MaterialTheme.typography.bodySmall, color = color)
            }
        },
        singleLine = lines == 1,
        minLines = lines,
        shape = MaterialTheme.shapes.medium,
        keyboardOptions = KeyboardOptions(
            capitalization = if (takes == Takes.WORDS) KeyboardCapitalization.Words else KeyboardCapitalization.None,
            autoCorrectEnabled = false,
            keyboardType = when (takes) {
                Takes.WORDS -> KeyboardType.Text
                Takes.DIGITS -> KeyboardType.Number
                Takes.SECRET -> KeyboardType.NumberPassword
            },
            imeAction = ImeAction.Done,
        ),
        colors = OutlinedTextFieldDefaults.colors(
            focusedContainerColor = palette.card.ground,
            unfocusedContainerColor = palette.card.ground,
            errorContainerColor = palette.card.ground,
            focusedTextColor = palette.card.ink,
            unfocusedTextColor = palette.card.ink,
            unfocusedBorderColor = palette.edge,
            focusedBorderColor = palette.actSoft.ink,
        ),
    )
}

/** One of a few, each as large as a thumb. */
@Composable
fun <T> Choice(options: List<T>, chosen: T?, name: @Composable (T) -> String, icon: (T) -> ImageVector? = { null }, choose: (T) -> Unit) {
    Column(Modifier.selectableGroup(), verticalArrangement = Arrangement.spacedBy(8.dp)) {
        for (option in options) {
            val on = option == chosen
            val tone = if (on) palette.actSoft else palette.card
            val shape = MaterialTheme.shapes.medium
            val edge = if (on) palette.actSoft.ink else palette.line
            Row(
                Modifier.fillMaxWidth().clip(shape).background(tone.ground).border(if (on) 2.dp else 1.dp, edge, shape)
                    .selectable(on, role = Role.RadioButton) { choose(option) }
                    .heightIn(min = 56.dp).padding(horizontal = 14.dp, vertical = 10.dp),
                horizontalArrangement = Arrangement.spacedBy(12.dp),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                icon(option)?.let { Icon(it, contentDescription = null, Modifier.size(26.dp), tint = tone.ink) }
                Text(name(option), Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge, color = tone.ink)
                RadioButton(
                    selected = on,
                    onClick = null,
                    colors = RadioButtonDefaults.colors(selectedColor = palette.actSoft.ink, unselectedColor = palette.edge),
                )
            }
        }
    }
}
