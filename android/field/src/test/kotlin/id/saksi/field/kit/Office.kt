package id.saksi.field.kit

import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectories
import kotlin.io.path.extension
import kotlin.io.path.writeText

/** Where the tests find programs, models and portraits. `tests/tests/android.rs` gives them. */
object Given {
    /** The folder of `saksi` and `saksi-server`. */
    val programs: Path by lazy { folder("SAKSI_PROGRAMS") }

    /** The folder of the models. */
    val models: Path by lazy { folder("SAKSI_MODELS") }

    /** A sample portrait. */
    fun portrait(name: String): Path = models.resolve("portraits").resolve(name)

    private fun folder(name: String) = Path.of(System.getenv(name) ?: error("$name is not set: see android/field/README.md"))
}

/** Someone on the roster. Names and numbers are invented; the numbers are well-formed. */
data class Invented(val id: String, val nik: String, val name: String, val portrait: String? = null)

/** The programme's office: a real server in a process of its own, over TLS, with a roster whose faces come from portraits. */
class Office(private val liveness: String = "off") : AutoCloseable {
    private val folder = Files.createTempDirectory("saksi-office")
    private val ports = List(2) { ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort } }
    private var process: Process? = null

    /** The roster with faces: also what is practised with. */
    val roster: Path = folder.resolve("enrolled.csv")

    init {
        enrol()
        open()
        office("import-roster", "--round", ROUND, "--title", TITLE, "$roster")
    }

    /** The server runs: handsets are online. */
    fun open() {
        val (handsets, pages) = ports.map { "127.0.0.1:$it" }
        val started = server("--handset-listen", handsets, "--office-listen", pages, "--liveness", liveness, "--portraits")
            .redirectErrorStream(true).start()
        process = started
        val said = started.inputStream.bufferedReader()
        generateSequence(said::readLine).firstOrNull { it.startsWith("office:") } ?: error("the server doesn't start")
        Thread({ said.forEachLine { } }, "office-log").apply { isDaemon = true }.start()
    }

    /** The server is gone: handsets are offline. */
    fun shut() {
        process?.destroyForcibly()?.waitFor()
        process = null
    }

    /** The text of a ticket's QR code. */
    fun ticket() = office("ticket", "--qr", "${folder.resolve("ticket.svg")}")

    /** The text of the QR code that lets an officer in on a handset. */
    fun unlockCode(handset: String, officer: String) = office("admit-officer", handset, officer)

    override fun close() {
        shut()
        folder.toFile().deleteRecursively()
    }

    private fun enrol() {
        val (plain, photos) = folder.resolve("roster.csv") to folder.resolve("photos").createDirectories()
        val lines = ROSTER.map { "${it.id},${it.nik},${it.name},\"Jl. Melati 4, RT 02/RW 05\",R1,$AMOUNT" }
        plain.writeText((listOf("id,nik,name,address,route,amount") + lines).joinToString("\n", postfix = "\n"))
        for (person in ROSTER) {
            val portrait = Given.portrait(person.portrait ?: continue)
            portrait.copyTo(photos.resolve("${person.id}.${portrait.extension}"))
        }
        saksi("roster", "enrol", "$plain", "--photos", "$photos", "--out", "$roster", "--portraits")
    }

    private fun office(vararg arguments: String) = printed(server(*arguments))

    private fun server(vararg arguments: String) =
        ProcessBuilder("${Given.programs.resolve("saksi-server")}", "--data", "${folder.resolve("server")}", *arguments)

    companion object {
        const val ROUND = "BST-2026-11"
        const val TITLE = "BST Tahap November 2026"
        const val AMOUNT = 300_000L

        /** The first two have a face. */
        val ROSTER = listOf(
            Invented("KPM-3273-0001", "3273010408610002", "Bambang Wicaksono", "obama.jpg"),
            Invented("KPM-3273-0002", "3273015911560004", "Ratna Kusumawardani", "astronaut.png"),
            Invented("KPM-3273-0003", "3273011203700001", "Agus Setiawan"),
            Invented("KPM-3273-0004", "3273016208480003", "Yohana Simanjuntak"),
            Invented("KPM-3273-0005", "3273012705830006", "Dedi Kurniawan"),
            Invented("KPM-3273-0006", "3273014107390001", "Siti Rahayu"),
        )

        /** Runs `saksi`, and gives what it printed. */
        fun saksi(vararg arguments: String): String {
            val program = ProcessBuilder("${Given.programs.resolve("saksi")}", *arguments)
            program.environment()["SAKSI_MODELS"] = "${Given.models}"
            return printed(program)
        }

        private fun printed(program: ProcessBuilder): String {
            val errors = Files.createTempFile("saksi", "err")
            val started = program.redirectError(errors.toFile()).start()
            val printed = started.inputStream.bufferedReader().readText().trim()
            check(started.waitFor() == 0) { Files.readString(errors) }
            Files.delete(errors)
            return printed
        }
    }
}
