package id.saksi.app

import android.app.Activity
import android.content.pm.ActivityInfo
import android.util.Size
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import androidx.compose.ui.viewinterop.AndroidView
import id.saksi.app.parts.Mood
import id.saksi.app.parts.Notice
import id.saksi.device.Camera
import id.saksi.field.Lens
import id.saksi.field.Viewer

/** The phone's camera. It's open exactly as long as its picture is on the screen. */
class CameraEye(private val activity: Activity) : Eye {
    @Composable
    override fun Preview(lens: Lens, width: Int, height: Int, light: Boolean, viewer: Viewer) {
        val camera = remember { Camera(activity) }
        var failed by remember { mutableStateOf(false) }
        DisposableEffect(camera) {
            // Frames that are turned otherwise than the first belong to no capture.
            activity.requestedOrientation = ActivityInfo.SCREEN_ORIENTATION_LOCKED
            onDispose {
                activity.requestedOrientation = ActivityInfo.SCREEN_ORIENTATION_UNSPECIFIED
                camera.close()
            }
        }
        LaunchedEffect(light) { camera.light(light) }
        AndroidView(
            factory = { context ->
                SurfaceView(context).apply {
                    holder.setFixedSize(width, height)
                    holder.addCallback(object : SurfaceHolder.Callback {
                        override fun surfaceCreated(holder: SurfaceHolder) =
                            camera.open(lens, Size(width, height), turned(), holder.surface, viewer) { post { failed = true } }

                        override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

                        override fun surfaceDestroyed(holder: SurfaceHolder) = camera.stop()
                    })
                }
            },
            modifier = Modifier.fillMaxSize(),
        )
        if (failed) Box(Modifier.padding(20.dp)) { Notice(Mood.STOP, words.cameraFailed) }
    }

    @Suppress("DEPRECATION") // What replaces it came with Android 11.
    private fun turned() = when (activity.windowManager.defaultDisplay.rotation) {
        Surface.ROTATION_90 -> 90
        Surface.ROTATION_180 -> 180
        Surface.ROTATION_270 -> 270
        else -> 0
    }
}
