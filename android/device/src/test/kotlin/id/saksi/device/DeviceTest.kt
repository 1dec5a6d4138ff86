package id.saksi.device

import android.Manifest
import android.app.Application
import android.app.job.JobScheduler
import android.content.RestrictionsManager
import android.location.Location
import android.location.LocationManager
import android.os.Bundle
import android.os.Looper
import android.os.SystemClock
import android.util.Size
import id.saksi.core.FrameLayout
import id.saksi.core.PlatformException
import id.saksi.field.Fleet
import id.saksi.field.Lens
import java.nio.ByteBuffer
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What the phone does for the library, as far as a phone's parts can be stood in for. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], application = Application::class)
class DeviceTest {
    private val phone: Application = RuntimeEnvironment.getApplication()

    @Before
    fun keystore() = FakeKeystore.install()

    @Test
    fun `what was wrapped is unwrapped for the same purpose, and for no other`() {
        val vault = KeystoreVault(phone)
        val secret = ByteArray(32) { it.toByte() }
        val wrapped = vault.wrap("root", secret)
        assertFalse(wrapped.asList().windowed(8).any { it == secret.asList().take(8) })
        assertArrayEquals(secret, KeystoreVault(phone).unwrap("root", wrapped))
        assertThrows(PlatformException.KeyLost::class.java) { vault.unwrap("other", wrapped) }
    }

    @Test
    fun `altered bytes and a key that is gone are a lost key, and nothing worse`() {
        val vault = KeystoreVault(phone)
        val wrapped = vault.wrap("root", ByteArray(32))
        for (at in wrapped.indices) {
            val altered = wrapped.copyOf().also { it[at] = (it[at] + 1).toByte() }
            assertThrows(PlatformException.KeyLost::class.java) { vault.unwrap("root", altered) }
        }
        assertThrows(PlatformException.KeyLost::class.java) { vault.unwrap("root", ByteArray(5)) }
        FakeKeystore.forget()
        assertThrows(PlatformException.KeyLost::class.java) { vault.unwrap("root", wrapped) }
    }

    @Test
    fun `the clock counts on from the start of the phone`() {
        val clock = PhoneClock(phone)
        val (first, second) = clock.now() to clock.now()
        assertEquals(first.boot, second.boot)
        assertTrue(second.monotonicMs >= first.monotonicMs)
    }

    @Test
    fun `without permission no position is asked for, and with it a fix has its age`() {
        val manager = phone.getSystemService(LocationManager::class.java)!!
        Whereabouts(phone).use { nowhere ->
            nowhere.start()
            assertNull(nowhere.lastFix())
        }
        shadowOf(phone).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION)
        Whereabouts(phone).use { here ->
            here.start()
            shadowOf(manager).simulateLocation(fix(-6.9, 107.6, 12f))
            // A much coarser one doesn't take the place of one that is fresh.
            shadowOf(manager).simulateLocation(fix(0.0, 0.0, 3_000f))
            shadowOf(Looper.getMainLooper()).idle()
            SystemClock.sleep(5_000)
            val fix = here.lastFix()!!
            assertEquals(-6.9, fix.latitude, 1e-9)
            assertEquals(12.0, fix.accuracyM, 1e-9)
            assertTrue("${fix.ageMs}", fix.ageMs!! in 5_000uL..6_000uL)
        }
    }

    @Test
    fun `a frame is turned upright, whichever camera and however the phone is held`() {
        assertEquals(90, Camera.turn(sensor = 90, Lens.BACK, turnedBy = 0))
        assertEquals(0, Camera.turn(sensor = 90, Lens.BACK, turnedBy = 90))
        assertEquals(180, Camera.turn(sensor = 90, Lens.BACK, turnedBy = 270))
        assertEquals(270, Camera.turn(sensor = 270, Lens.FRONT, turnedBy = 0))
        assertEquals(0, Camera.turn(sensor = 270, Lens.FRONT, turnedBy = 90))
    }

    @Test
    fun `the smallest size with enough pixels is taken`() {
        val sizes = listOf(Size(640, 480), Size(1920, 1080), Size(1280, 720), Size(1440, 1080))
        assertEquals(Size(1280, 720), Camera.nearest(sizes, Size(1280, 720)))
        assertEquals(Size(1920, 1080), Camera.nearest(sizes, Size(4000, 3000)))
        assertEquals(Size(1280, 720), Camera.nearest(emptyList(), Size(1280, 720)))
    }

    @Test
    fun `a code is read from a frame, once, also where rows are padded`() {
        val told = mutableListOf<String>()
        val reader = CodeReader(told::add)
        reader.look(side = 60, stride = 64) { _, _ -> false }
        val text = "SAKSI-TEST"
        val code = com.google.zxing.qrcode.QRCodeWriter().encode(text, com.google.zxing.BarcodeFormat.QR_CODE, 200, 200)
        repeat(2) { reader.look(side = 200, stride = 208) { x, y -> code.get(x, y) } }
        assertEquals(listOf(text), told)
    }

    @Test
    fun `one sync is asked for, however often`() {
        repeat(3) { SyncJob.schedule(phone) }
        val job = phone.getSystemService(JobScheduler::class.java)!!.allPendingJobs.single()
        assertTrue(job.isPersisted)
        assertNotNull(job.requiredNetwork)
    }

    @Test
    fun `an office's settings are read, and nonsense is none`() {
        assertEquals(Fleet(), Phone(phone, "1.0.0").fleet)
        val manager = phone.getSystemService(RestrictionsManager::class.java)!!
        val set = Bundle().apply {
            putString("server", " https://saksi.example.id ")
            putString("office", "Pos Cianjur")
            putString("language", "nl")
            putString("camera", "front")
            putString("minimum_version", "1.2")
        }
        shadowOf(manager).setApplicationRestrictions(set)
        val read = Fleet("https://saksi.example.id", "Pos Cianjur", null, Lens.FRONT, "1.2")
        assertEquals(read, Phone(phone, "1.0.0").fleet)
    }

    private fun fix(latitude: Double, longitude: Double, accuracy: Float) = Location("gps").also {
        it.latitude = latitude
        it.longitude = longitude
        it.accuracy = accuracy
        it.elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
        it.time = System.currentTimeMillis()
    }

    private fun CodeReader.look(side: Int, stride: Int, dark: (Int, Int) -> Boolean) {
        // As a camera delivers it, without the padding of the last row.
        val luma = ByteBuffer.allocateDirect(stride * (side - 1) + side)
        for (y in 0 until side) for (x in 0 until side) luma.put(y * stride + x, if (dark(x, y)) 0 else -1)
        val none = ByteBuffer.allocateDirect(0)
        val size = side.toUInt()
        frame(luma, none, none, FrameLayout(size, size, stride.toUInt(), 0u, 0u, 0u, false, 0uL))
    }
}
