// What all screens with a camera share: the consent that comes first, and the frames.
package id.saksi.field

import id.saksi.core.CaptureStep
import id.saksi.core.Consent
import id.saksi.core.FrameLayout
import id.saksi.core.Language
import id.saksi.core.Policy
import id.saksi.core.SaksiException
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicBoolean

/** A model that looks at what the camera sees. */
interface Viewer {
    /** A frame, lent: called from the camera's thread, and keeps nothing of it. */
    fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout)
}

/** The programme's text that is read out before a photo, in the beneficiary's language. */
data class ConsentText(
    /** Which text. */
    val version: String,
    /** The language it is read in. */
    val language: Language,
    /** What is read out. */
    val text: String,
) {
    /** As it is written down that the person agreed. */
    internal val agreed get() = Consent(version, language.name.lowercase())

    internal companion object {
        fun of(policy: Policy, language: Language) = with(policy) {
            ConsentText(consentVersion, language, if (language == Language.ID) consentId else consentEn)
        }
    }
}

/** A capture under way: hands frames to the library, tells its advice, and says once when it's over. */
internal class Filming(
    private val show: (ByteBuffer, ByteBuffer, ByteBuffer, FrameLayout) -> CaptureStep,
    private val advise: (CaptureStep) -> Unit,
    private val over: (CaptureStep) -> Unit,
) {
    private val ended = AtomicBoolean()

    fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        if (ended.get()) return
        val step = try {
            show(y, u, v, layout)
        } catch (_: SaksiException.Capture) {
            // Out of order, or turned while it was taken: the capture is as it was.
            return
        } catch (_: IllegalStateException) {
            // The screen was left meanwhile.
            return
        }
        if (ended.get()) return
        advise(step)
        if (step.over && ended.compareAndSet(false, true)) over(step)
    }

    /** Takes no more frames; the first call says true. */
    fun end() = ended.compareAndSet(false, true)
}
