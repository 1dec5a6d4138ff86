package id.saksi.field

import id.saksi.core.FaceEngine
import id.saksi.core.Handset
import id.saksi.core.Language
import id.saksi.core.Observer
import id.saksi.core.OfficerId
import id.saksi.core.OutboxCounts
import id.saksi.core.Round
import id.saksi.core.RoundId
import java.io.File
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** A screen, and the model that it draws. */
data class Place(val screen: Screen, val model: Model<*>)

/**
 * The app without its screens: which screen is shown with which model, who is at work, and the handset behind all of it.
 *
 * A user interface draws [place], and calls the functions of its model. All functions here return at once and are called
 * from the scope's thread; the library is called on [blocking].
 */
class Saksi(
    /** The phone. */
    val device: Device,
    /** Ends with the app. Its dispatcher is one thread. */
    val scope: CoroutineScope,
    private val blocking: CoroutineDispatcher,
) : AutoCloseable {
    private var stack = emptyList<Place>()
    private var handset: Handset? = null
    private var engine: FaceEngine? = null
    private var idle: Job? = null
    private var waiting = emptyList<Screen>()
    private var waitsFor: OfficerId? = null
    private val places: MutableStateFlow<Place>
    private val languages = MutableStateFlow(device.fleet.language ?: device.language)
    private val practices = MutableStateFlow(false)

    /** Sends what waits, whatever is on the screen. */
    val sync = SyncModel(this)

    /** What is shown. */
    val place: StateFlow<Place>

    /** In which language. */
    val language: StateFlow<Language> = languages.asStateFlow()

    /** Whether nothing counts: the handset is one to practise with. */
    val practising: StateFlow<Boolean> = practices.asStateFlow()

    /** Who is at work; null while locked. */
    var officer: OfficerId? = null
        private set

    init {
        stack = listOf(Place(Screen.Opening, PlainModel(this)))
        places = MutableStateFlow(stack.last())
        place = places.asStateFlow()
    }

    /** All wording, in the language of now. */
    val texts: Texts get() = Texts.of(languages.value)

    /** Opens the library and the handset. [saved] is what [save] gave to the process before this one. */
    fun start(saved: String? = null) {
        waiting = saved?.let(Screen::restore).orEmpty().filter(::survives)
        scope.launch {
            if (device.fleet.outdated(device.version)) return@launch root(Screen.Outdated)
            try {
                withContext(blocking) { hold(Handset.open(device.folder, device.platform, loaded())) }
                root(Screen.Unlock)
            } catch (thrown: Exception) {
                val problem = Problem.of(thrown)
                root(if (problem.code in NEEDS_A_TICKET) Screen.HandOut else Screen.Trouble)
                if (problem.code != "not_provisioned") stack.last().model.show(problem)
            }
        }
    }

    /** Where the officer is, for [start] after the process was killed. Names no one: numbers only. */
    fun save(): String = Screen.save(waiting.ifEmpty { stack.map { it.screen }.filter(::survives) })

    /** Shows a screen on top of this one. */
    fun go(screen: Screen) = show(stack + Place(screen, model(screen)))

    /** Shows a screen in place of this one. */
    fun replace(screen: Screen) {
        val gone = stack.last()
        show(stack.dropLast(1) + Place(screen, model(screen)))
        gone.model.close()
    }

    /** Back to the screen below. Returns whether there was one. */
    fun back(): Boolean {
        if (stack.size < 2) return false
        val gone = stack.last()
        show(stack.dropLast(1))
        gone.model.close()
        stack.last().model.refresh()
        return true
    }

    /** On to the next person, once this one's receipt was seen: another face of a queue, or back to the list. */
    internal fun afterReceipt(round: RoundId?) {
        while (stack.last().screen.let { it is Screen.Receipt || it is Screen.Person }) {
            if (!back()) return home()
        }
        if (round != null && stack.last().screen == Screen.Home) go(Screen.Scan(round, null))
    }

    /** Back to where the day is seen. */
    fun home() = root(if (officer == null) Screen.Unlock else Screen.Home)

    /** Speaks another language from now on. */
    fun speak(language: Language) {
        languages.value = language
    }

    /** Locks at once. What was under way is there again after the PIN. */
    fun lock() {
        scope.launch {
            withContext(blocking) { handset?.lock() }
            locked()
        }
    }

    override fun close() {
        idle?.cancel()
        stack.forEach { it.model.close() }
        sync.close()
        handset?.let {
            it.observe(null)
            it.close()
        }
        engine?.close()
    }

    /** Calls the handset where it may block. */
    internal suspend fun <T> ask(call: (Handset) -> T): T = withContext(blocking) { call(checkNotNull(handset)) }

    /** The same, where there is a handset. */
    internal suspend fun <T> askIfOpen(call: (Handset) -> T): T? = withContext(blocking) { handset?.let(call) }

    /** Calls the phone where it may block. */
    internal suspend fun <T> off(call: () -> T): T = withContext(blocking) { call() }

    /** Registers this phone, and unlocks it for the officer who chose the PIN. */
    internal suspend fun handOut(ticket: String, officer: OfficerId, pin: String) {
        withContext(blocking) {
            val (folder, label) = device.folder to device.label
            hold(Handset.provision(folder, device.platform, loaded(), ticket, label, officer, pin))
        }
        unlock(officer, pin)
    }

    /** Unlocks, and goes on where this officer was. */
    internal suspend fun unlock(officer: OfficerId, pin: String) {
        ask { it.unlock(officer, pin) }
        entered(officer)
    }

    private fun entered(officer: OfficerId) {
        this.officer = officer
        val screens = waiting.takeIf { waitsFor == null || waitsFor == officer }.orEmpty().ifEmpty { listOf(Screen.Home) }
        waiting = emptyList()
        waitsFor = null
        root(*screens.toTypedArray())
        idle = scope.launch { lockWhenIdle() }
    }

    /** Begins to practise: a handset of no programme, with invented people, until [stopPractice]. */
    internal suspend fun practise(pin: String) {
        withContext(blocking) {
            letGo()
            File(device.practiceFolder).deleteRecursively()
            hold(Handset.practise(device.practiceFolder, device.platform, loaded(), TRAINEE, pin))
        }
        ask { practice ->
            practice.unlock(TRAINEE, pin)
            device.practiceRoster()?.let { practice.importRoster(Round(PRACTICE_ROUND, texts.practiceRound), it) }
        }
        practices.value = true
        waiting = emptyList()
        entered(TRAINEE)
    }

    /** Ends practising: what was written is removed, and the real handset is back, locked. */
    fun stopPractice() {
        scope.launch {
            reopen()
            withContext(blocking) { File(device.practiceFolder).deleteRecursively() }
        }
    }

    /** Lets the handset go, and opens the real one anew. */
    internal suspend fun reopen() {
        officer = null
        idle?.cancel()
        root(Screen.Opening)
        withContext(blocking) { letGo() }
        practices.value = false
        start()
    }

    /** Whatever fails may mean that the handset has locked itself. */
    internal fun failed(problem: Problem) {
        when (problem.code) {
            "locked", "session_over" -> locked()
            // The PIN shows what became of it.
            "outcome_unknown" -> {
                waiting = listOfNotNull(Screen.Home, problem.record?.let(Screen::Receipt))
                locked()
                stack.last().model.show(problem)
            }
        }
    }

    private fun locked() {
        if (officer == null) return
        if (waiting.isEmpty()) waiting = stack.map { it.screen }.filter(::survives)
        waitsFor = officer
        officer = null
        idle?.cancel()
        root(Screen.Unlock)
    }

    private suspend fun lockWhenIdle() {
        while (scope.isActive) {
            delay(IDLE_CHECK_MS)
            if (ask { it.lockIfIdle() }) locked()
        }
    }

    private fun root(vararg screens: Screen) {
        val gone = stack
        show(screens.map { Place(it, model(it)) })
        gone.forEach { it.model.close() }
    }

    private fun show(places: List<Place>) {
        stack = places
        this.places.value = places.last()
    }

    private fun loaded() = engine ?: FaceEngine.load(device.models).also { engine = it }

    private fun hold(opened: Handset) {
        letGo()
        handset = opened
        opened.observe(Changes())
    }

    private fun letGo() {
        handset?.let {
            it.observe(null)
            it.close()
        }
        handset = null
    }

    private fun model(screen: Screen): Model<*> = when (screen) {
        Screen.Opening, Screen.Outdated -> PlainModel(this)
        Screen.Trouble -> TroubleModel(this)
        Screen.HandOut -> HandOutModel(this)
        Screen.Unlock -> UnlockModel(this)
        Screen.Code -> CodeModel(this)
        Screen.ChangePin -> ChangePinModel(this)
        Screen.OwnFace -> OwnFaceModel(this)
        Screen.Home -> HomeModel(this)
        is Screen.People -> PeopleModel(this, screen.round)
        is Screen.Person -> PersonModel(this, screen.round, screen.id)
        is Screen.Scan -> ScanModel(this, screen.round, screen.id)
        is Screen.Visit -> VisitModel(this, screen.sort, screen.round, screen.id)
        is Screen.Receipt -> ReceiptModel(this, screen.record)
        is Screen.Cash -> CashModel(this, screen.round)
        Screen.Outbox -> OutboxModel(this)
        Screen.Supervisor -> SupervisorModel(this)
    }

    /** Called by the library from a thread of its own. */
    private inner class Changes : Observer {
        // Whoever unlocks while another is at work locks first: what counts is how it stands now.
        override fun lockChanged(locked: Boolean) = later { if (locked && askIfOpen { it.isLocked() } == true) locked() }

        override fun outboxChanged(counts: OutboxCounts) = later {
            if (counts.waiting > 0u && !practices.value) device.syncLater()
            stack.last().model.refresh()
        }

        override fun rosterChanged() = later { stack.last().model.refresh() }

        private fun later(what: suspend () -> Unit) {
            scope.launch { what() }
        }
    }

    internal companion object {
        /** Whoever practises. */
        const val TRAINEE: OfficerId = "latihan"

        /** What is practised with. */
        const val PRACTICE_ROUND: RoundId = "LATIHAN"

        private const val IDLE_CHECK_MS = 15_000L
        private val NEEDS_A_TICKET = setOf("not_provisioned", "erased", "key_lost")

        /** A PIN or a supervisor's code is asked for anew, and an opening begins anew. */
        private fun survives(screen: Screen) = when (screen) {
            Screen.Opening, Screen.Outdated, Screen.Trouble, Screen.HandOut, Screen.Unlock, Screen.Code, Screen.ChangePin -> false
            else -> true
        }
    }
}

/** A screen that only says something. */
class PlainModel(saksi: Saksi) : Model<Unit>(Unit, saksi)
