package id.saksi.device

import android.content.Context
import android.content.RestrictionsManager
import android.os.Build
import id.saksi.core.Language
import id.saksi.core.Platform
import id.saksi.field.Device
import id.saksi.field.Fleet
import java.io.File
import java.nio.ByteBuffer

/** This phone, as the field layer asks for it. */
open class Phone(private val context: Context, override val version: String) : Device {
    private val files = context.noBackupFilesDir

    /** The position, which the app starts when it's allowed to. */
    val whereabouts = Whereabouts(context)

    /** The receipt printer. */
    val printer = Printer(context)

    override val folder = File(files, "handset").path
    override val practiceFolder = File(files, "practice").path
    override val models: String by lazy { Models(context).folder() }
    override val platform = Platform(KeystoreVault(context), PhoneClock(context), whereabouts)
    override val label = "${Build.MANUFACTURER} ${Build.MODEL}".trim()
    override val about = "$label, Android ${Build.VERSION.RELEASE} (${Build.VERSION.SDK_INT}), ${Build.SUPPORTED_ABIS.firstOrNull()}"

    override val language: Language
        get() = if (context.resources.configuration.locales[0].language == "en") Language.EN else Language.ID

    override val fleet: Fleet
        get() {
            val set = context.getSystemService(RestrictionsManager::class.java)?.applicationRestrictions
            return Fleet.read { set?.getString(it) }
        }

    override fun practiceRoster(): ByteBuffer? {
        val bytes = runCatching { context.assets.open("practice.csv").use { it.readBytes() } }.getOrNull() ?: return null
        return bytes.lent()
    }

    override fun print(bytes: ByteArray) = printer.paired().firstOrNull()?.let { printer.print(it, bytes) } ?: false

    override fun syncLater() = SyncJob.schedule(context)
}
