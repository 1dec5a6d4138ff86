// One short field day in Kotlin against a real server: what an Android app may rely on.
package id.saksi.fieldday

import id.saksi.core.Cancel
import id.saksi.core.CaptureFault
import id.saksi.core.CaptureStep
import id.saksi.core.Clearance
import id.saksi.core.CodeError
import id.saksi.core.Consent
import id.saksi.core.Decision
import id.saksi.core.DocumentKind
import id.saksi.core.FaceEngine
import id.saksi.core.FrameLayout
import id.saksi.core.GiveUp
import id.saksi.core.Handset
import id.saksi.core.HandsetFault
import id.saksi.core.HandsetState
import id.saksi.core.KeyVault
import id.saksi.core.Kind
import id.saksi.core.LivenessMode
import id.saksi.core.LivenessVerdict
import id.saksi.core.LogLevel
import id.saksi.core.LogListener
import id.saksi.core.NotServedReason
import id.saksi.core.Observer
import id.saksi.core.OfficerState
import id.saksi.core.OutboxCounts
import id.saksi.core.PinFault
import id.saksi.core.PlatformException
import id.saksi.core.ProxyDetails
import id.saksi.core.ProxyReason
import id.saksi.core.Relation
import id.saksi.core.Requirement
import id.saksi.core.RosterFault
import id.saksi.core.Round
import id.saksi.core.SaksiException
import id.saksi.core.StorageFault
import id.saksi.core.Summary
import id.saksi.core.SyncListener
import id.saksi.core.SyncProgress
import id.saksi.core.VisitFault
import id.saksi.core.VisitSort
import id.saksi.core.setLog
import id.saksi.core.verifyHistory
import id.saksi.core.version
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
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
import org.junit.jupiter.api.assertInstanceOf
import org.junit.jupiter.api.assertThrows

