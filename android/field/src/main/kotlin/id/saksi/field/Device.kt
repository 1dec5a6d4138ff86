package id.saksi.field

import id.saksi.core.Language
import id.saksi.core.Platform
import java.nio.ByteBuffer

/** What the app's phone does for it. Everything else here is plain Kotlin, and runs wherever a JVM does. */
interface Device {
    /** The handset's folder. */
    val folder: String

    /** The folder of the handset to practise with. */
    val practiceFolder: String

    /** The folder of the face models. */
    val models: String

    /** Keystore, clocks and position. */
    val platform: Platform

    /** What the office sees of a new handset, such as the phone's name. */
    val label: String

    /** The app's version, such as 1.4.0. */
    val version: String

    /** The phone and its system, for the troubleshooting report. */
    val about: String

    /** The phone's language. */
    val language: Language

    /** What the office has set for its phones. */
    val fleet: Fleet

    /** The roster to practise with; null where the app has none. Blocks. */
    fun practiceRoster(): ByteBuffer?

    /** Sends bytes to the receipt printer, and says whether it took them all. Blocks. */
    fun print(bytes: ByteArray): Boolean

    /** Asks the system for a sync as soon as there is a network. */
    fun syncLater()
}
