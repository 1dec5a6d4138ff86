package id.saksi.field

import id.saksi.core.CaptureStep
import id.saksi.core.FaceCapture
import id.saksi.core.FrameLayout
import java.nio.ByteBuffer

/** The officer's own face: the text, then what the camera advises. */
data class OwnFaceState(val consent: ConsentText? = null, val looking: Boolean = false, val advice: CaptureStep? = null)

/** Takes the officer's own face, so that it's never paid and never taken for a proxy's. The photo isn't kept. */
class OwnFaceModel internal constructor(saksi: Saksi) : Model<OwnFaceState>(OwnFaceState(), saksi), Viewer {
    private var capture: FaceCapture? = null
    @Volatile private var filming: Filming? = null

    init {
        follow { read() }
    }

    /** The officer agrees; also to begin anew. */
    fun agree() = tap {
        val consent = state.value.consent ?: return@tap
        val begun = ask { it.faceCapture(consent.agreed) }
        capture?.close()
        capture = begun
        filming = Filming(begun::yuv, { advice -> change { it.copy(advice = advice) } }, { follow { taken(consent) } })
        change { it.copy(looking = true, advice = null) }
    }

    override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        filming?.frame(y, u, v, layout)
    }

    override fun close() {
        super.close()
        filming?.end()
        capture?.close()
    }

    private suspend fun read() {
        val text = ask { ConsentText.of(it.policy(), saksi.language.value) }
        change { it.copy(consent = text) }
    }

    private suspend fun taken(consent: ConsentText) {
        change { it.copy(looking = false) }
        ask { handset -> checkNotNull(capture).finish().use { handset.takeOwnFaceCaptured(consent.agreed, it) } }
        saksi.back()
    }
}
