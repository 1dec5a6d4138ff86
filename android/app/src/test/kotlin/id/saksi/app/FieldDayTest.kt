package id.saksi.app

import android.os.Looper
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import id.saksi.app.words.WordsId
import id.saksi.core.DocumentKind
import id.saksi.core.Language
import id.saksi.core.NotServedReason
import id.saksi.core.ProxyReason
import id.saksi.core.Relation
import id.saksi.field.NikFault
import id.saksi.field.HomeModel
import id.saksi.field.PersonState.Way
import id.saksi.field.UnlockModel
import id.saksi.field.kit.Office
import java.time.Duration
import kotlin.reflect.KFunction0
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/**
 * A whole field day in the app, tap by tap: the app's own screens and models, the real library, and a real server. Only
 * camera, keystore, voice and printer are stood in for.
 */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], qualifiers = "in-w360dp-h640dp-xhdpi", application = TestApp::class)
class FieldDayTest {
    @get:Rule
    val rule = createAndroidComposeRule<MainActivity>()

    private val app get() = RuntimeEnvironment.getApplication() as TestApp
    private val robot by lazy { Robot(rule) }
    private val words = WordsId
    private val failed = mutableListOf<String>()
    private val office = Office()
    private lateinit var handset: String

    @After
    fun close() = office.close()

    @Test
    fun `from the ticket to the synced receipts`() {
        step(::handOut)
        step(::whomToVisit)
        step(::cashIsReceived)
        office.shut()
        step(::payInPerson)
        step(::refusedWhatIsPaid)
        step(::notServed)
        step(::payAProxyAcrossAKilledProcess)
        step(::exceptionOfWhoDeclines)
        step(::outboxOfflineAndOnline)
        step(::lockAndUnlock)
        step(::anotherOfficerByCode)
        step(::supervisor)
        step(::firstPhoto)
        step(::otherLooks)
        step(::practice)
        step(::lockedOut)
        assertEquals(emptyList<String>(), failed + robot.faults)
    }

    /** What goes wrong in one part of the day doesn't keep the rest from being tried. */
    private fun step(part: KFunction0<Unit>) {
        println("app: ${part.name}")
        try {
            part()
        } catch (cause: Throwable) {
            println("app: ${part.name} failed: $cause")
            failed += "${part.name}: $cause ${cause.stackTrace.firstOrNull { "FieldDayTest" in it.className }}"
            runCatching { home() }
        }
    }

    /** A phone becomes a handset. */
    private fun handOut() {
        app.people = office.roster
        robot.see(words.handOutHow)
        robot.look("01-hand-out")
        app.scene.nothing()
        robot.tap(words.scanTicket)
        robot.look("02-ticket")
        app.scene.code(office.ticket())
        robot.see(words.officerHint)
        robot.type(words.officerNumber, OFFICER)
        robot.look("03-officer")
        robot.tap(words.goOn)
        robot.pin(PIN, words.goOn)
        robot.pin("000000", words.save)
        robot.see(words.pinsDiffer)
        robot.pin(PIN, words.goOn)
        robot.see(words.repeatPin)
        robot.look("04-choose-pin")
        robot.pin(PIN, words.save)
        robot.see(ROUND)
        robot.see(words.scanFace)
        robot.look("05-today")
    }

    /** The route, a name in another spelling, and one person. */
    private fun whomToVisit() {
        robot.tap(words.people)
        robot.see("Ratna Kusumawardani")
        robot.look("06-route")
        robot.type(words.search, "siti rahaju")
        robot.see(words.found(1))
        robot.look("07-search")
        robot.tap("Siti Rahayu")
        robot.see(words.way(Way.PROXY))
        robot.look("08-person")
        robot.tap(words.otherWays)
        robot.look("09-other-ways")
        home()
    }

    private fun cashIsReceived() {
        robot.tap(words.cash)
        robot.tap(words.cashReceived)
        robot.type(words.amount, "1500000")
        robot.look("10-cash-received")
        robot.tap(words.save)
        robot.see("1.500.000")
        robot.look("11-cash")
        home()
    }

    /** In fewer than five taps from the first screen to the next person. */
    private fun payInPerson() {
        app.scene.waits = 1_500
        app.scene.face("obama2.jpg")
        val before = robot.taps
        robot.tap(words.scanFace)
        robot.see(words.consentTitle)
        robot.look("12-consent")
        robot.tap(words.agrees)
        robot.see(words.lookHere)
        robot.look("13-scan")
        robot.see("Bambang Wicaksono")
        robot.look("14-recognised")
        robot.tap(words.pay(words.rupiah(300_000)))
        robot.see(words.nextPerson)
        robot.look("15-receipt")
        robot.tap(words.print)
        rule.waitUntil(10_000) { app.printed.isNotEmpty() }
        assertTrue(robot.taps - before <= 5)
        assertTrue(app.said.isNotEmpty())
        home()
    }

