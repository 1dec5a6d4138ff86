package id.saksi.app

import android.app.Activity
import android.app.Application
import id.saksi.device.Phone
import id.saksi.device.Syncs
import id.saksi.field.Saksi
import id.saksi.field.Screen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch

/** The process: one phone, one handset, whatever screens come and go. */
open class SaksiApp : Application(), Syncs {
    /** This phone. */
    open val phone: Phone by lazy { Phone(this, packageManager.getPackageInfo(packageName, 0).versionName ?: "0") }

    /** The app without its screens; it opens nothing before [start]. */
    internal lateinit var saksi: Saksi

    /** The voice and the touch. */
    internal open val senses: Senses by lazy { PhoneSenses(this) }

    private var started = false

    override fun onCreate() {
        super.onCreate()
        saksi = Saksi(phone, CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate), Dispatchers.IO)
    }

    /** Opens the handset, once in a process. [saved] is where the officer was before the process was killed. */
    internal fun start(saved: String?) {
        if (started) return
        started = true
        phone.whereabouts.start()
        saksi.start(saved)
    }

    /** Where the camera's picture comes from. */
    internal open fun eye(activity: Activity): Eye = CameraEye(activity)

    override fun sync(ended: (again: Boolean) -> Unit) {
        start(null)
        saksi.scope.launch {
            saksi.place.first { it.screen != Screen.Opening }
            saksi.sync.start()
            saksi.sync.state.first { !it.running }
            ended(saksi.sync.status.value.problem != null)
        }
    }

    override fun stopSync() = saksi.sync.stop()
}
