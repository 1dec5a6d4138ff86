package id.saksi.app.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.WindowInsets
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawing
import androidx.compose.foundation.layout.windowInsetsPadding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons
import id.saksi.app.look.palette

/**
 * One screen: what it is about at the top, what can be done at the bottom, where a thumb reaches. What lies between scrolls.
 */
@Composable
fun Page(
    title: String,
    back: Way? = null,
    beside: @Composable () -> Unit = {},
    actions: @Composable ColumnScope.() -> Unit = {},
    content: @Composable ColumnScope.() -> Unit,
) {
    Column(Modifier.fillMaxSize().background(palette.page.ground).windowInsetsPadding(WindowInsets.safeDrawing)) {
        TitleBar(title, back, beside)
        Column(
            Modifier.weight(1f).fillMaxWidth().verticalScroll(rememberScrollState()).padding(horizontal = 20.dp),
            verticalArrangement = Arrangement.spacedBy(14.dp),
        ) {
            content()
            Spacer(Modifier.height(8.dp))
        }
        Actions(actions)
    }
}

/** A way to go, and its name for whoever hears the screen. */
class Way(val name: String, val go: () -> Unit)

@Composable
fun TitleBar(title: String, back: Way?, beside: @Composable () -> Unit = {}) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 64.dp).padding(start = if (back == null) 20.dp else 6.dp, end = 12.dp),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        back?.let { IconKey(Icons.Back, it.name, it.go) }
        Text(
            title,
            Modifier.weight(1f).padding(horizontal = if (back == null) 0.dp else 6.dp, vertical = 8.dp).semantics { heading() },
            style = MaterialTheme.typography.headlineMedium,
            color = palette.page.ink,
        )
        beside()
    }
}

/** The bottom of a screen: the main action last, nearest to the thumb. */
@Composable
fun Actions(actions: @Composable ColumnScope.() -> Unit) {
    Column(
        Modifier.fillMaxWidth().padding(start = 20.dp, end = 20.dp, top = 8.dp, bottom = 16.dp),
        verticalArrangement = Arrangement.spacedBy(10.dp),
        content = actions,
    )
}
