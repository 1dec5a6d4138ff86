package id.saksi.device

import android.security.keystore.KeyGenParameterSpec
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/** Stands in for Android's keystore where there is no phone: keys by name, in memory. It is no proof of any chip. */
class FakeKeystore : Provider("AndroidKeyStore", "1", "in memory") {
    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyGenerator.AES", Generator::class.java.name)
    }

    class Store : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? = KEYS[alias]
        override fun engineDeleteEntry(alias: String) { KEYS.remove(alias) }
        override fun engineAliases(): Enumeration<String> = Collections.enumeration(KEYS.keys)
        override fun engineContainsAlias(alias: String) = alias in KEYS
        override fun engineSize() = KEYS.size
        override fun engineIsKeyEntry(alias: String) = alias in KEYS
        override fun engineIsCertificateEntry(alias: String) = false
        override fun engineGetCertificate(alias: String): Certificate? = null
        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null
        override fun engineGetCertificateAlias(certificate: Certificate): String? = null
        override fun engineGetCreationDate(alias: String): Date? = null
        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<out Certificate>?) = Unit
        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<out Certificate>?) = Unit
        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = Unit
        override fun engineStore(stream: OutputStream?, password: CharArray?) = Unit
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
    }

    class Generator : KeyGeneratorSpi() {
        private lateinit var asked: KeyGenParameterSpec
        override fun engineInit(random: SecureRandom?) = error("Android's keystore wants to know the key's name")
        override fun engineInit(size: Int, random: SecureRandom?) = engineInit(random)
        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) { asked = params as KeyGenParameterSpec }
        override fun engineGenerateKey(): SecretKey {
            val key = SecretKeySpec(ByteArray(asked.keySize / 8).also(SecureRandom()::nextBytes), "AES")
            KEYS[asked.keystoreAlias] = key
            return key
        }
    }

    companion object {
        private val KEYS = mutableMapOf<String, SecretKey>()

        /** A new keystore without keys, as the phone's. */
        fun install() {
            forget()
            Security.removeProvider("AndroidKeyStore")
            Security.addProvider(FakeKeystore())
        }

        /** As when the phone's lock was taken off, or its chip was reset. */
        fun forget() = KEYS.clear()
    }
}
