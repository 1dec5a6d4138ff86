package id.saksi.device

import android.Manifest
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location as PhoneLocation
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.Looper
import android.os.SystemClock
import id.saksi.core.Fix
import id.saksi.core.Location
import java.util.concurrent.atomic.AtomicReference

/**
 * The phone's position, from its own receivers: no Google service is needed. The library asks at the moment of a payment, so
 * the answer is the best fix so far, with its age.
 */
class Whereabouts(private val context: Context) : Location, AutoCloseable {
    private val manager = context.service<LocationManager>()
    private val best = AtomicReference<PhoneLocation?>()

    // All methods, as older phones have no defaults for them.
    private val listener = object : LocationListener {
        override fun onLocationChanged(location: PhoneLocation) = offer(location)
        override fun onProviderEnabled(provider: String) = Unit
        override fun onProviderDisabled(provider: String) = Unit
        @Deprecated("Called by Android 9 and older")
        override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit
    }

    /** Listens from now on, if the officer allowed it. */
    fun start() {
        if (!allowed()) return
        for (provider in manager.allProviders.filter { it in PROVIDERS }) {
            manager.getLastKnownLocation(provider)?.let(::offer)
            manager.requestLocationUpdates(provider, EVERY_MS, MOVED_M, listener, Looper.getMainLooper())
        }
    }

    override fun close() = manager.removeUpdates(listener)

    override fun lastFix(): Fix? = best.get()?.let { fix ->
        Fix(
            latitude = fix.latitude,
            longitude = fix.longitude,
            accuracyM = fix.accuracy.toDouble(),
            mocked = mocked(fix),
            ageMs = ageMs(fix).toULong(),
        )
    }

    /** A newer fix counts unless it is much coarser than one that is still fresh. */
    private fun offer(next: PhoneLocation) {
        best.updateAndGet { now -> if (now == null || ageMs(now) > FRESH_MS || next.accuracy <= 2 * now.accuracy) next else now }
    }

    private fun ageMs(fix: PhoneLocation) =
        ((SystemClock.elapsedRealtimeNanos() - fix.elapsedRealtimeNanos) / 1_000_000).coerceAtLeast(0)

    @Suppress("DEPRECATION")
    private fun mocked(fix: PhoneLocation) =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) fix.isMock else fix.isFromMockProvider

    private fun allowed() =
        context.checkSelfPermission(Manifest.permission.ACCESS_FINE_LOCATION) == PackageManager.PERMISSION_GRANTED

    private companion object {
        val PROVIDERS = setOf("gps", "network", "fused")
        const val EVERY_MS = 15_000L
        const val MOVED_M = 10f
        const val FRESH_MS = 60_000L
    }
}
