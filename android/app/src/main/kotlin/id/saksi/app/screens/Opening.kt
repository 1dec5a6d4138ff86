// The screens before anybody works: the app opens, is too old, or can't be opened.
package id.saksi.app.screens

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import id.saksi.app.look.Icons
import id.saksi.app.look.palette
import id.saksi.app.words

/** Two seconds, in which the models are loaded. */
@Composable
fun OpeningScreen() = Solemn("Saksi", words.opening)

/** The office wants a newer app. Nothing is lost. */
@Composable
fun OutdatedScreen() = Solemn(words.outdatedTitle, words.outdatedText)

/** The mark of the app, and a few words. */
@Composable
private fun Solemn(title: String, text: String) {
    Column(
        Modifier.fillMaxSize().background(palette.page.ground).padding(32.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
        verticalArrangement = Arrangement.spacedBy(16.dp, Alignment.CenterVertically),
    ) {
        Icon(Icons.Witness, contentDescription = null, Modifier.size(112.dp), tint = palette.actSoft.ink)
        Text(title, style = MaterialTheme.typography.headlineLarge, color = palette.page.ink, textAlign = TextAlign.Center)
        Text(text, style = MaterialTheme.typography.bodyLarge, color = palette.soft, textAlign = TextAlign.Center)
    }
}