    /** The same face again, and the same person by name: both times the app says what was paid. */
    private fun refusedWhatIsPaid() {
        robot.tap(words.scanFace)
        robot.tap(words.agrees)
        robot.see(words.lookUp)
        robot.look("16-already-paid")
        robot.tap(words.lookUp)
        robot.type(words.search, "bambang")
        robot.tap("Bambang Wicaksono")
        robot.see(words.history)
        assertFalse(robot.sees(words.otherWays))
        home()
    }

    private fun notServed() {
        person("agus")
        robot.tap(words.otherWays)
        robot.tap(words.way(Way.NOT_SERVED))
        robot.tap(words.notServed(NotServedReason.ABSENT))
        robot.look("17-not-served")
        robot.tap(words.save)
        robot.see(words.nextPerson)
        robot.look("18-not-served-receipt")
        home()
    }

    /** The process is killed between the proxy's face and the letter: what was taken is still there. */
    private fun payAProxyAcrossAKilledProcess() {
        person("siti")
        robot.tap(words.way(Way.PROXY))
        app.scene.face("biden.jpg")
        robot.tap(words.agrees)
        robot.see(words.lookHere)
        robot.look("19-proxy-face")
        robot.see(words.light)
        app.scene.nothing()
        app.killAndReturn(rule.activityRule.scenario)
        robot.see(words.enterPin)
        robot.pin(PIN, words.unlock)
        robot.see(words.light)
        app.scene.letter()
        robot.look("20-letter")
        robot.see(words.proxyTitle)
        robot.type(words.proxyName, "Hartono Wibisono")
        robot.type(words.nik, "3273013211420001")
        robot.see(words.nikFault(NikFault.DATE))
        robot.look("21-details-wrong")
        robot.type(words.nik, "3273012011420001")
        robot.see(words.nikGood)
        robot.tap(words.relation(Relation.NEIGHBOUR))
        robot.tap(words.proxyReason(ProxyReason.ILL))
        robot.look("22-details")
        rule.activityRule.scenario.recreate()
        robot.tap(words.goOn)
        robot.see(words.confirmTitle)
        robot.look("23-confirm-proxy")
        robot.tap(words.pay(words.rupiah(300_000)))
        robot.see(words.nextPerson)
        robot.look("24-proxy-receipt")
        home()
    }

    /** Whoever doesn't want to be photographed shows a document, and waits for the supervisor. */
    private fun exceptionOfWhoDeclines() {
        person("dedi")
        robot.tap(words.otherWays)
        robot.tap(words.way(Way.EXCEPTION))
        robot.tap(words.declines)
        robot.tap(words.document(DocumentKind.KTP))
        robot.type(words.nik, "3273012705830006")
        robot.look("25-declines")
        robot.tap(words.goOn)
        robot.type(words.explainTitle, "Tidak mau difoto, menunjukkan KTP")
        robot.look("26-reason")
        robot.tap(words.goOn)
        robot.see(words.confirmTitle)
        robot.look("27-exception")
        robot.tap(words.save)
        robot.see(words.nextPerson)
        home()
    }

    private fun outboxOfflineAndOnline() {
        robot.look("28-today-later")
        robot.tap(words.outbox)
        robot.see(words.waits(5))
        robot.look("29-outbox")
        robot.tap(words.syncNow)
        robot.see(words.understood)
        robot.look("30-offline")
        robot.tap(words.understood)
        office.open()
        robot.tap(words.syncNow)
        robot.see(words.allSent)
        robot.look("31-all-sent")
        home()
    }

    private fun lockAndUnlock() {
        robot.tap(words.lock)
        robot.see(words.enterPin)
        robot.look("32-unlock")
        robot.pin("111222", words.unlock)
        robot.see(words.understood)
        robot.look("33-wrong-pin")
        robot.tap(words.understood)
        rule.waitUntil(90_000) { !robot.sees("Tunggu") }
        robot.pin(PIN, words.unlock)
        robot.see(words.today)
        robot.see(ROUND)
    }

