package id.saksi.device

import android.content.Context
import android.os.VibrationEffect
import android.os.Vibrator

/** What the hand feels, so that the eyes may stay on the person. */
class Haptics(context: Context) {
    private val vibrator = context.getSystemService(Vibrator::class.java)

    /** Something went well: one short beat. */
    fun done() = buzz(VibrationEffect.createOneShot(60, VibrationEffect.DEFAULT_AMPLITUDE))

    /** Something has to be looked at: two beats. */
    fun look() = buzz(VibrationEffect.createWaveform(longArrayOf(0, 80, 90, 80), -1))

    private fun buzz(effect: VibrationEffect) {
        if (vibrator?.hasVibrator() == true) vibrator.vibrate(effect)
    }
}
