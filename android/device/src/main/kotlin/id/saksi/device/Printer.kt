package id.saksi.device

import android.Manifest
import android.annotation.SuppressLint
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothManager
import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import java.io.IOException
import java.util.UUID

/** A thermal printer that the phone was paired with. */
data class PairedPrinter(val name: String, val address: String)

/** Sends bytes to a Bluetooth thermal printer. What they say is decided elsewhere. */
class Printer(private val context: Context) {
    private val adapter get() = context.getSystemService(BluetoothManager::class.java)?.adapter

    /** The paired devices that can be printers; none without the permission. */
    @SuppressLint("MissingPermission")
    fun paired(): List<PairedPrinter> {
        if (!allowed()) return emptyList()
        val serial = adapter?.bondedDevices.orEmpty().filter { it.bluetoothClass?.majorDeviceClass == IMAGING || it.speaksSerial() }
        return serial.map { PairedPrinter(it.name ?: it.address, it.address) }.sortedBy { it.name }
    }

    /** Prints; blocks for some seconds, and says whether the printer took it all. */
    @SuppressLint("MissingPermission")
    fun print(printer: PairedPrinter, bytes: ByteArray): Boolean {
        if (!allowed()) return false
        val device = adapter?.getRemoteDevice(printer.address) ?: return false
        return try {
            device.createRfcommSocketToServiceRecord(SERIAL_PORT).use { socket ->
                socket.connect()
                socket.outputStream.write(bytes)
                socket.outputStream.flush()
                // A printer that is let go too early drops what it hasn't printed.
                Thread.sleep(DRAIN_MS)
            }
            true
        } catch (_: IOException) {
            false
        }
    }

    @SuppressLint("MissingPermission")
    private fun BluetoothDevice.speaksSerial() = uuids.orEmpty().any { it.uuid == SERIAL_PORT }

    private fun allowed() = Build.VERSION.SDK_INT < Build.VERSION_CODES.S ||
        context.checkSelfPermission(Manifest.permission.BLUETOOTH_CONNECT) == PackageManager.PERMISSION_GRANTED

    private companion object {
        val SERIAL_PORT: UUID = UUID.fromString("00001101-0000-1000-8000-00805F9B34FB")
        const val IMAGING = 0x0600
        const val DRAIN_MS = 800L
    }
}
