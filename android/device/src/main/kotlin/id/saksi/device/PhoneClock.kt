package id.saksi.device

import android.content.Context
import android.os.SystemClock
import android.provider.Settings
import id.saksi.core.Clock
import id.saksi.core.ClockReading

/** The phone's clocks: the wall clock, which anyone may set, and the time since the last start, which nobody can. */
class PhoneClock(context: Context) : Clock {
    private val boot = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0).toString()

    override fun now() = ClockReading(
        wallMs = System.currentTimeMillis(),
        boot = boot,
        monotonicMs = SystemClock.elapsedRealtime().toULong(),
    )
}
