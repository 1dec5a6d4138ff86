package id.saksi.field.kit

import id.saksi.core.Clock
import id.saksi.core.ClockReading
import id.saksi.core.Fix
import id.saksi.core.KeyVault
import id.saksi.core.Language
import id.saksi.core.Location
import id.saksi.core.Platform
import id.saksi.core.PlatformException
import id.saksi.field.Device
import id.saksi.field.Fleet
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.security.GeneralSecurityException
import java.security.SecureRandom
import java.time.Duration
import java.util.UUID
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** What stands for a phone: a keystore, clocks that can be moved on, a position, and a printer that keeps what it prints. */
class Phone(private val roster: Path? = null, override val fleet: Fleet = Fleet(office = "Kantor Pos Bandung")) :
    Device, AutoCloseable {
    private val disk = Files.createTempDirectory("saksi-phone")
    private val clock = MovableClock()

    /** What was printed; the printer is off where there is none. */
    var paper: MutableList<ByteArray>? = mutableListOf()

    override val folder = "${disk.resolve("handset")}"
    override val practiceFolder = "${disk.resolve("practice")}"
    override val models = "${Given.models}"
    override val platform = Platform(AesKeystore(), clock, Bandung)
    override val label = "Phone 12"
    override val version = "1.0.0"
    override val about = "a test's phone"
    override val language = Language.ID

    override fun practiceRoster(): ByteBuffer? = roster?.let {
        val bytes = Files.readAllBytes(it)
        ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
    }

    override fun print(bytes: ByteArray) = paper?.add(bytes) ?: false

    override fun syncLater() = Unit

    /** Time goes by. */
    fun wait(time: Duration) {
        clock.ahead += time
    }

    override fun close() {
        disk.toFile().deleteRecursively()
    }
}

/** As Android Keystore would do it: AES-256-GCM under a key that never leaves it, the purpose as associated data. */
private class AesKeystore : KeyVault {
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

private class MovableClock : Clock {
    private val boot = UUID.randomUUID().toString()
    @Volatile var ahead: Duration = Duration.ZERO

    override fun now(): ClockReading {
        val monotonic = System.nanoTime() / 1_000_000 + ahead.toMillis()
        return ClockReading(System.currentTimeMillis() + ahead.toMillis(), boot, monotonic.toULong())
    }
}

private object Bandung : Location {
    override fun lastFix() = Fix(-6.9175, 107.6191, 12.0, false, ageMs = 1500u)
}