/**
 * The day goes on from test to test, so they run in order on one handset. Each runs in a thread of its own, so that a call
 * that never returns fails it.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation::class)
class FieldDayTest {
    private val folder = Files.createTempDirectory("saksi")
    private val keystore = AesKeystore()
    private val engine = FaceEngine.load(given("SAKSI_MODELS"))
    private val round = given("SAKSI_ROUND")
    private val enrolled = given("SAKSI_ENROLLED")
    private val represented = given("SAKSI_REPRESENTED")
    private lateinit var handset: Handset
    private lateinit var consent: Consent
    private lateinit var receipt: Summary

    @BeforeEach
    fun say(test: TestInfo) = println("kotlin: ${test.displayName.removeSuffix("()")}")

    @AfterAll
    fun close() {
        handset.close()
        engine.close()
        folder.toFile().deleteRecursively()
    }

    @Test
    @Order(1)
    fun `a ticket makes a handset, and a short PIN or another text does not`() {
        val ticket = Files.readString(Path.of(given("SAKSI_TICKET")))
        val short = refused<PinFault.PinTooShort> { provision(ticket, pin = "12345") }
        assertEquals(6u, short.shortest)
        val invalid = assertThrows<SaksiException.InvalidInput> { provision("not a ticket", PIN) }
        assertEquals("invalid_input", invalid.code())

        handset = provision(ticket, PIN)
        val info = handset.info()
        assertEquals("Kotlin handset", info.label)
        assertEquals(HandsetState.ACTIVE, info.state)
        refused<HandsetFault.AlreadyProvisioned> { provision(ticket, PIN) }
    }

    @Test
    @Order(2)
    fun `only the PIN unlocks`() {
        assertTrue(handset.isLocked())
        refused<HandsetFault.Locked> { handset.rounds() }
        refused<PinFault.WrongPin> { handset.unlock(OFFICER, "482914") }
        assertThrows<SaksiException.InvalidInput> { handset.unlock("no/officer", PIN) }
        val officer = handset.officers().single()
        assertEquals(Pair(OFFICER, OfficerState.READY), Pair(officer.id, officer.state))
        assertEquals(9u, officer.attemptsLeft)
        val code = refused<PinFault.CodeRefused> { handset.admit("no code", PIN) }
        assertEquals(CodeError.NOT_A_CODE, code.problem)
        refused<PinFault.PinTooShort> { handset.changePin(OFFICER, PIN, "12345") }
        handset.changePin(OFFICER, PIN, "739164")
        handset.changePin(OFFICER, "739164", PIN)
        handset.unlock(OFFICER, PIN)
        assertFalse(handset.isLocked())
        assertFalse(handset.lockIfIdle())
        assertEquals(10u, handset.pinAttemptsLeft(OFFICER))
    }

    @Test
    @Order(3)
    fun `a failing keystore is a typed error`() {
        val crashing = FailingKeystore(IllegalStateException("the chip is busy"))
        val failed = refused<StorageFault.KeystoreFailed> { open(crashing) }
        assertTrue("the chip is busy" in failed.reason, failed.reason)
        refused<StorageFault.KeyLost> { open(FailingKeystore(PlatformException.KeyLost())) }
        refused<StorageFault.KeyLost> { open(AesKeystore()) }
    }

    @Test
    @Order(4)
    fun `the first sync brings the roster`() {
        val report = handset.sync(Watcher())
        assertNull(report.stopped)
        assertTrue(report.rosterChanges > 0u)
        assertEquals(listOf(round), handset.rounds().map { it.id })
        val card = handset.beneficiary(round, enrolled)
        assertTrue(card.hasFace)
        assertNotNull(card.amount)
        assertNull(card.paid)
        assertEquals(listOf(enrolled), handset.find(round, card.name).map { it.id })
        refused<RosterFault.UnknownBeneficiary> { handset.beneficiary(round, "nobody") }
        val portrait = handset.card(enrolled).portrait!!
        assertEquals(listOf(0xff, 0xd8), portrait.take(2).map { it.toUByte().toInt() })
        assertNull(handset.card(given("SAKSI_ABSENT")).portrait)

        val policy = handset.policy()
        assertTrue(policy.consentId.isNotBlank())
        consent = Consent(policy.consentVersion, "id")
    }

    @Test
    @Order(5)
    fun `what is no picture of one face is refused for what it is`() {
        refused<CaptureFault.BadPicture> { handset.identify(consent, direct(ByteArray(0))) }
        refused<CaptureFault.BadPicture> { handset.identify(consent, direct("no picture".toByteArray())) }
        refused<CaptureFault.NoFace> { handset.identify(consent, statement()) }
    }

    @Test
    @Order(6)
    fun `a stranger is nobody's match and can't be paid`() {
        handset.identify(consent, portrait("biden.jpg")).use { stranger ->
            assertEquals(Decision.NO_MATCH, stranger.likeness().decision)
            handset.visitInPerson(round, stranger.likeness().beneficiary).use { visit ->
                visit.consented(consent)
                val refused = refused<VisitFault.NotRecognised> { visit.recognised(stranger) }
                assertTrue(refused.similarity < refused.required)
                // Given up, it's gone.
                assertEquals(listOf(visit.id()), handset.interrupted().map { it.visit })
                visit.discard()
                assertTrue(handset.interrupted().isEmpty())
            }
        }
    }

    @Test
    @Order(7)
    fun `an enrolled person is found by face and paid`() {
        handset.identify(consent, portrait("obama2.jpg")).use { seen ->
            val likeness = seen.likeness()
            assertEquals(Decision.MATCH, likeness.decision)
            assertEquals(enrolled, likeness.beneficiary)
            handset.visitInPerson(round, likeness.beneficiary).use { visit ->
                refused<VisitFault.ConsentFirst> { visit.recognised(seen) }
                visit.consented(consent)
                assertEquals(listOf(Requirement.FACE), visit.missing())
                visit.recognised(seen)
                receipt = visit.commit()
                // Committing again writes nothing more, and nothing can be changed any more.
                assertEquals(receipt, visit.commit())
                assertEquals(receipt, handset.written(visit.id()))
                refused<VisitFault.AlreadyWritten> { visit.consented(consent) }
                assertEquals(listOf(receipt), handset.day())
            }
        }
        assertEquals(Kind.IN_PERSON, receipt.kind)
        assertEquals(1u.toULong(), receipt.seq)
        assertTrue(receipt.code.isNotBlank())
        assertEquals(receipt.amount, handset.beneficiary(round, enrolled).amount)
    }

    @Test
    @Order(8)
    fun `the same person is not paid twice`() {
        val paid = refused<VisitFault.AlreadyPaid> { handset.visitInPerson(round, enrolled) }
        assertEquals(receipt.record, paid.record)
        assertEquals(receipt.at, paid.at)
        assertFalse(enrolled in paid.toString())
    }

    @Test
    @Order(9)
    fun `a proxy needs a portrait and the statement letter`() {
        handset.visitByProxy(round, represented).use { visit ->
            refused<VisitFault.ConsentFirst> { visit.proxyPhotographed(portrait("biden.jpg")) }
            visit.consented(consent)
            val camera = Camera("PROXY")
            handset.faceCapture(consent).use { capture ->
                refused<CaptureFault.CaptureUnfinished> { capture.finish() }
                val now = System.nanoTime().toULong()
                val first = camera.layout(now)
                camera.show(capture::yuv, first)
                refused<CaptureFault.BadPicture> {
                    camera.show(capture::yuv, first.copy(rowStride = first.width - 1u, timeNs = now + 1u))
                }
                refused<CaptureFault.FrameOrder> { camera.show(capture::yuv, first) }
                refused<CaptureFault.FrameChanged> {
                    camera.show(capture::yuv, first.copy(width = first.width - 2u, timeNs = now + 1u))
                }
                assertEquals("done", camera.film(capture::yuv).code)
                capture.finish().use { face ->
                    assertEquals(LivenessVerdict.UNCHECKED, face.alive().verdict)
                    visit.proxyCaptured(face)
                }
            }
            visit.proxyNamed(ProxyDetails("Budi Santoso", "3273010107650001", "0812-3456-7890", Relation.NEIGHBOUR, ProxyReason.ILL))
            val incomplete = refused<VisitFault.Incomplete> { visit.commit() }
            assertEquals(listOf(Requirement.STATEMENT_PHOTO), incomplete.missing)
            // As after a crash: each visit is found again as it was, the latest first.
            handset.visitEnrolment(round, given("SAKSI_ABSENT")).use { other ->
                other.consented(consent)
                val found = handset.interrupted().map { it.visit to it.sort }
                assertEquals(listOf(other.id() to VisitSort.ENROLMENT, visit.id() to VisitSort.PROXY), found)
                assertTrue(handset.discardInterrupted(other.id()))
                assertNull(handset.resume(other.id()))
            }
            handset.resume(visit.id())!!.use { resumed ->
                assertEquals(listOf(Requirement.STATEMENT_PHOTO), resumed.missing())
                handset.statementCapture().use { capture ->
                    assertEquals("done", Camera("STATEMENT").film(capture::yuv).code)
                    capture.finish().use(resumed::statementCaptured)
                }
                assertEquals(Kind.PROXY, resumed.commit().kind)
            }
            assertTrue(handset.interrupted().isEmpty())
        }
    }

    @Test
    @Order(10)
    fun `without a connection the outbox grows`() {
        handset.notServed(round, given("SAKSI_ABSENT"), NotServedReason.ABSENT)
        assertEquals(OutboxCounts(waiting = 3u, sent = 0u, quarantined = 0u), handset.outboxCounts())
        assertEquals(listOf(1u, 2u, 3u), handset.day().map { it.seq.toUInt() })
        val progress = handset.progress(round)
        assertEquals(2u.toULong(), progress.paidHere)
        val stops = handset.route(round, null)
        assertEquals(progress.entitled - 2u, stops.size.toULong())
        assertEquals(listOf(given("SAKSI_ABSENT")), stops.filter { it.wasAbsent }.map { it.beneficiary })
    }

    @Test
    @Order(11)
    fun `a sync sends all of it, also while locked and with a listener that throws`() {
        handset.lock()
        Cancel().use { cancel ->
            cancel.cancel()
            assertEquals("cancelled", handset.sync(Watcher(), cancel).stopped?.code())
        }
        val watcher = Watcher()
        val report = handset.sync(watcher)
        assertNull(report.stopped)
        assertEquals(3u.toULong(), report.sent)
        assertEquals(OutboxCounts(waiting = 0u, sent = 3u, quarantined = 0u), handset.outboxCounts())
        assertTrue(handset.quarantined().isEmpty())
        val last = watcher.seen.last()
        assertEquals(last.recordsTotal, last.recordsDone)
        assertTrue(last.bytesSent > 0u)
        assertNull(handset.sync(ThrowingListener).stopped)
    }

    @Test
    @Order(12)
    fun `the day is still there after the app starts again`() {
        handset.close()
        handset = open(keystore)
        handset.unlock(OFFICER, PIN)
        assertEquals(receipt, handset.day().first())
        refused<VisitFault.AlreadyPaid> { handset.visitInPerson(round, enrolled) }
    }

    @Test
    @Order(13)
    fun `a first photo needs a document with the roster's number`() {
        val absent = given("SAKSI_ABSENT")
        assertFalse(handset.beneficiary(round, absent).exceptionApproved)
        handset.visitEnrolment(round, absent).use { visit ->
            visit.consented(consent)
            visit.enrolled(portrait("biden.jpg"))
            assertEquals(listOf(Requirement.DOCUMENT_PHOTO, Requirement.DOCUMENT_NIK), visit.missing())
            refused<VisitFault.OtherNik> { visit.documentRead("3273010107650001") }
            visit.documentPhotographed(DocumentKind.KTP, statement())
            visit.documentRead(given("SAKSI_ABSENT_NIK"))
            assertEquals(Kind.ENROLMENT, visit.commit().kind)
        }
    }

    @Test
    @Order(14)
    fun `where living people are required a picture is not enough`() {
        val ticket = Files.readString(Path.of(given("SAKSI_STRICT_TICKET")))
        val place = Files.createTempDirectory("saksi").toString()
        Handset.provision(place, phone(AesKeystore()), engine, ticket, "Strict handset", OFFICER, PIN).use { strict ->
            strict.unlock(OFFICER, PIN)
            assertNull(strict.sync(Watcher()).stopped)
            assertEquals(LivenessMode.REQUIRED, strict.policy().liveness.mode)
            // Each programme has its own text.
            val strictConsent = Consent(strict.policy().consentVersion, "id")
            strict.visitInPerson(round, enrolled).use { visit ->
                refused<VisitFault.UnknownConsentText> { visit.consented(consent) }
                visit.consented(strictConsent)
                strict.identify(strictConsent, portrait("obama2.jpg")).use { seen ->
                    assertEquals(Decision.MATCH, seen.likeness().decision)
                    refused<VisitFault.NotShownAlive> { visit.recognised(seen) }
                }
            }
            strict.faceCapture(strictConsent).use { capture ->
                capture.giveUp(GiveUp.PERSON_UNABLE)
                assertEquals("given_up", capture.step().code)
                capture.finish().use { assertEquals(Clearance.SUPERVISOR, it.alive().clearance) }
            }
        }
        Path.of(place).toFile().deleteRecursively()
    }

    @Test
    @Order(15)
    fun `a handset to practise with tells what changes, and may be called back`() {
        val lines = Lines()
        setLog(lines)
        assertTrue(version() in lines.heard.within())
        val place = Files.createTempDirectory("saksi")
        Handset.practise(place.toString(), phone(AesKeystore()), engine, OFFICER, PIN).use { practice ->
            val observer = CallingObserver(practice)
            practice.observe(observer)
            practice.unlock(OFFICER, PIN)
            assertEquals("locked: false", observer.heard.within())
            val people = practice.importRoster(Round(round, "Latihan"), direct(Files.readAllBytes(Path.of(given("SAKSI_ROSTER")))))
            assertEquals("roster", observer.heard.within())
            assertEquals(people, practice.progress(round).entitled)
            practice.cashReceived(round, 700_000u)
            assertEquals("waiting: 1", observer.heard.within())
            practice.observe(null)

            // A scan that ends in a payment: begin, frames until it's over, recognise, confirm, commit.
            val consent = Consent(practice.policy().consentVersion, "id")
            practice.scan(round, enrolled, consent).use { scan ->
                assertTrue(Camera("ENROLLED").film(scan::yuv).over)
                val found = scan.recognise()
                assertEquals(enrolled, found.person.id)
                scan.confirm()
                assertEquals(found.amount, scan.commit().amount)
            }
            assertTrue(practice.space().diskBytes > 0u)
        }
        assertTrue(verifyHistory(place.toString()).problems.isEmpty())
        setLog(null)
        place.toFile().deleteRecursively()
    }

    /** The fault with which Saksi refuses something. */
    private inline fun <reified F : Any> refused(noinline call: () -> Unit): F {
        val fault =
            when (val error = assertThrows<SaksiException>(call)) {
                is SaksiException.Pin -> error.fault
                is SaksiException.Handset -> error.fault
                is SaksiException.Storage -> error.fault
                is SaksiException.Roster -> error.fault
                is SaksiException.Capture -> error.fault
                is SaksiException.Visit -> error.fault
                is SaksiException.Cash -> error.fault
                is SaksiException.Network -> error.fault
                else -> throw error
            }
        return assertInstanceOf<F>(fault)
    }

    private fun provision(ticket: String, pin: String) =
        Handset.provision(folder.toString(), phone(keystore), engine, ticket, "Kotlin handset", OFFICER, pin)

    private fun open(with: KeyVault) = Handset.open(folder.toString(), phone(with), engine)

    private companion object {
        const val PIN = "482915"
        const val OFFICER = "PJB-07"
    }
}

