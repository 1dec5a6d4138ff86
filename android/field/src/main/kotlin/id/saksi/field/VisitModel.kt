package id.saksi.field

import id.saksi.core.BeneficiaryId
import id.saksi.core.CaptureStep
import id.saksi.core.CapturedFace
import id.saksi.core.Document
import id.saksi.core.DocumentKind
import id.saksi.core.FaceCapture
import id.saksi.core.FrameLayout
import id.saksi.core.GiveUp
import id.saksi.core.Handset
import id.saksi.core.Language
import id.saksi.core.ListedBeneficiary
import id.saksi.core.NoDocument
import id.saksi.core.NotServedReason
import id.saksi.core.ProxyDetails
import id.saksi.core.Refusal
import id.saksi.core.Requirement
import id.saksi.core.RoundId
import id.saksi.core.StatementCapture
import id.saksi.core.Visit
import id.saksi.core.VisitSort
import java.nio.ByteBuffer

/** A visit, step by step. */
data class VisitState(
    /** What sort of visit. */
    val sort: VisitSort,
    val round: RoundId,
    /** For whom; null while it is read. */
    val person: ListedBeneficiary? = null,
    /** What is asked for now. */
    val step: VisitStep = VisitStep.Opening,
    /** How many steps there are after this one. */
    val left: Int = 0,
    /** What may be done in place of this visit, after what went wrong last. */
    val instead: Screen? = null,
    /** The face came to nothing, and it may be written down that nobody was paid. */
    val captureFailed: Boolean = false,
)

/** What a visit asks for now. */
sealed interface VisitStep {
    /** The visit begins, or goes on where it was cut short. */
    data object Opening : VisitStep

    /** The text is read out, and the person agrees or not. */
    data class Asked(val consent: ConsentText) : VisitStep

    /** The person doesn't agree to a photo: which document shows who it is, and the number on it. */
    data object Refused : VisitStep

    /** The camera looks at a face. */
    data class Face(val advice: CaptureStep?, val stopped: Boolean = false) : VisitStep

    /** The camera looks at the statement letter. */
    data class Letter(val advice: CaptureStep?, val stopped: Boolean = false) : VisitStep

    /** Who the proxy is, and why. */
    data object Details : VisitStep

    /** Why the face can't be matched, or the proxy can't be cleared. */
    data object Reason : VisitStep

    /** The document is photographed, or why there is none. */
    data object DocumentPhoto : VisitStep

    /** The number on the document. */
    data object DocumentNumber : VisitStep

    /** Nothing is missing: the officer confirms. */
    data class Confirm(val amount: Long) : VisitStep
}

/**
 * A proxy's visit, an exception, a first photo, or a visit in person that was cut short. What the library says is missing
 * decides what is asked for next; each step that was taken is kept, and is there again after a crash.
 */
