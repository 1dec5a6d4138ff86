package id.saksi.app

import android.content.Context
import id.saksi.app.words.Words
import id.saksi.core.Language
import id.saksi.device.Haptics
import id.saksi.device.Voice

/** The phone's own voice, and its vibrator. */
class PhoneSenses(context: Context) : Senses {
    private val voice = Voice(context)
    private val haptics = Haptics(context)

    override fun say(text: String, language: Language) = voice.say(text, Words.of(language).locale)

    override fun hush() = voice.hush()

    override fun done() = haptics.done()

    override fun look() = haptics.look()
}
