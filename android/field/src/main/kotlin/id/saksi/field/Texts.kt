package id.saksi.field

import id.saksi.core.DocumentKind
import id.saksi.core.GiveUp
import id.saksi.core.Kind
import id.saksi.core.Language
import id.saksi.core.NoDocument
import id.saksi.core.NotServedReason
import id.saksi.core.Notice
import id.saksi.core.OfficerState
import id.saksi.core.ProxyReason
import id.saksi.core.QualityProblem
import id.saksi.core.Relation
import id.saksi.core.Standing
import id.saksi.core.VisitSort
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Locale

/** All wording that the library doesn't give. Each language is complete, or doesn't compile. */
interface Texts {
    /** Whose words they are. */
    val locale: Locale

    // Everywhere
    val back: String
    val close: String
    val cancel: String
    val understood: String
    val tryAgain: String
    val goOn: String
    val working: String
    val practising: String
    val stopPractice: String
    val practiceRound: String
    val language: String

    // Opening, and what keeps the app from it
    val opening: String
    val outdatedTitle: String
    val outdatedText: String
    val troubleTitle: String
    val troubleText: String
    val share: String
    val checkAll: String

    // Handing a phone out
    val handOutTitle: String
    val scanTicket: String
    val scanTicketHint: String
    val officerNumber: String
    val officerHint: String
    val choosePin: String
    val choosePinHint: String
    val repeatPin: String
    val pinsDiffer: String
    val registering: String

    // The PIN
    val who: String
    val enterPin: String
    val unlock: String
    fun waitSeconds(seconds: Long): String
    fun attemptsLeft(left: Int): String
    val needsCode: String
    val scanCode: String
    val codeWaiting: String
    val codeHint: String
    fun codeFor(officer: String): String
    val eraseTitle: String
    val eraseText: String
    val eraseNow: String
    val changePin: String
    val oldPin: String
    val newPin: String
    val pinChanged: String
    val lock: String

    // The officer's own face
    val ownFaceTitle: String
    val ownFaceWhy: String
    val takeOwnFace: String

    // Today
    val today: String
    fun paidOf(paid: Long, all: Long): String
    fun toVisit(left: Long): String
    val scanFace: String
    val people: String
    val cash: String
    val outbox: String
    val supervisor: String
    val noRoster: String
    val interrupted: String
    val resume: String
    val discard: String
    val needsOwnFace: String
    val missingModels: String

    // Sending
    val syncNow: String
    fun syncing(done: Long, total: Long): String
    val stopSync: String
    fun waits(count: Long): String
    val allSent: String
    fun refused(count: Long): String
    fun lastSync(time: String): String

    // Whom to visit
    val search: String
    val scanInvitation: String
    val wasAbsent: String
    fun metres(metres: Int): String
    val nobodyFound: String
    val nobodyLeft: String

    // One beneficiary
    val due: String
    val nothingDue: String
    val history: String
    val whyNotServed: String
    val withdrawConsent: String
    val withdrawText: String

    // Consent
    val consentTitle: String
    val readAloud: String
    val agrees: String
    val declines: String

    // The camera
    val lookHere: String
    val letterHere: String
    val documentHere: String
    val cannotMove: String
    val giveUp: String
    val whyGiveUp: String
    val takeAgain: String
    val light: String
    val cameraFailed: String

    // A scan
    val recognising: String
    val isThis: String
    fun pay(amount: String): String
    val notThis: String
    val notSure: String
    val notSureHint: String
    val lookUp: String
    val asException: String
    val cannotPay: String

    // A visit
    fun stepsLeft(left: Int): String
    val refusedTitle: String
    val refusedHint: String
    val documentKind: String
    val documentNumber: String
    val noDocument: String
    val whyNoDocument: String
    val proxyTitle: String
    val proxyName: String
    val nik: String
    val nikGood: String
    val phone: String
    val relationTitle: String
    val reasonTitle: String
    val explainTitle: String
    val explainHint: String
    val confirmTitle: String
    val save: String
    val exceptionWaits: String
    val nobodyPaid: String
    val discardVisit: String

    // A receipt
    val receiptTitle: String
    val amount: String
    fun handOver(amount: String): String
    val saved: String
    val print: String
    val nextPerson: String
    val notWritten: String
    val keepReceipt: String

    // Cash
    val cashReceived: String
    val cashReturned: String
    val cashPaid: String
    val cashLeft: String
    val closeDay: String
    val cashReason: String

    // Records
    val waiting: String
    val sent: String
    val quarantined: String
    val retry: String
    val export: String
    val nothingYet: String

    // The supervisor's corner
    val officers: String
    val practise: String
    val practiseText: String
    val practicePin: String
    val report: String
    fun way(way: PersonState.Way): String
    fun standing(standing: Standing): String
    fun kind(kind: Kind): String
    fun sort(sort: VisitSort): String
    fun notServed(reason: NotServedReason): String
    fun giveUp(reason: GiveUp): String
    fun quality(problem: QualityProblem): String
    fun document(kind: DocumentKind): String
    fun noDocument(reason: NoDocument): String
    fun relation(relation: Relation): String
    fun proxyReason(reason: ProxyReason): String
    fun nikFault(fault: NikFault): String
    fun officerState(state: OfficerState): String

    /** What to look out for with a beneficiary. */
    fun notice(notice: Notice): String

    /** What this layer finds wrong by itself, by its code. */
    fun problem(code: String): String

    /** An amount, such as Rp 300.000. */
    fun rupiah(amount: Long) = "Rp " + String.format(locale, "%,d", amount)

    /** A moment, as people here write it, in the phone's time zone. */
    fun time(ms: Long, zone: ZoneId = ZoneId.systemDefault()): String =
        DateTimeFormatter.ofPattern("d MMM yyyy HH:mm", locale).withZone(zone).format(Instant.ofEpochMilli(ms))

    companion object {
        /** In this language. */
        fun of(language: Language): Texts = if (language == Language.ID) Indonesian else English
    }
}
