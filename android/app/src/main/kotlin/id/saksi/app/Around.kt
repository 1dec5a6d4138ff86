package id.saksi.app

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.staticCompositionLocalOf
import id.saksi.app.words.Words
import id.saksi.core.Language
import id.saksi.field.Lens
import id.saksi.field.Viewer

/** What the camera of a screen sees. A test puts a drawn picture in its place. */
interface Eye {
    /** Shows what the camera sees, and lends its frames as long as it's shown. */
    @Composable
    fun Preview(lens: Lens, width: Int, height: Int, light: Boolean, viewer: Viewer)
}

/** What is said aloud and felt, so that the officer's eyes may stay on the person. */
interface Senses {
    /** Says it in this language, unless it was the last thing said. */
    fun say(text: String, language: Language)

    /** Says nothing more. */
    fun hush()

    /** Something went well. */
    fun done()

    /** Something has to be looked at. */
    fun look()
}

internal val LocalWords = staticCompositionLocalOf<Words> { error("no language was chosen") }
internal val LocalEye = staticCompositionLocalOf<Eye> { error("there is no camera") }
internal val LocalSenses = staticCompositionLocalOf<Senses> { error("there is no voice") }

/** What the screens say, in the officer's language. */
val words: Words
    @Composable @ReadOnlyComposable get() = LocalWords.current
