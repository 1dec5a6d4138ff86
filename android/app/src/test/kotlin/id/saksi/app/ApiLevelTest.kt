package id.saksi.app

import java.io.File
import org.codehaus.mojo.animal_sniffer.SignatureChecker
import org.codehaus.mojo.animal_sniffer.logging.Logger
import org.junit.Assert.assertEquals
import org.junit.Test

/** Nothing is called that Android 8 (API 26) doesn't have, but where the phone's version is asked first. */
class ApiLevelTest {
    @Test
    fun `the oldest phone has all that is called`() {
        val built = File(System.getProperty("saksi.built"))
        val missing = Missing()
        val signature = File(System.getProperty("saksi.signature"))
        val checker = signature.inputStream().use { SignatureChecker(it, OURS, missing) }
        checker.setSourcePath(emptyList())
        listOf("field", "device", "app").map(built::resolve).forEach(checker::process)
        assertEquals(ASKED_FIRST, missing.calls)
    }

    private class Missing : Logger {
        val calls = sortedSetOf<String>()

        override fun error(message: String) {
            calls += message.substringAfter("Undefined reference: ")
        }

        override fun error(message: String, thrown: Throwable) = error(message)
        override fun info(message: String) = Unit
        override fun info(message: String, thrown: Throwable) = Unit
        override fun debug(message: String) = Unit
        override fun debug(message: String, thrown: Throwable) = Unit
        override fun warn(message: String) = Unit
        override fun warn(message: String, thrown: Throwable) = Unit
    }

    private companion object {
        /** What comes with the app. */
        val OURS = setOf("androidx.*", "kotlin.*", "kotlinx.*", "id.saksi.*", "com.google.zxing.*", "com.sun.jna.*")

        /** Each stands behind an `SDK_INT`. */
        val ASKED_FIRST = sortedSetOf(
            "android.security.keystore.KeyGenParameterSpec.Builder " +
                "android.security.keystore.KeyGenParameterSpec.Builder.setIsStrongBoxBacked(boolean)",
            "boolean android.location.Location.isMock()",
            "float android.app.UiModeManager.getContrast()",
        )
    }
}
