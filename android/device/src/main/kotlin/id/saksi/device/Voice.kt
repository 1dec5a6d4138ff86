package id.saksi.device

import android.content.Context
import android.speech.tts.TextToSpeech
import java.util.Locale

/** Speaks what the screen says, for a person who looks into the camera and not at the screen. */
class Voice(context: Context) : AutoCloseable {
    @Volatile private var ready = false
    private var last: String? = null
    private val engine = TextToSpeech(context) { status -> ready = status == TextToSpeech.SUCCESS }

    /** Says a text, in place of what is being said; the same text again is said once. */
    @Synchronized
    fun say(text: String, language: Locale) {
        if (!ready || text == last) return
        last = text
        engine.language = language
        engine.speak(text, TextToSpeech.QUEUE_FLUSH, null, "saksi")
    }

    /** Says nothing more, and the next text in any case. */
    @Synchronized
    fun hush() {
        last = null
        engine.stop()
    }

    override fun close() = engine.shutdown()
}
