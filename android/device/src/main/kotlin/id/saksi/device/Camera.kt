package id.saksi.device

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.util.Size
import android.view.Surface
import id.saksi.core.FrameLayout
import id.saksi.field.Lens
import id.saksi.field.Viewer

/**
 * The phone's camera. Frames go to the library without a copy: it reads the `ImageReader`'s direct buffers, and the image is
 * closed when it has. A frame that comes while one is being looked at is dropped.
 */
class Camera(context: Context) : AutoCloseable {
    private val manager = context.service<CameraManager>()
    private val thread = HandlerThread("saksi-camera").apply { start() }
    private val handler = Handler(thread.looper)
    private var device: CameraDevice? = null
    private var session: CameraCaptureSession? = null
    private var reader: ImageReader? = null
    private var torch = false
    private var request: CaptureRequest.Builder? = null

    /**
     * Opens a camera that shows what it sees on [preview] and lends its frames to [viewer]. [turnedBy] is by how many degrees
     * the screen is turned from its natural position. Needs the permission; [failed] is told in place of an exception.
     */
    @SuppressLint("MissingPermission")
    fun open(lens: Lens, wanted: Size, turnedBy: Int, preview: Surface?, viewer: Viewer, failed: () -> Unit) {
        handler.post {
            try {
                val id = camera(lens) ?: return@post failed()
                val seen = manager.getCameraCharacteristics(id)
                val turn = turn(seen, lens, turnedBy)
                val reader = reader(seen, wanted, lens, turn, viewer).also { reader = it }
                val surfaces = listOfNotNull(preview, reader.surface)
                manager.openCamera(id, opened(surfaces, failed), handler)
            } catch (_: CameraAccessException) {
                failed()
            } catch (_: SecurityException) {
                failed()
            }
        }
    }

    /** Switches the light on or off, where there is one. */
    fun light(on: Boolean) {
        handler.post {
            torch = on
            repeat()
        }
    }

    /** Closes the camera, and keeps its thread for the next time. */
    fun stop() {
        handler.post(::release)
    }

    override fun close() {
        stop()
        thread.quitSafely()
    }

    private fun release() {
        session?.close()
        device?.close()
        reader?.close()
        session = null
        device = null
        reader = null
        request = null
    }

    private fun camera(lens: Lens): String? {
        val facing = when (lens) {
            Lens.BACK -> CameraCharacteristics.LENS_FACING_BACK
            Lens.FRONT -> CameraCharacteristics.LENS_FACING_FRONT
        }
        return manager.cameraIdList.firstOrNull {
            manager.getCameraCharacteristics(it).get(CameraCharacteristics.LENS_FACING) == facing
        }
    }

    private fun reader(seen: CameraCharacteristics, wanted: Size, lens: Lens, turn: Int, viewer: Viewer): ImageReader {
        val sizes = seen.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)
            ?.getOutputSizes(ImageFormat.YUV_420_888).orEmpty()
        val size = nearest(sizes.toList(), wanted)
        // Two: the one that is being looked at, and the one that the camera fills meanwhile.
        val reader = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, 2)
        reader.setOnImageAvailableListener({ ready ->
            ready.acquireLatestImage()?.use { viewer.show(it, turn, mirrored = lens == Lens.FRONT) }
        }, handler)
        return reader
    }

    private fun opened(surfaces: List<Surface>, failed: () -> Unit) = object : CameraDevice.StateCallback() {
        override fun onOpened(camera: CameraDevice) {
            device = camera
            @Suppress("DEPRECATION") // What replaces it came with Android 9.
            camera.createCaptureSession(surfaces, configured(camera, surfaces, failed), handler)
        }

        override fun onDisconnected(camera: CameraDevice) = gone(failed)

        override fun onError(camera: CameraDevice, error: Int) = gone(failed)
    }

    private fun configured(camera: CameraDevice, surfaces: List<Surface>, failed: () -> Unit) =
        object : CameraCaptureSession.StateCallback() {
            override fun onConfigured(configured: CameraCaptureSession) {
                session = configured
                request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
                    surfaces.forEach(::addTarget)
                    set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                }
                repeat()
            }

            override fun onConfigureFailed(refused: CameraCaptureSession) = gone(failed)
        }

    private fun gone(failed: () -> Unit) {
        release()
        failed()
    }

    private fun repeat() {
        val asked = request ?: return
        asked.set(CaptureRequest.FLASH_MODE, if (torch) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF)
        session?.setRepeatingRequest(asked.build(), null, handler)
    }

    internal companion object {
        /** The smallest size that has all the pixels that are wanted, or else the largest. */
        fun nearest(sizes: List<Size>, wanted: Size): Size {
            val pixels = { size: Size -> size.width.toLong() * size.height }
            val enough = sizes.filter { it.width >= wanted.width && it.height >= wanted.height }
            return enough.minByOrNull(pixels) ?: sizes.maxByOrNull(pixels) ?: wanted
        }

        /** By how many degrees a frame has to be turned clockwise to be upright on the screen. */
        fun turn(sensor: Int, lens: Lens, turnedBy: Int) = when (lens) {
            Lens.BACK -> (sensor - turnedBy + 360) % 360
            Lens.FRONT -> (sensor + turnedBy) % 360
        }

        private fun turn(seen: CameraCharacteristics, lens: Lens, turnedBy: Int) =
            turn(seen.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0, lens, turnedBy)

        /** The image's own memory is lent, and closed when the viewer has looked. */
        private fun Viewer.show(image: Image, turn: Int, mirrored: Boolean) {
            val (y, u, v) = image.planes
            val layout = FrameLayout(
                width = image.width.toUInt(),
                height = image.height.toUInt(),
                rowStride = y.rowStride.toUInt(),
                chromaRowStride = u.rowStride.toUInt(),
                chromaPixelStride = u.pixelStride.toUInt(),
                turnDegrees = turn.toUInt(),
                mirrored = mirrored,
                timeNs = image.timestamp.toULong(),
            )
            frame(y.buffer, u.buffer, v.buffer, layout)
        }
    }
}
