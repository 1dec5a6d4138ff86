package id.saksi.field

import id.saksi.core.Language

/** Which camera looks at beneficiaries. */
enum class Lens { BACK, FRONT }

/** What the office sets for its phones by managed configuration. All of it may be left out. */
data class Fleet(
    /** The only server whose tickets are taken, such as `https://saksi.example:8443`. */
    val server: String? = null,
    /** The post office, as receipts show it. */
    val office: String? = null,
    /** The app's language; the phone's, where there is none. */
    val language: Language? = null,
    /** Which camera looks at beneficiaries. */
    val lens: Lens = Lens.BACK,
    /** The oldest version of the app that may be used. */
    val minimumVersion: String? = null,
) {
    /** Whether this version of the app is too old. */
    fun outdated(version: String): Boolean = minimumVersion != null && compare(version, minimumVersion) < 0

    /** Whether a ticket of this text is for the fleet's own server. */
    fun takes(ticket: String): Boolean {
        val named = SERVER.find(ticket)?.groupValues?.get(1)?.replace("\\/", "/")
        return server == null || named?.trimEnd('/') == server.trimEnd('/')
    }

    companion object {
        private val SERVER = Regex("\"server\"\\s*:\\s*\"([^\"]*)\"")

        /** What was set, by name, as the keys of `app_restrictions.xml`. A value that makes no sense counts as left out. */
        fun read(set: (String) -> String?): Fleet {
            fun text(key: String) = set(key)?.trim()?.ifEmpty { null }
            return Fleet(
                server = text("server"),
                office = text("office"),
                language = Language.entries.find { it.name.equals(text("language"), ignoreCase = true) },
                lens = if (text("camera") == "front") Lens.FRONT else Lens.BACK,
                minimumVersion = text("minimum_version")?.takeIf { version -> version.all { it.isDigit() || it == '.' } },
            )
        }

        /** Compares versions number by number; what isn't a number counts as 0. */
        private fun compare(one: String, other: String): Int {
            val (a, b) = listOf(one, other).map { version -> version.split('.').map { it.toIntOrNull() ?: 0 } }
            return (0 until maxOf(a.size, b.size)).map { a.getOrElse(it) { 0 }.compareTo(b.getOrElse(it) { 0 }) }
                .firstOrNull { it != 0 } ?: 0
        }
    }
}
