package id.saksi.field

import id.saksi.core.BeneficiaryId
import id.saksi.core.RecordId
import id.saksi.core.RoundId
import id.saksi.core.VisitSort
import java.net.URLDecoder
import java.net.URLEncoder

/** Where the officer is. Small enough to be written down, so that a killed app comes back to the same place. */
sealed interface Screen {
    /** The library and the handset are being opened. */
    data object Opening : Screen

    /** The app is older than the fleet allows. */
    data object Outdated : Screen

    /** The handset can't be opened: what is wrong, and what can be told a supervisor. */
    data object Trouble : Screen

    /** A new handset: the supervisor's ticket, the officer, the PIN. */
    data object HandOut : Screen

    /** The PIN. */
    data object Unlock : Screen

    /** A supervisor's code: to let an officer in, or to erase. */
    data object Code : Screen

    /** Another PIN for an officer who knows the one before. */
    data object ChangePin : Screen

    /** The officer's own face, so that it is never paid. */
    data object OwnFace : Screen

    /** Today. */
    data object Home : Screen

    /** Whom to visit, in walking order; or the search. */
    data class People(val round: RoundId) : Screen

    /** One beneficiary, and what can be done for them. */
    data class Person(val round: RoundId, val id: BeneficiaryId) : Screen

    /** A face is taken, recognised and paid: one beneficiary's (1:1), or whoever's it is (1:N). */
    data class Scan(val round: RoundId, val id: BeneficiaryId?) : Screen

    /** A visit step by step: a proxy, an exception, a first photo; or one that was interrupted. */
    data class Visit(val sort: VisitSort, val round: RoundId, val id: BeneficiaryId) : Screen

    /** What was written down, with its code. */
    data class Receipt(val record: RecordId) : Screen

    /** The officer's cash. */
    data class Cash(val round: RoundId) : Screen

    /** What was written down today, what waits, and what the server refused. */
    data object Outbox : Screen

    /** The supervisor's corner: officers, codes, practice, troubleshooting. */
    data object Supervisor : Screen

    companion object {
        /** A stack of screens as a text. */
        fun save(stack: List<Screen>) = stack.joinToString("/", transform = ::written)

        /** The stack again; without what can't be read, such as what another version of the app wrote. */
        fun restore(saved: String): List<Screen> = saved.split('/').mapNotNull(::read)

        private val plain =
            listOf(Opening, Outdated, Trouble, HandOut, Unlock, Code, ChangePin, OwnFace, Home, Outbox, Supervisor)

        private fun written(screen: Screen): String = when (screen) {
            is People -> line("People", screen.round)
            is Person -> line("Person", screen.round, screen.id)
            is Scan -> line("Scan", screen.round, screen.id.orEmpty())
            is Visit -> line("Visit", screen.sort.name, screen.round, screen.id)
            is Receipt -> line("Receipt", screen.record)
            is Cash -> line("Cash", screen.round)
            else -> screen.toString()
        }

        private fun line(vararg parts: String) = parts.joinToString(";") { URLEncoder.encode(it, "UTF-8") }

        private fun read(line: String): Screen? {
            val parts = line.split(';').map { URLDecoder.decode(it, "UTF-8") }
            fun part(n: Int) = parts.getOrElse(n) { "" }
            return when (part(0)) {
                "People" -> People(part(1))
                "Person" -> Person(part(1), part(2))
                "Scan" -> Scan(part(1), part(2).ifEmpty { null })
                "Visit" -> VisitSort.entries.find { it.name == part(1) }?.let { Visit(it, part(2), part(3)) }
                "Receipt" -> Receipt(part(1))
                "Cash" -> Cash(part(1))
                else -> plain.find { it.toString() == part(0) }
            }
        }
    }
}
