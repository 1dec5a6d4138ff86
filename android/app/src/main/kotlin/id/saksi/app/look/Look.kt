package id.saksi.app.look

import android.app.UiModeManager
import android.content.Context
import android.os.Build
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.LocalContentColor
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.remember
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.platform.LocalContext

private val LocalPalette = staticCompositionLocalOf { Light }

/** The colours of the part of the screen that is being drawn. */
val palette: Palette
    @Composable @ReadOnlyComposable get() = LocalPalette.current

/** Gives all inside of it the app's colours and type: light, dark, or with high contrast, as the phone is set. */
@Composable
fun Look(palette: Palette = wanted(), content: @Composable () -> Unit) {
    val scheme = remember(palette) { palette.material() }
    MaterialTheme(colorScheme = scheme, typography = Type, shapes = Corners) {
        CompositionLocalProvider(LocalPalette provides palette, LocalContentColor provides palette.page.ink, content = content)
    }
}

@Composable
private fun wanted(): Palette = when {
    wantsContrast(LocalContext.current) -> HighContrast
    isSystemInDarkTheme() -> Dark
    else -> Light
}

private fun wantsContrast(context: Context): Boolean {
    if (Build.VERSION.SDK_INT < Build.VERSION_CODES.UPSIDE_DOWN_CAKE) return false
    return (context.getSystemService(UiModeManager::class.java)?.contrast ?: 0f) >= 0.5f
}

/** What Material's own parts are drawn with. */
private fun Palette.material() = (if (dark) darkColorScheme() else lightColorScheme()).copy(
    primary = act.ground,
    onPrimary = act.ink,
    primaryContainer = actSoft.ground,
    onPrimaryContainer = actSoft.ink,
    secondary = now.ground,
    onSecondary = now.ink,
    secondaryContainer = actSoft.ground,
    onSecondaryContainer = actSoft.ink,
    background = page.ground,
    onBackground = page.ink,
    surface = page.ground,
    onSurface = page.ink,
    surfaceVariant = card.ground,
    onSurfaceVariant = soft,
    surfaceContainer = card.ground,
    surfaceContainerHigh = card.ground,
    surfaceContainerHighest = card.ground,
    error = stop.ink,
    onError = stop.ground,
    errorContainer = stop.ground,
    onErrorContainer = stop.ink,
    outline = edge,
    outlineVariant = line,
)
