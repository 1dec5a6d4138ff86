package id.saksi.device

import android.content.Context
import java.io.File

/** The face models: packed into the app as assets, and read by the library as files. */
internal class Models(private val context: Context) {
    /** Their folder, filled where it isn't yet. Blocks for a second, once after each update of the app. */
    fun folder(): String {
        val folder = File(context.noBackupFilesDir, "models")
        folder.mkdirs()
        val packed = context.assets.list(ASSETS).orEmpty()
        packed.filterNot { same(it, File(folder, it)) }.forEach { unpack(it, folder) }
        return folder.path
    }

    /** The library checks what is in the files; here only their size can differ, after an update. */
    private fun same(name: String, file: File): Boolean =
        file.exists() && context.assets.open("$ASSETS/$name").use { it.available().toLong() } == file.length()

    private fun unpack(name: String, folder: File) {
        val part = File(folder, "$name.part")
        context.assets.open("$ASSETS/$name").use { from -> part.outputStream().use { from.copyTo(it) } }
        check(part.renameTo(File(folder, name))) { "a model can't be put in its place" }
    }

    private companion object {
        const val ASSETS = "models"
    }
}
