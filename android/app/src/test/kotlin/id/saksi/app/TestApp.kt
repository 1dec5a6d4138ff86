package id.saksi.app

import android.Manifest
import android.app.Activity
import androidx.test.core.app.ActivityScenario
import id.saksi.core.Language
import id.saksi.device.FakeKeystore
import id.saksi.device.Phone
import id.saksi.field.Saksi
import id.saksi.field.kit.Given
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import org.robolectric.Shadows.shadowOf

/** The app on a phone whose keystore, camera, voice and printer are stood in for. All else is the app's own. */
open class TestApp : SaksiApp() {
    /** What the camera looks at. */
    val scene = Scene()

    /** What was said aloud, in order. */
    val said = mutableListOf<String>()

    /** What was printed. */
    val printed = mutableListOf<ByteArray>()

    /** The oldest version that the office allows. */
    protected open val oldest: String? = null

    /** Whom there is to practise with. */
    var people: Path? = null

    override val phone by lazy { TestPhone() }

    override val senses = object : Senses {
        override fun say(text: String, language: Language) { said += text }
        override fun hush() = Unit
        override fun done() = Unit
        override fun look() = Unit
    }

    override fun onCreate() {
        FakeKeystore.install()
        val all = arrayOf(Manifest.permission.CAMERA, Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.BLUETOOTH_CONNECT)
        shadowOf(this).grantPermissions(*all)
        super.onCreate()
    }

    override fun eye(activity: Activity): Eye = scene

    /** The system kills the process and the officer comes back: only what was saved and what is on disk is left. */
    fun killAndReturn(scenario: ActivityScenario<MainActivity>) {
        scenario.onActivity {
            val saved = saksi.save()
            saksi.close()
            saksi = Saksi(phone, CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate), Dispatchers.IO)
            saksi.start(saved)
        }
        scenario.recreate()
    }

    /** This phone, with the models and the people to practise with that the test was given. */
    inner class TestPhone : Phone(this, "0.1.0") {
        override val folder: String = Files.createTempDirectory("saksi-handset").toString()
        override val models get() = "${Given.models}"
        override val label get() = "Test phone"
        override val fleet get() = super.fleet.copy(office = "Kantor Pos Cianjur", minimumVersion = oldest)

        override fun practiceRoster(): ByteBuffer? {
            val bytes = people?.toFile()?.readBytes() ?: return null
            return ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
        }

        override fun print(bytes: ByteArray) = printed.add(bytes)
    }
}
