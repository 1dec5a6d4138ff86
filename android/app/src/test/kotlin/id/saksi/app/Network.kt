package id.saksi.app

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import kotlin.concurrent.thread

/** The way to the server, which the test can cut. */
class Network(server: URI) : AutoCloseable {
    private val (host, port) = server.host to server.port
    private val door = ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))

    /** Whether anything gets through. */
    @Volatile var on = true

    /** Where phones reach the server. */
    val address: URI = URI(server.scheme, null, server.host, door.localPort, server.path, null, null)

    init {
        thread(isDaemon = true, name = "test-network") {
            while (!door.isClosed) {
                try {
                    val phone = door.accept()
                    if (on) join(phone, Socket(host, port)) else phone.close()
                } catch (_: IOException) {
                    // Closed, or the other side went.
                }
            }
        }
    }

    override fun close() = door.close()

    private fun join(phone: Socket, server: Socket) {
        pour(phone, server)
        pour(server, phone)
    }

    private fun pour(from: Socket, to: Socket) = thread(isDaemon = true) {
        try {
            from.getInputStream().copyTo(to.getOutputStream())
        } catch (_: IOException) {
            // One side went: so does the other.
        }
        from.close()
        to.close()
    }
}