/** A camera that holds still before a picture: its frame, over and over, as Android's YUV_420_888. */
private class Camera(name: String) {
    private val file = Path.of(given("SAKSI_${name}_FRAME"))
    private val size = file.fileName.toString().removeSuffix(".yuv").split("x").map { it.toInt() }
    private val bytes = direct(Files.readAllBytes(file))
    private val luma = size[0] * size[1]

    fun layout(timeNs: ULong) =
        FrameLayout(
            width = size[0].toUInt(),
            height = size[1].toUInt(),
            rowStride = size[0].toUInt(),
            chromaRowStride = size[0].toUInt(),
            chromaPixelStride = 2u,
            turnDegrees = 0u,
            mirrored = false,
            timeNs = timeNs,
        )

    fun show(yuv: (ByteBuffer, ByteBuffer, ByteBuffer, FrameLayout) -> CaptureStep, layout: FrameLayout) =
        yuv(bytes.slice(0, luma), bytes.slice(luma + 1, luma / 2 - 1), bytes.slice(luma, luma / 2), layout)

    fun film(yuv: (ByteBuffer, ByteBuffer, ByteBuffer, FrameLayout) -> CaptureStep): CaptureStep {
        repeat(2000) {
            val step = show(yuv, layout(System.nanoTime().toULong()))
            if (step.over) return step
            Thread.sleep(30)
        }
        error("it doesn't end")
    }
}

