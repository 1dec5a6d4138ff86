// What stands for a phone here: a keystore, clocks and a position, each as an app would implement it.
package id.saksi.fieldday

import id.saksi.core.Clock
import id.saksi.core.ClockReading
import id.saksi.core.Fix
import id.saksi.core.KeyVault
import id.saksi.core.Location
import id.saksi.core.Platform
import id.saksi.core.PlatformException
import java.security.GeneralSecurityException
import java.security.SecureRandom
import java.util.UUID
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

fun phone(keystore: KeyVault) = Platform(keystore, PhoneClock(), Monas)

/** As Android Keystore would do it: AES-256-GCM under a key that never leaves it, the purpose as associated data. */
class AesKeystore : KeyVault {
    private val key: SecretKey = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey()

    override fun wrap(purpose: String, secret: ByteArray): ByteArray {
        val nonce = ByteArray(NONCE).also(SecureRandom()::nextBytes)
        return nonce + cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(secret)
    }

    override fun unwrap(purpose: String, wrapped: ByteArray): ByteArray = try {
        cipher(Cipher.DECRYPT_MODE, wrapped.copyOf(NONCE), purpose).doFinal(wrapped, NONCE, wrapped.size - NONCE)
    } catch (_: GeneralSecurityException) {
        throw PlatformException.KeyLost()
    }

    private fun cipher(mode: Int, nonce: ByteArray, purpose: String) = Cipher.getInstance("AES/GCM/NoPadding").apply {
        init(mode, key, GCMParameterSpec(128, nonce))
        updateAAD(purpose.toByteArray())
    }

    private companion object {
        const val NONCE = 12
    }
}

/** A keystore that fails, with whatever it is told to throw. */
class FailingKeystore(private val thrown: Exception) : KeyVault {
    override fun wrap(purpose: String, secret: ByteArray): ByteArray = throw thrown

    override fun unwrap(purpose: String, wrapped: ByteArray): ByteArray = throw thrown
}

class PhoneClock : Clock {
    private val boot = UUID.randomUUID().toString()

    override fun now() = ClockReading(System.currentTimeMillis(), boot, (System.nanoTime() / 1_000_000).toULong())
}

/** The middle of Jakarta. */
object Monas : Location {
    override fun lastFix() = Fix(-6.1754, 106.8272, 12.0, false, ageMs = 1500u)
}
