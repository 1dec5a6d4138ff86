package id.saksi.app

import android.content.Context
import android.util.Size
import android.view.Surface
import id.saksi.core.Cancel
import id.saksi.core.Consent
import id.saksi.core.FaceEngine
import id.saksi.core.FrameLayout
import id.saksi.core.Handset
import id.saksi.core.Summary
import id.saksi.core.SyncListener
import id.saksi.device.Camera
import id.saksi.device.Phone
import id.saksi.field.Lens
import id.saksi.field.Viewer
import java.nio.ByteBuffer
import java.util.concurrent.CountDownLatch

// docs/android.md shows the lines between the marks; `DocsTest` compares them.
// <lines>
/** From a ticket to a receipt. Blocks, so not on the main thread. */
fun payWhoeverComes(context: Context, ticket: String, pin: String, preview: Surface, listener: SyncListener): Summary {
    val phone = Phone(context, version = "1.0.0")
    val engine = FaceEngine.load(phone.models)
    val handset = Handset.provision(phone.folder, phone.platform, engine, ticket, phone.label, "PJB-07", pin)
    handset.unlock("PJB-07", pin)
    handset.sync(listener, Cancel())
    val consent = Consent(handset.policy().consentVersion, language = "id")
    val scan = handset.scan(handset.rounds().last().id, whom = null, consent)
    val over = CountDownLatch(1)
    val viewer = object : Viewer {
        override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
            if (scan.yuv(y, u, v, layout).over) over.countDown()
        }
    }
    Camera(context).use { it.open(Lens.BACK, Size(1280, 720), turnedBy = 0, preview, viewer) {}; over.await() }
    println(scan.recognise().amount) // Who it is and how much: the officer looks, and confirms.
    scan.confirm()
    return scan.commit()
}
// </lines>
