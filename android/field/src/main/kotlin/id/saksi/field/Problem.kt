package id.saksi.field

import id.saksi.core.CaptureStep
import id.saksi.core.Language
import id.saksi.core.PinFault
import id.saksi.core.RecordId
import id.saksi.core.SaksiException
import id.saksi.core.Told
import id.saksi.core.VisitFault

/**
 * What went wrong, as a screen shows it: what is the matter and what to do, in both languages.
 *
 * This file alone knows the library's exceptions. A model acts on [code], which stays as it is.
 */
data class Problem(
    /** Which problem, for programs. */
    val code: String,
    /** What the officer is told. */
    val told: Told,
    /** In how many seconds it's worth another try, where that is known. */
    val waitSeconds: Long? = null,
    /** The record of which it isn't known whether it was written. */
    val record: RecordId? = null,
) {
    /** What the officer is told. */
    fun text(language: Language) = told.text(language)

    companion object {
        /** What whatever was thrown means to the officer. */
        fun of(thrown: Throwable): Problem = when (thrown) {
            is SaksiException -> of(thrown)
            // A capture or a visit that was let go while it was asked.
            is IllegalStateException -> said("closed")
            else -> said("internal")
        }

        /** A problem that this layer finds by itself. */
        fun said(code: String) = Problem(code, Told(Indonesian.problem(code), English.problem(code)))

        /** A capture that is over and came to nothing. */
        fun of(last: CaptureStep) = Problem(last.code, Told(last.textId, last.textEn))

        private fun of(error: SaksiException) = Problem(
            code = error.code(),
            told = Told(error.tell(Language.ID), error.tell(Language.EN)),
            waitSeconds = ((error as? SaksiException.Pin)?.fault as? PinFault.PinWait)?.seconds?.toLong(),
            record = ((error as? SaksiException.Visit)?.fault as? VisitFault.OutcomeUnknown)?.record,
        )
    }
}

/** One of the two texts. */
fun Told.text(language: Language) = if (language == Language.ID) textId else textEn
