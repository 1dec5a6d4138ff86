// The screens of the day: today, whom to visit, one beneficiary, cash, and what was written down.
package id.saksi.field

import id.saksi.core.BeneficiaryId
import id.saksi.core.Card
import id.saksi.core.CashState
import id.saksi.core.HandsetInfo
import id.saksi.core.Interrupted
import id.saksi.core.ListedBeneficiary
import id.saksi.core.NotServedReason
import id.saksi.core.Notice
import id.saksi.core.OutboxCounts
import id.saksi.core.Progress
import id.saksi.core.Quarantined
import id.saksi.core.RecordId
import id.saksi.core.Round
import id.saksi.core.RoundId
import id.saksi.core.Standing
import id.saksi.core.Stop
import id.saksi.core.Summary
import id.saksi.core.VisitSort

/** Today. */
data class HomeState(
    /** The rounds on this phone. */
    val rounds: List<Round> = emptyList(),
    /** The one that is paid out. */
    val round: Round? = null,
    /** How far it has come. */
    val progress: Progress? = null,
    /** The officer's cash in it. */
    val cash: CashState? = null,
    /** What waits, was sent, and was refused. */
    val outbox: OutboxCounts = OutboxCounts(0u, 0u, 0u),
    /** The phone, and when it last heard of the server. */
    val info: HandsetInfo? = null,
    /** Visits that were cut short, with the beneficiary's name. */
    val interrupted: List<Unfinished> = emptyList(),
    /** The officer's own face isn't known yet. */
    val needsOwnFace: Boolean = false,
)

/** A visit that was cut short, and whom it was for. */
data class Unfinished(val visit: Interrupted, val name: String)

/** Shows today, and leads everywhere. */
class HomeModel internal constructor(saksi: Saksi) : Model<HomeState>(HomeState(), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow {
        val wanted = state.value.round?.id
        val read = ask { handset ->
            val rounds = handset.rounds()
            val round = rounds.find { it.id == wanted } ?: rounds.lastOrNull()
            val interrupted = handset.interrupted().map { Unfinished(it, handset.beneficiary(it.round, it.beneficiary).name) }
            HomeState(
                rounds = rounds,
                round = round,
                progress = round?.let { handset.progress(it.id) },
                cash = round?.let { handset.cash(it.id) },
                outbox = handset.outboxCounts(),
                info = handset.info(),
                interrupted = interrupted,
                needsOwnFace = !handset.hasOwnFace(),
            )
        }
        change { read }
    }

    /** Another round is paid out. */
    fun choose(round: Round) {
        change { it.copy(round = round) }
        refresh()
    }

    /** Scans whoever comes: the queue at a counter. */
    fun scan() = on { saksi.go(Screen.Scan(it, null)) }

    /** Shows whom to visit. */
    fun people() = on { saksi.go(Screen.People(it)) }

    /** Shows the cash. */
    fun cash() = on { saksi.go(Screen.Cash(it)) }

    /** Goes on with a visit that was cut short. */
    fun resume(visit: Interrupted) = saksi.go(Screen.Visit(visit.sort, visit.round, visit.beneficiary))

    /** Gives one up; what was taken at it is removed. */
    fun discard(visit: Interrupted) = tap {
        ask { it.discardInterrupted(visit.visit) }
        refresh()
    }

    private fun on(go: (RoundId) -> Unit) {
        state.value.round?.let { go(it.id) }
    }
}

/** Whom to visit. */
data class PeopleState(
    val round: RoundId,
    /** What is searched for; empty: the route. */
    val words: String = "",
    /** Who is still to be visited, in walking order. */
    val route: List<Stop> = emptyList(),
    /** Who was found, the nearest first. */
    val found: List<ListedBeneficiary> = emptyList(),
)

/** The route, the search by name, number or address, and the code on an invitation. */
class PeopleModel internal constructor(saksi: Saksi, private val round: RoundId) :
    Model<PeopleState>(PeopleState(round), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow {
        val route = ask { it.route(round, null) }
        change { it.copy(route = route) }
        look()
    }

    /** Words were typed. */
    fun search(words: String) {
        change { it.copy(words = words) }
        follow { look() }
    }

    /** A code was read from an invitation: a beneficiary's number. */
    fun invited(code: String) = tap {
        val id = code.trim().substringAfterLast('/').substringAfterLast(':')
        val person = ask { it.beneficiary(round, id) }
        saksi.go(Screen.Scan(round, person.id))
    }

    /** Shows one of them. */
    fun open(id: BeneficiaryId) = saksi.go(Screen.Person(round, id))

    private suspend fun look() {
        val words = state.value.words
        val found = if (words.isBlank()) emptyList() else ask { it.find(round, words) }
        // The officer may have typed on meanwhile.
        change { if (it.words == words) it.copy(found = found) else it }
    }
}

