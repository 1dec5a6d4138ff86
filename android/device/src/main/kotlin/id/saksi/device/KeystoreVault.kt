package id.saksi.device

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import id.saksi.core.KeyVault
import id.saksi.core.PlatformException
import java.security.KeyStore
import java.security.ProviderException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * Wraps the handset's root key with an AES-256-GCM key that never leaves the phone's security chip.
 *
 * The key works behind the lock screen and needs no fingerprint: the library checks the officer's PIN itself, and a locked
 * handset still has to sync. Where the phone has a StrongBox, the key is made there.
 */
class KeystoreVault(private val context: Context, private val alias: String = "saksi-root") : KeyVault {
    private val store: KeyStore by lazy { KeyStore.getInstance(PROVIDER).apply { load(null) } }

    @Synchronized
    override fun wrap(purpose: String, secret: ByteArray): ByteArray = guarded {
        val cipher = Cipher.getInstance(TRANSFORMATION)
        cipher.init(Cipher.ENCRYPT_MODE, existing() ?: create())
        cipher.updateAAD(purpose.toByteArray())
        cipher.iv + cipher.doFinal(secret)
    }

    @Synchronized
    override fun unwrap(purpose: String, wrapped: ByteArray): ByteArray = guarded {
        if (wrapped.size < IV_BYTES + TAG_BITS / 8) throw PlatformException.KeyLost()
        val cipher = Cipher.getInstance(TRANSFORMATION)
        val key = existing() ?: throw PlatformException.KeyLost()
        cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(TAG_BITS, wrapped, 0, IV_BYTES))
        cipher.updateAAD(purpose.toByteArray())
        cipher.doFinal(wrapped, IV_BYTES, wrapped.size - IV_BYTES)
    }

    private fun existing(): SecretKey? = store.getKey(alias, null) as SecretKey?

    private fun create(): SecretKey {
        val chip = Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)
        if (chip) {
            try {
                return generate(strongBox = true)
            } catch (_: ProviderException) {
                // Its kind for a StrongBox that can't came with Android 9. The trusted environment then holds the key.
            }
        }
        return generate(strongBox = false)
    }

    private fun generate(strongBox: Boolean): SecretKey {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val key = KeyGenParameterSpec.Builder(alias, purposes)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        if (strongBox && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) key.setIsStrongBoxBacked(true)
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER)
        generator.init(key.build())
        return generator.generateKey()
    }

    /** What the library has to tell apart: a key that is gone for good, and a chip that failed this time. */
    private fun <T> guarded(work: () -> T): T = try {
        work()
    } catch (lost: AEADBadTagException) {
        throw PlatformException.KeyLost()
    } catch (lost: KeyPermanentlyInvalidatedException) {
        throw PlatformException.KeyLost()
    } catch (told: PlatformException) {
        throw told
    } catch (failed: Exception) {
        throw PlatformException.Failed(failed.javaClass.simpleName)
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
        const val IV_BYTES = 12
        const val TAG_BITS = 128
    }
}