class VisitModel internal constructor(
    saksi: Saksi,
    private val sort: VisitSort,
    private val round: RoundId,
    private val id: BeneficiaryId,
) : Model<VisitState>(VisitState(sort, round), saksi), Viewer {
    private var visit: Visit? = null
    private var consent: ConsentText? = null
    private var face: FaceCapture? = null
    private var letter: StatementCapture? = null
    private var failed: CapturedFace? = null
    @Volatile private var filming: Filming? = null

    init {
        follow {
            val person = ask { it.beneficiary(round, id) }
            change { it.copy(person = person) }
            visit = ask { interrupted(it) ?: begun(it) }
            consent = ask { ConsentText.of(it.policy(), saksi.language.value) }
            next()
        }
    }

    /** The text is read in this language. */
    fun read(language: Language) = tap {
        consent = ask { ConsentText.of(it.policy(), language) }
        next()
    }

    /** The person agreed to be photographed. */
    fun agree() = step { it.consented(checkNotNull(consent).agreed) }

    /** The person doesn't agree; only an exception goes on from there. */
    fun refuse() = when (sort) {
        VisitSort.EXCEPTION -> change { it.copy(step = VisitStep.Refused) }
        else -> saksi.replace(Screen.Visit(VisitSort.EXCEPTION, round, id))
    }

    /** The person who refuses showed this document, with this number on it. */
    fun refusedWith(kind: DocumentKind, nik: String) = step {
        val (version, language) = checkNotNull(consent).agreed
        it.refused(Refusal(version, language, Document(kind, nik)))
    }

    override fun frame(y: ByteBuffer, u: ByteBuffer, v: ByteBuffer, layout: FrameLayout) {
        filming?.frame(y, u, v, layout)
    }

    /** The person can't do what is asked: something else will be. */
    fun cannotMove() = tap { face?.let { ask { _ -> it.cannotMove() } } }

    /** The face can't be taken as it is asked for. An exception takes what was seen; others begin anew. */
    fun giveUp(reason: GiveUp) = tap {
        val face = face ?: return@tap
        if (filming?.end() != true) return@tap
        ask { face.giveUp(reason) }
        taken()
    }

    /** Takes the face, or the letter, once more. */
    fun retake() = tap { next() }

    /** The proxy's details were typed. */
    fun named(form: ProxyForm) = step { it.proxyNamed(form.details()) }

    /** The officer's reason was typed. */
    fun explained(why: String) = step { it.explained(why.trim()) }

    /** The document was photographed: a JPEG, in memory outside of the Java heap. */
    fun documentPhotographed(kind: DocumentKind, jpeg: ByteBuffer) = step { it.documentPhotographed(kind, jpeg) }

    /** The number was read from the document. */
    fun documentRead(nik: String) = step { it.documentRead(nik) }

    /** The person shows no document. */
    fun withoutDocument(reason: NoDocument) = step { it.withoutDocument(reason) }

    /** The officer confirms. Pays, where there is something to pay, when this is on disk. */
    fun commit() = tap {
        guarded {
            val receipt = ask { checkNotNull(visit).commit() }
            saksi.replace(Screen.Receipt(receipt.record))
        }
    }

    /** Writes down that nobody was paid, since no face could be taken. */
    fun nobodyPaid() = tap {
        val seen = failed ?: return@tap
        val receipt = ask { it.notServedAfter(round, id, NotServedReason.CAPTURE_GIVEN_UP, seen) }
        ask { visit?.discard() }
        saksi.replace(Screen.Receipt(receipt.record))
    }

    /** Gives the visit up: what was taken is removed. */
    fun discard() = tap {
        ask { visit?.discard() }
        saksi.back()
    }

    /** Does what may be done in place of this visit. */
    fun doInstead() = tap {
        val instead = state.value.instead ?: return@tap
        ask { visit?.discard() }
        saksi.replace(instead)
    }

    override fun close() {
        super.close()
        filming?.end()
        listOf(visit, face, letter, failed).forEach { it?.close() }
    }

    private fun begun(handset: Handset): Visit = when (sort) {
        VisitSort.IN_PERSON -> handset.visitInPerson(round, id)
        VisitSort.PROXY -> handset.visitByProxy(round, id)
        VisitSort.EXCEPTION -> handset.visitExceptional(round, id)
        VisitSort.PROXY_EXCEPTION -> handset.visitExceptionalByProxy(round, id)
        VisitSort.ENROLMENT -> handset.visitEnrolment(round, id)
    }

    private fun interrupted(handset: Handset): Visit? =
        handset.interrupted().find { it.sort == sort && it.round == round && it.beneficiary == id }?.let { handset.resume(it.visit) }

    private fun step(take: (Visit) -> Unit) = tap {
        guarded {
            ask { take(checkNotNull(visit)) }
            next()
        }
    }

    private suspend fun next() {
        val missing = ask { checkNotNull(visit).missing() }
        val step = when (missing.firstOrNull()) {
            Requirement.CONSENT -> VisitStep.Asked(checkNotNull(consent))
            Requirement.FACE, Requirement.PROXY_PHOTO, Requirement.PHOTO -> filmFace()
            Requirement.STATEMENT_PHOTO -> filmLetter()
            Requirement.PROXY_DETAILS -> VisitStep.Details
            Requirement.REASON -> VisitStep.Reason
            Requirement.DOCUMENT_PHOTO -> VisitStep.DocumentPhoto
            Requirement.DOCUMENT_NIK -> VisitStep.DocumentNumber
            null -> VisitStep.Confirm(ask { checkNotNull(visit).amount() }.toLong())
        }
        change { it.copy(step = step, left = missing.size, instead = null) }
    }

    private suspend fun filmFace(): VisitStep {
        val begun = ask { it.faceCapture(checkNotNull(consent).agreed) }
        face?.close()
        face = begun
        filming = Filming(begun::yuv, { advice -> change { it.copy(step = VisitStep.Face(advice)) } }, { follow { taken() } })
        return VisitStep.Face(null)
    }

    private suspend fun filmLetter(): VisitStep {
        val begun = ask { it.statementCapture() }
        letter?.close()
        letter = begun
        filming = Filming(begun::yuv, { advice -> change { it.copy(step = VisitStep.Letter(advice)) } }, { follow { read() } })
        return VisitStep.Letter(null)
    }

    private suspend fun taken() = guarded {
        val seen = ask { checkNotNull(face).finish() }
        val passed = try {
            ask { judged(it, checkNotNull(visit), seen) }
            state.value.step.let { it is VisitStep.Face && it.advice?.code == "done" }
        } catch (thrown: Exception) {
            seen.close()
            throw thrown
        }
        failed?.close()
        failed = seen.takeIf { sort == VisitSort.EXCEPTION && !passed }
        if (passed) seen.close()
        change { it.copy(captureFailed = failed != null) }
        next()
    }

    private fun judged(handset: Handset, visit: Visit, seen: CapturedFace) = when (sort) {
        VisitSort.PROXY, VisitSort.PROXY_EXCEPTION -> visit.proxyCaptured(seen)
        VisitSort.EXCEPTION -> visit.exceptionCaptured(seen)
        VisitSort.ENROLMENT -> visit.enrolmentCaptured(seen)
        VisitSort.IN_PERSON -> handset.verifyCaptured(checkNotNull(consent).agreed, id, seen).use(visit::recognised)
    }

    private suspend fun read() = guarded {
        ask { checkNotNull(letter).finish().use(checkNotNull(visit)::statementCaptured) }
        next()
    }

    /** After what went wrong: the camera stands still, and what may be done instead is offered. */
    private suspend fun guarded(work: suspend () -> Unit) = try {
        work()
    } catch (thrown: Exception) {
        val instead = instead(Problem.of(thrown).code)
        change { it.copy(step = it.step.stopped(), instead = instead) }
        throw thrown
    }

    private fun VisitStep.stopped() = when (this) {
        is VisitStep.Face -> copy(stopped = true)
        is VisitStep.Letter -> copy(stopped = true)
        else -> this
    }

    private fun instead(code: String): Screen? = when (code) {
        "recognised", "proxy_is_beneficiary", "proxy_nik_is_beneficiary" -> Screen.Scan(round, id)
        "liveness_unsure", "liveness_refused", "not_shown_alive" ->
            Screen.Visit(VisitSort.PROXY_EXCEPTION, round, id).takeIf { sort == VisitSort.PROXY }
        else -> null
    }
}