/** One beneficiary. */
data class PersonState(
    val round: RoundId,
    /** All that is known; null while it is read. */
    val card: Card? = null,
    /** The card's line of this round; null where nothing is due. */
    val person: ListedBeneficiary? = null,
) {
    /** Where the beneficiary stands in this round. */
    val standing: Standing? get() = card?.entitlements?.find { it.round.id == round }?.standing

    /** What can be done, the likeliest first. */
    val ways: List<Way> get() = if (card == null || person?.amount == null || person.paid != null) emptyList() else buildList {
        if (card.hasFace) add(Way.SCAN)
        add(Way.PROXY)
        add(Way.EXCEPTION)
        if (!card.hasFace && Notice.ConsentWithdrawn !in card.notices) add(Way.FIRST_PHOTO)
        add(Way.NOT_SERVED)
    }

    /** A way to serve somebody. */
    enum class Way { SCAN, PROXY, EXCEPTION, FIRST_PHOTO, NOT_SERVED }
}

/** Shows one beneficiary, and begins what can be done for them. */
class PersonModel internal constructor(saksi: Saksi, private val round: RoundId, private val id: BeneficiaryId) :
    Model<PersonState>(PersonState(round), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow {
        val (card, person) = ask { it.card(id) to it.beneficiary(round, id) }
        change { it.copy(card = card, person = person) }
    }

    /** The beneficiary stands there. */
    fun scan() = saksi.go(Screen.Scan(round, id))

    /** A proxy stands there. */
    fun proxy() = saksi.go(Screen.Visit(VisitSort.PROXY, round, id))

    /** The face can't be matched, or the beneficiary doesn't agree to a photo. */
    fun exception() = saksi.go(Screen.Visit(VisitSort.EXCEPTION, round, id))

    /** The roster has no face, and takes one now. */
    fun firstPhoto() = saksi.go(Screen.Visit(VisitSort.ENROLMENT, round, id))

    /** Nobody can be paid. */
    fun notServed(reason: NotServedReason) = tap { saksi.replace(Screen.Receipt(ask { it.notServed(round, id, reason) }.record)) }

    /** The beneficiary takes consent back: the face is forgotten. */
    fun withdrawConsent() = tap { saksi.replace(Screen.Receipt(ask { it.consentWithdrawn(round, id) }.record)) }
}

/** The officer's cash. */
data class CashScreenState(
    val round: RoundId,
    /** The account since it was last closed; null while it is read. */
    val cash: CashState? = null,
    /** It doesn't balance, and closing it asks for a reason. */
    val needsReason: Boolean = false,
)

/** Cash received and given back, and the day's close. */
class CashModel internal constructor(saksi: Saksi, private val round: RoundId) :
    Model<CashScreenState>(CashScreenState(round), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow { read() }

    /** The officer received cash. */
    fun received(rupiah: Long) = write { it.cashReceived(round, rupiah.toULong()) }

    /** The officer gave cash back. */
    fun returned(rupiah: Long) = write { it.cashReturned(round, rupiah.toULong()) }

    /** The day's close. Where the account doesn't balance, it asks for a reason. */
    fun closeDay(reason: String? = null) = tap {
        try {
            val receipt = ask { it.cashClosed(round, reason) }
            saksi.replace(Screen.Receipt(receipt.record))
        } catch (thrown: Exception) {
            if (Problem.of(thrown).code == "cash_differs") change { it.copy(needsReason = true) }
            throw thrown
        }
    }

    private fun write(call: (id.saksi.core.Handset) -> Summary) = tap {
        ask(call)
        read()
    }

    private suspend fun read() {
        val cash = ask { it.cash(round) }
        change { CashScreenState(round, cash, needsReason = it.needsReason && cash.difference != 0L) }
    }
}

/** What was written down. */
data class OutboxState(
    /** All of it, the latest first. */
    val day: List<Summary> = emptyList(),
    /** Names of those it is about. */
    val names: Map<BeneficiaryId, String> = emptyMap(),
    /** How much of it waits. */
    val counts: OutboxCounts = OutboxCounts(0u, 0u, 0u),
    /** What the server refused for good. */
    val quarantined: List<Quarantined> = emptyList(),
)

/** Shows what was written down, what waits to be sent, and what the server refused. */
class OutboxModel internal constructor(saksi: Saksi) : Model<OutboxState>(OutboxState(), saksi) {
    init {
        refresh()
    }

    override fun refresh() = follow {
        val read = ask { handset ->
            val day = handset.day().asReversed()
            val names = day.mapNotNull { it.beneficiary?.to(it.round) }.toMap().mapValues { (id, round) -> handset.nameOf(round, id) }
            OutboxState(day, names, handset.outboxCounts(), handset.quarantined())
        }
        change { read }
    }

    /** Shows one with its code. */
    fun open(record: RecordId) = saksi.go(Screen.Receipt(record))

    /** Lets the next sync try a record again. */
    fun retry(record: RecordId) = tap {
        ask { it.retryQuarantined(record) }
        refresh()
    }

    /** Copies a refused record, sealed as it is, for a supervisor. */
    fun export(record: RecordId, folder: String) = tap {
        if (!ask { it.exportQuarantined(record, folder) }.whole) show(Problem.said("not_whole"))
    }
}

/** A beneficiary's name; the number, where the roster no longer has it. */
internal fun id.saksi.core.Handset.nameOf(round: RoundId, id: BeneficiaryId): String =
    runCatching { beneficiary(round, id).name }.getOrDefault(id)
