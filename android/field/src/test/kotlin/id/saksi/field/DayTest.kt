// A whole field day through the models, with the real library and a real server over TLS.
package id.saksi.field

import id.saksi.core.DocumentKind
import id.saksi.core.Kind
import id.saksi.core.Language
import id.saksi.core.NotServedReason
import id.saksi.core.ProxyReason
import id.saksi.core.Relation
import id.saksi.core.Standing
import id.saksi.core.VisitSort
import id.saksi.field.kit.Camera
import id.saksi.field.kit.Office
import id.saksi.field.kit.Phone
import java.time.Duration
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation
import org.junit.jupiter.api.Order
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInfo
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.TestMethodOrder
import org.junit.jupiter.api.Timeout

/** The day goes on from test to test, so they run in order. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation::class)
class DayTest {
    private val office = Office()
    private val phone = Phone(office.roster)
    private val screenThread = Executors.newSingleThreadExecutor().asCoroutineDispatcher()
    private var app = CoroutineScope(SupervisorJob() + screenThread)
    private var saksi = Saksi(phone, app, Dispatchers.IO)

    @BeforeEach
    fun say(test: TestInfo) = println("field: ${test.displayName.removeSuffix("()")}")

    @AfterAll
    fun close() {
        tap { saksi.close() }
        app.cancel()
        screenThread.close()
        phone.close()
        office.close()
    }

    @Test
    @Order(1)
    fun `a ticket, an officer and a PIN make a handset, and wrong ones are told`() {
        tap { saksi.start() }
        val model = shown<HandOutModel>()
        tap { model.scanned("not a ticket") }
        until(model.state) { it.step == HandOutState.Step.OFFICER }
        tap { model.named(OFFICER) }
        until(model.state) { it.step == HandOutState.Step.PIN }
        tap { model.chose(PIN) }
        assertEquals("invalid_input", problem(model).code)
        assertEquals(HandOutState.Step.TICKET, model.state.value.step)

        tap { model.scanned(office.ticket()) }
        until(model.state) { it.ticket != null }
        tap { model.named(OFFICER) }
        until(model.state) { it.step == HandOutState.Step.PIN }
        tap { model.chose("12345") }
        assertEquals("pin_too_short", problem(model).code)
        tap { model.chose(PIN) }

        val home = shown<HomeModel>()
        until(home.state) { it.round != null }
        assertEquals(Office.TITLE, home.state.value.round!!.title)
        assertEquals(Office.ROSTER.size.toULong(), home.state.value.progress!!.entitled)
        assertTrue(home.state.value.needsOwnFace)
        until(saksi.sync.state) { !it.running }
        assertTrue(saksi.sync.state.value.last!!.news > 0)
    }

    @Test
    @Order(2)
    fun `a wrong PIN costs an attempt, and the right one unlocks`() {
        tap { saksi.lock() }
        val unlock = shown<UnlockModel>()
        until(unlock.state) { it.chosen != null }
        tap { unlock.unlock("640173") }
        assertEquals("wrong_pin", problem(unlock).code)
        assertEquals(9u, unlock.state.value.chosen!!.attemptsLeft)
        tap { unlock.unlock(PIN) }
        shown<HomeModel>()
    }

    @Test
    @Order(3)
    fun `a face in a queue is found and paid in three taps, and the receipt is printed`() {
        tap { shown<HomeModel>().scan() }
        var scan = shown<ScanModel>()
        val asked = until(scan.state) { it.step is ScanStep.Asked }.step as ScanStep.Asked
        assertEquals(Language.ID, asked.consent.language)
        tap { scan.read(Language.EN) }
        until(scan.state) { (it.step as? ScanStep.Asked)?.consent?.language == Language.EN }

        tap { scan.agree() }
        film(scan, Camera.face("obama2.jpg")) { scan.state.value.step is ScanStep.Recognised }
        val found = (scan.state.value.step as ScanStep.Recognised).found
        assertEquals(Office.ROSTER[0].name, found.person.name)
        assertEquals(Office.AMOUNT, found.amount.toLong())
        tap { scan.pay() }

        val receipt = shown<ReceiptModel>()
        val written = until(receipt.state) { it.receipt != null }.receipt!!
        assertEquals(Kind.IN_PERSON, written.kind)
        assertEquals(Office.ROSTER[0].name, written.name)
        assertEquals(17, written.qrText.length)
        tap { receipt.print() }
        until(receipt.status) { !it.busy && phone.paper!!.isNotEmpty() }
        assertTrue(written.qrText in phone.paper!!.single().toString(Charsets.ISO_8859_1))
        tap { receipt.next() }
        scan = shown<ScanModel>()
        until(scan.state) { it.step is ScanStep.Asked }
    }

    @Test
    @Order(4)
    fun `a stranger is nobody, and no name is shown`() {
        val scan = shown<ScanModel>()
        tap { scan.agree() }
        film(scan, Camera.face("biden.jpg")) { scan.state.value.step !is ScanStep.Looking && scan.state.value.step !is ScanStep.Recognising }
        assertTrue(scan.state.value.step is ScanStep.NotSure, "${scan.state.value.step}")
        tap { scan.pay() }
        until(scan.status) { !it.busy }
        assertTrue(scan.state.value.step is ScanStep.NotSure)
    }

    @Test
    @Order(5)
    fun `whoever was paid is not paid twice, by name and by invitation`() {
        tap { saksi.home() }
        val home = shown<HomeModel>()
        until(home.state) { it.round != null }
        tap { home.people() }
        val people = shown<PeopleModel>()
        until(people.state) { it.route.size == Office.ROSTER.size - 1 }
        tap { people.search("bambng") }
        val found = until(people.state) { it.found.isNotEmpty() }.found
        assertEquals(Office.ROSTER[0].id, found.first().id)
        tap { people.open(found.first().id) }
        val person = shown<PersonModel>()
        until(person.state) { it.standing == Standing.PAID_HERE }
        assertTrue(person.state.value.ways.isEmpty())

        tap { saksi.back() }
        tap { people.invited("https://bansos.example/undangan/${Office.ROSTER[0].id}") }
        val scan = shown<ScanModel>()
        until(scan.state) { it.step is ScanStep.Asked }
        assertEquals(Office.ROSTER[0].name, scan.state.value.person!!.name)
        tap { scan.agree() }
        film(scan, Camera.face("obama3.jpg")) { scan.state.value.step is ScanStep.Stopped }
        assertEquals("already_paid", (scan.state.value.step as ScanStep.Stopped).problem.code)
    }

    @Test
    @Order(6)
    fun `a proxy is filmed with the letter, and refused where the number is the beneficiary's`() {
        office.shut()
        val visit = visit(VisitSort.PROXY, 5)
        until(visit.state) { it.step is VisitStep.Asked }
        tap { visit.agree() }
        film(visit, Camera.face("biden.jpg")) { visit.state.value.step is VisitStep.Letter }
        film(visit, Camera.letter(1)) { visit.state.value.step == VisitStep.Details }
        val own = ProxyForm("Hartono Wibisono", Office.ROSTER[5].nik, "0812-3456-7890", Relation.NEIGHBOUR, ProxyReason.ILL)
        tap { visit.named(own) }
        assertEquals("proxy_nik_is_beneficiary", problem(visit).code)
        assertEquals(Screen.Scan(Office.ROUND, Office.ROSTER[5].id), visit.state.value.instead)
        tap { visit.understood() }
        tap { visit.named(own.copy(nik = "3273 0120 1142 0001")) }
        until(visit.state) { it.step == VisitStep.Confirm(Office.AMOUNT) }
        assertNull(visit.state.value.instead)
        tap { visit.commit() }
        val receipt = shown<ReceiptModel>()
        assertEquals(Kind.PROXY, until(receipt.state) { it.receipt != null }.receipt!!.kind)
    }

    @Test
    @Order(7)
    fun `without a connection all is written down and waits`() {
        tap { saksi.go(Screen.Person(Office.ROUND, Office.ROSTER[2].id)) }
        val person = shown<PersonModel>()
        until(person.state) { it.card != null }
        assertTrue(PersonState.Way.FIRST_PHOTO in person.state.value.ways)
        tap { person.notServed(NotServedReason.ABSENT) }
        assertEquals(NotServedReason.ABSENT, until(shown<ReceiptModel>().state) { it.receipt != null }.receipt!!.notServed)

        tap { saksi.sync.start() }
        assertEquals("offline", problem(saksi.sync).code)
        tap { saksi.go(Screen.Outbox) }
        val outbox = shown<OutboxModel>()
        until(outbox.state) { it.counts.waiting == 3uL }
        assertEquals(listOf(Kind.NOT_SERVED, Kind.PROXY, Kind.IN_PERSON), outbox.state.value.day.map { it.kind })
        assertEquals(Office.ROSTER[5].name, outbox.state.value.names[Office.ROSTER[5].id])
    }

    @Test
    @Order(8)
    fun `cash is received, given back and closed with a reason`() {
        tap { saksi.go(Screen.Cash(Office.ROUND)) }
        val cash = shown<CashModel>()
        tap { cash.received(1_000_000) }
        until(cash.state) { it.cash?.received == 1_000_000uL }
        assertEquals(2 * Office.AMOUNT, cash.state.value.cash!!.paid.toLong())
        tap { cash.returned(300_000) }
        until(cash.state) { it.cash?.difference == 100_000L }
        tap { cash.closeDay() }
        assertEquals("cash_differs", problem(cash).code)
        assertTrue(cash.state.value.needsReason)
        tap { cash.closeDay("Setoran sisa besok pagi") }
        assertEquals(Kind.CASH, until(shown<ReceiptModel>().state) { it.receipt != null }.receipt!!.kind)
    }

    @Test
    @Order(9)
    fun `who doesn't agree to a photo is written down with a document`() {
        val visit = visit(VisitSort.EXCEPTION, 3)
        until(visit.state) { it.step is VisitStep.Asked }
        tap { visit.refuse() }
        assertEquals(VisitStep.Refused, visit.state.value.step)
        tap { visit.refusedWith(DocumentKind.KTP, Office.ROSTER[4].nik) }
        assertEquals("other_nik", problem(visit).code)
        tap { visit.understood() }
        tap { visit.refusedWith(DocumentKind.KTP, Office.ROSTER[3].nik) }
        until(visit.state) { it.step == VisitStep.Reason }
        tap { visit.explained("Tidak bersedia difoto") }
        until(visit.state) { it.step is VisitStep.Confirm }
        tap { visit.commit() }
        assertEquals(Kind.EXCEPTION, until(shown<ReceiptModel>().state) { it.receipt != null }.receipt!!.kind)
    }

    @Test
    @Order(10)
    fun `a killed app comes back to the visit it was in`() {
        val visit = visit(VisitSort.ENROLMENT, 2)
        until(visit.state) { it.step is VisitStep.Asked }
        tap { visit.agree() }
        film(visit, Camera.face("biden.jpg")) { visit.state.value.step == VisitStep.DocumentPhoto }
        val saved = saksi.save()
        assertFalse(Office.ROSTER.any { it.name in saved || it.nik in saved })
        tap { saksi.close() }
        app.cancel()

        app = CoroutineScope(SupervisorJob() + screenThread)
        saksi = Saksi(phone, app, Dispatchers.IO)
        tap { saksi.start(saved) }
        unlocked()
        val resumed = shown<VisitModel>()
        until(resumed.state) { it.step == VisitStep.DocumentPhoto }
        tap { resumed.documentPhotographed(DocumentKind.KTP, Camera.jpeg(2)) }
        until(resumed.state) { it.step == VisitStep.DocumentNumber }
        tap { resumed.documentRead(Office.ROSTER[2].nik) }
        until(resumed.state) { it.step is VisitStep.Confirm }
        tap { resumed.commit() }
        assertEquals(Kind.ENROLMENT, until(shown<ReceiptModel>().state) { it.receipt != null }.receipt!!.kind)
    }

    @Test
    @Order(11)
    fun `a visit that a lock interrupts goes on after the PIN, or is given up`() {
        val visit = visit(VisitSort.EXCEPTION, 4)
        until(visit.state) { it.step is VisitStep.Asked }
        tap { visit.agree() }
        until(visit.state) { it.step is VisitStep.Face }
        phone.wait(Duration.ofMinutes(20))
        tap { saksi.lock() }
        unlocked()
        val resumed = shown<VisitModel>()
        until(resumed.state) { it.step is VisitStep.Face }
        tap { resumed.discard() }
        tap { saksi.home() }
        until(shown<HomeModel>().state) { it.round != null && it.interrupted.isEmpty() }
    }

    @Test
    @Order(12)
    fun `too many wrong PINs lock out, and the supervisor's code lets in again`() {
        office.open()
        tap { saksi.lock() }
        val unlock = shown<UnlockModel>()
        until(unlock.state) { it.chosen != null }
        var waited = false
        while (!unlock.state.value.needsCode) {
            tap { unlock.unlock("640173") }
            if (problem(unlock).code == "pin_wait") {
                waited = unlock.state.value.waitSeconds > 0
                phone.wait(Duration.ofHours(2))
            }
        }
        assertTrue(waited)

        tap { saksi.go(Screen.Supervisor) }
        val handset = until(shown<SupervisorModel>().state) { it.info != null }.info!!.handset
        tap { shown<SupervisorModel>().code() }
        val code = shown<CodeModel>()
        tap { code.scanned("no code") }
        assertEquals("code_refused", problem(code).code)
        tap { code.understood() }
        tap { code.scanned(office.unlockCode(handset, OFFICER)) }
        until(code.state) { it.purpose != null }
        tap { code.chose(NEW_PIN) }
        until(shown<HomeModel>().state) { it.round != null }
    }

    @Test
    @Order(13)
    fun `a sync sends all of it`() {
        tap { saksi.sync.start() }
        until(saksi.sync.state) { state -> !state.running && state.last?.let { it.waiting == 0L && it.sent > 0 } == true }
        assertEquals(8, saksi.sync.state.value.last!!.sent, "${saksi.sync.status.value.problem}")
        tap { saksi.go(Screen.Outbox) }
        until(shown<OutboxModel>().state) { it.counts.waiting == 0uL && it.counts.sent == 8uL }
        assertTrue(shown<OutboxModel>().state.value.quarantined.isEmpty())
    }

    @Test
    @Order(14)
    fun `the report names nobody`() {
        tap { saksi.go(Screen.Trouble) }
        val trouble = shown<TroubleModel>()
        until(trouble.state) { it.report != null }
        tap { trouble.check() }
        val report = until(trouble.state) { "problems: none" in it.report.orEmpty() }.report!!
        val personal = Office.ROSTER.flatMap { listOf(it.name, it.nik, it.id) } + listOf(OFFICER, PIN, phone.label)
        assertEquals(emptyList<String>(), personal.filter { it in report })
    }

    @Test
    @Order(15)
    fun `practice is apart, and the real handset is back afterwards`() {
        tap { saksi.go(Screen.Supervisor) }
        val supervisor = shown<SupervisorModel>()
        until(supervisor.state) { it.canPractise }
        tap { supervisor.practise(PIN) }
        val home = shown<HomeModel>()
        until(home.state) { it.progress?.entitled == Office.ROSTER.size.toULong() }
        assertTrue(saksi.practising.value)
        assertEquals(0uL, home.state.value.progress!!.paidHere)
        tap { saksi.stopPractice() }
        unlocked(NEW_PIN)
        val back = shown<HomeModel>()
        until(back.state) { it.progress?.paidHere == 2uL }
        assertFalse(saksi.practising.value)
    }

    private fun visit(sort: VisitSort, person: Int): VisitModel {
        tap { saksi.home() }
        tap { saksi.go(Screen.Visit(sort, Office.ROUND, Office.ROSTER[person].id)) }
        return shown()
    }

    private fun unlocked(pin: String = PIN) {
        val unlock = shown<UnlockModel>()
        until(unlock.state) { it.chosen != null }
        tap { unlock.unlock(pin) }
    }

    /** As a finger on the screen: from its thread. */
    private fun tap(act: () -> Unit) = runBlocking { withContext(screenThread) { act() } }

    /** The model of what is shown, once it is of this sort. */
    private inline fun <reified M : Model<*>> shown(): M = until(saksi.place) { it.model is M }.model as M

    private fun problem(model: Model<*>): Problem = until(model.status) { !it.busy && it.problem != null }.problem!!

    private fun <S> until(state: StateFlow<S>, holds: (S) -> Boolean): S = runBlocking {
        try {
            withTimeout(30_000) { state.first(holds) }
        } catch (late: kotlinx.coroutines.TimeoutCancellationException) {
            val at = saksi.place.value
            throw AssertionError("${state.value}\n at ${at.screen}: ${at.model.status.value}", late)
        }
    }

    /** Frames at the speed of a camera, until something holds. */
    private fun film(viewer: Viewer, camera: Camera, holds: () -> Boolean) = runBlocking {
        withTimeout(60_000) {
            while (!holds()) {
                camera.show(viewer)
                delay(30)
            }
        }
    }

    private companion object {
        const val OFFICER = "juru-bayar-7"
        const val PIN = "482915"
        const val NEW_PIN = "739164"
    }
}