private fun LinkedBlockingQueue<String>.within() = poll(10, TimeUnit.SECONDS) ?: error("nothing is told")

/** Calls the handset back each time it hears something, and throws. */
private class CallingObserver(private val handset: Handset) : Observer {
    val heard = LinkedBlockingQueue<String>()

    override fun lockChanged(locked: Boolean) = hear("locked: $locked")

    override fun outboxChanged(counts: OutboxCounts) = hear("waiting: ${counts.waiting}")

    override fun rosterChanged() = hear("roster")

    private fun hear(what: String) {
        handset.outboxCounts()
        heard += what
        throw IllegalStateException("the screen is gone")
    }
}

private class Lines : LogListener {
    val heard = LinkedBlockingQueue<String>()

    override fun log(level: LogLevel, target: String, message: String) {
        heard += message
    }
}

private class Watcher : SyncListener {
    val seen = mutableListOf<SyncProgress>()

    override fun progress(progress: SyncProgress) {
        seen += progress
    }
}

private object ThrowingListener : SyncListener {
    override fun progress(progress: SyncProgress): Unit = throw IllegalStateException("the screen is gone")
}

private fun given(name: String): String =
    System.getenv(name) ?: error("$name is not set: run `cargo test -p saksi-tests --test languages`")

private fun portrait(name: String): ByteBuffer = direct(Files.readAllBytes(Path.of(given("SAKSI_PORTRAITS"), name)))

private fun statement(): ByteBuffer = direct(Files.readAllBytes(Path.of(given("SAKSI_STATEMENT"))))

/** Only bytes outside of the Java heap can be lent to the library without a copy, as a camera's are. */
private fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