    /** A supervisor's code lets a second officer in, with a PIN of her own. */
    private fun anotherOfficerByCode() {
        handset = (app.saksi.place.value.model as HomeModel).state.value.info!!.handset
        app.scene.code(office.unlockCode(handset, "PJB-08"))
        robot.tap(words.lock)
        robot.tap(words.scanCode)
        robot.see(words.codeFor("PJB-08"))
        robot.look("44-new-officer")
        robot.pin(OTHER_PIN, words.goOn)
        robot.pin(OTHER_PIN, words.save)
        robot.see(ROUND)
        robot.tap(words.lock)
        robot.see(words.who)
        robot.look("45-who")
        robot.tap("PJB-07")
        robot.pin(PIN, words.unlock)
        robot.see(ROUND)
    }

    private fun supervisor() {
        robot.tap(words.supervisor)
        robot.see(words.officers)
        robot.look("34-supervisor")
        robot.tap(words.report)
        robot.see("library")
        assertFalse(robot.sees("Bambang"))
        robot.look("35-report")
        robot.tap(words.back)
        robot.tap(words.changePin)
        robot.look("36-change-pin")
        home()
        robot.tap(words.ownFaceTitle)
        robot.see(words.takeOwnFace)
        robot.look("37-own-face")
        home()
    }

    /** Somebody of whom the roster has no face: the face, a document, and the number on it. */
    private fun firstPhoto() {
        person("yohana")
        robot.tap(words.otherWays)
        robot.tap(words.way(Way.FIRST_PHOTO))
        app.scene.face("biden.jpg")
        robot.tap(words.agrees)
        robot.see(words.documentKind)
        robot.tap(words.document(DocumentKind.KTP))
        robot.look("46-which-document")
        app.scene.document()
        robot.tap(words.takePhoto)
        robot.look("47-document")
        robot.tap(words.takePhoto)
        robot.see(words.documentNumber)
        robot.type(words.nik, "3273016208480003")
        robot.look("48-document-number")
        robot.tap(words.goOn)
        robot.see(words.confirmTitle)
        robot.tap(words.save)
        robot.see(words.nextPerson)
        robot.look("49-first-photo")
        home()
    }

    /** Everything is still there, and readable, in English, at night, and in letters twice as large. */
    private fun otherLooks() {
        rule.runOnUiThread { app.saksi.speak(Language.EN) }
        robot.look("38-english")
        rule.runOnUiThread { app.saksi.speak(Language.ID) }
        RuntimeEnvironment.setQualifiers("+night")
        rule.activityRule.scenario.recreate()
        robot.look("39-night")
        RuntimeEnvironment.setQualifiers("+notnight")
        RuntimeEnvironment.setFontScale(2f)
        rule.activityRule.scenario.recreate()
        robot.look("40-large")
        robot.tap(words.people)
        robot.see("Ratna Kusumawardani")
        robot.look("41-large-route")
        home()
        RuntimeEnvironment.setFontScale(1f)
        RuntimeEnvironment.setQualifiers("+land")
        rule.activityRule.scenario.recreate()
        robot.look("42-landscape")
        RuntimeEnvironment.setQualifiers("+port")
        rule.activityRule.scenario.recreate()
    }

    private fun practice() {
        robot.tap(words.supervisor)
        robot.tap(words.practise)
        robot.pin(PIN, words.goOn)
        robot.pin(PIN, words.save)
        robot.see(words.practising)
        robot.look("43-practice")
        robot.tap(words.supervisor)
        robot.tap(words.stopPractice)
        robot.see(words.who)
    }

    /** Ten wrong PINs lock an officer out, with the wait after each; a supervisor's code lets them in again. */
    private fun lockedOut() {
        robot.tap(OFFICER)
        var tries = 0
        while (!robot.sees(words.needsCode)) {
            check(tries++ < 40) { "nobody is locked out" }
            robot.pin("111222", words.unlock)
            robot.tap(words.understood)
            // How long to wait is told to whoever tries too soon.
            val wait = (app.saksi.place.value.model as UnlockModel).state.value.waitSeconds
            shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(wait + 1))
        }
        robot.see(words.needsCode)
        robot.look("50-locked-out")
        app.scene.code(office.unlockCode(handset, OFFICER))
        robot.tap(words.scanCode)
        robot.see(words.codeFor(OFFICER))
        robot.pin(OTHER_PIN, words.goOn)
        robot.pin(OTHER_PIN, words.save)
        robot.see(ROUND)
    }

    private fun person(name: String) {
        robot.tap(words.people)
        robot.type(words.search, name)
        robot.see(words.found(1))
        robot.tap("RT 0")
    }

    private fun home() {
        rule.runOnUiThread { app.saksi.home() }
        robot.see(words.scanFace)
    }

    private companion object {
        const val OFFICER = "PJB-07"
        const val PIN = "482915"
        const val OTHER_PIN = "739164"
        const val ROUND = "BST"
    }
}
