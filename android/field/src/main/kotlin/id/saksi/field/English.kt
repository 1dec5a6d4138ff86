package id.saksi.field

import id.saksi.core.DocumentKind
import id.saksi.core.GiveUp
import id.saksi.core.Kind
import id.saksi.core.NoDocument
import id.saksi.core.NotServedReason
import id.saksi.core.Notice
import id.saksi.core.OfficerState
import id.saksi.core.ProxyReason
import id.saksi.core.QualityProblem
import id.saksi.core.Relation
import id.saksi.core.Standing
import id.saksi.core.VisitSort
import java.util.Locale

/** In English. */
object English : Texts {
    override val locale: Locale = Locale.forLanguageTag("en-GB")

    // Everywhere
    override val back = "Back"
    override val close = "Close"
    override val cancel = "Cancel"
    override val understood = "Got it"
    override val tryAgain = "Try again"
    override val goOn = "Continue"
    override val working = "Working"
    override val practising = "Practice: nothing is paid or sent"
    override val stopPractice = "End practice"
    override val practiceRound = "Practice"
    override val language = "Language"

    // Opening, and what keeps the app from it
    override val opening = "Opening Saksi"
    override val outdatedTitle = "The app must be updated"
    override val outdatedText = "The office no longer accepts this version. Update the app, or ask the supervisor. What was recorded is safe."
    override val troubleTitle = "Handset report"
    override val troubleText = "This report holds no personal data. Send it to whoever helps you."
    override val share = "Share"
    override val checkAll = "Check all records"

    // Handing a phone out
    override val handOutTitle = "Register this phone"
    override val scanTicket = "Scan the supervisor's ticket"
    override val scanTicketHint = "Point the camera at the QR code on the supervisor's screen."
    override val officerNumber = "Officer number"
    override val officerHint = "As on the officer's card"
    override val choosePin = "Choose a PIN"
    override val choosePinHint = "At least 6 digits, and not easy to guess. Tell nobody."
    override val repeatPin = "Repeat the PIN"
    override val pinsDiffer = "The two PINs differ: choose again."
    override val registering = "Registering this phone"

    // The PIN
    override val who = "Who is on duty?"
    override val enterPin = "Enter your PIN"
    override val unlock = "Unlock"
    override fun waitSeconds(seconds: Long) = "Wait $seconds seconds"
    override fun attemptsLeft(left: Int) = "$left attempts left"
    override val needsCode = "This officer needs an unlock code from the supervisor."
    override val scanCode = "Scan an unlock code"
    override val codeWaiting = "The supervisor has given permission: choose a new PIN."
    override val codeHint = "Point the camera at the supervisor's code."
    override fun codeFor(officer: String) = "Code for officer $officer"
    override val eraseTitle = "Erase this phone?"
    override val eraseText = "Nothing on this phone can be read again. Sealed records can still be sent."
    override val eraseNow = "Erase now"
    override val changePin = "Change PIN"
    override val oldPin = "Current PIN"
    override val newPin = "New PIN"
    override val pinChanged = "The PIN has been changed."
    override val lock = "Lock"

    // The officer's own face
    override val ownFaceTitle = "The officer's face"
    override val ownFaceWhy = "Your face is learnt so that it is never paid or taken for a proxy's. The photo isn't kept."
    override val takeOwnFace = "Take my face"

    // Today
    override val today = "Today"
    override fun paidOf(paid: Long, all: Long) = "$paid of $all paid"
    override fun toVisit(left: Long) = "$left still to visit"
    override val scanFace = "Scan a face"
    override val people = "Visit list"
    override val cash = "Cash"
    override val outbox = "Records"
    override val supervisor = "Supervisor"
    override val noRoster = "There is no roster yet. Sync when there is a signal."
    override val interrupted = "Interrupted visits"
    override val resume = "Resume"
    override val discard = "Discard"
    override val needsOwnFace = "Take your own face before you begin"
    override val missingModels = "Some face models are missing: install the app again."

    // Sending
    override val syncNow = "Sync"
    override fun syncing(done: Long, total: Long) = "Sending $done of $total"
    override val stopSync = "Stop"
    override fun waits(count: Long) = "$count waiting to be sent"
    override val allSent = "Everything is sent"
    override fun refused(count: Long) = "$count refused by the server"
    override fun lastSync(time: String) = "Last connected $time"

    // Whom to visit
    override val search = "Name, number or address"
    override val scanInvitation = "Scan an invitation"
    override val wasAbsent = "Wasn't at home"
    override fun metres(metres: Int) = "$metres m"
    override val nobodyFound = "Nobody matches."
    override val nobodyLeft = "Everybody has been visited."

    // One beneficiary
    override val due = "Aid"
    override val nothingDue = "No aid is due in this round."
    override val history = "History"
    override val whyNotServed = "Why can't they be paid?"
    override val withdrawConsent = "Withdraw consent"
    override val withdrawText = "The beneficiary's face is removed from this phone, and the office is told."

    // Consent
    override val consentTitle = "Read this to the person"
    override val readAloud = "Read aloud"
    override val agrees = "Agrees"
    override val declines = "Doesn't agree"

    // The camera
    override val lookHere = "Point the camera at the face"
    override val letterHere = "Point the camera at the statement letter"
    override val documentHere = "Photograph the document"
    override val cannotMove = "Can't move"
    override val giveUp = "Can't be taken"
    override val whyGiveUp = "Why can't the face be taken?"
    override val takeAgain = "Take again"
    override val light = "Light"
    override val cameraFailed = "The camera can't be used. Allow it, or restart the phone."

    // A scan
    override val recognising = "Comparing the face"
    override val isThis = "Is this the person?"
    override fun pay(amount: String) = "Pay $amount"
    override val notThis = "Not this person"
    override val notSure = "The face isn't recognised"
    override val notSureHint = "Take it again in good light, or look up the name."
    override val lookUp = "Look up the name"
    override val asException = "Record an exception"
    override val cannotPay = "Can't be paid"

    // A visit
    override fun stepsLeft(left: Int) = "$left more steps"
    override val refusedTitle = "Doesn't agree to a photo"
    override val refusedHint = "Ask for a document, and type its NIK. The document isn't photographed."
    override val documentKind = "Kind of document"
    override val documentNumber = "NIK on the document"
    override val noDocument = "No document"
    override val whyNoDocument = "Why is there no document?"
    override val proxyTitle = "The proxy's details"
    override val proxyName = "The proxy's name"
    override val nik = "NIK"
    override val nikGood = "The NIK is well-formed"
    override val phone = "Phone number (if any)"
    override val relationTitle = "Relation to the beneficiary"
    override val reasonTitle = "Why a proxy?"
    override val explainTitle = "Explain why"
    override val explainHint = "For example: a bandaged face, too ill to be filmed"
    override val confirmTitle = "Check before saving"
    override val save = "Save"
    override val exceptionWaits = "Saved as an exception. Don't pay before the supervisor approves."
    override val nobodyPaid = "Record as not served"
    override val discardVisit = "Give the visit up"

    // A receipt
    override val receiptTitle = "RECORD RECEIPT"
    override val amount = "Amount"
    override fun handOver(amount: String) = "Hand over $amount"
    override val saved = "Saved"
    override val print = "Print"
    override val nextPerson = "Next person"
    override val notWritten = "The record was not saved. Don't hand over money: repeat the visit."
    override val keepReceipt = "Keep this receipt. The office can look the code up."

    // Cash
    override val cashReceived = "Cash received"
    override val cashReturned = "Cash returned"
    override val cashPaid = "Paid out"
    override val cashLeft = "Cash left"
    override val closeDay = "Close the day"
    override val cashReason = "Why doesn't the cash balance?"

    // Records
    override val waiting = "Waiting"
    override val sent = "Sent"
    override val quarantined = "Refused by the server"
    override val retry = "Try to send again"
    override val export = "Copy for the supervisor"
    override val nothingYet = "Nothing has been recorded yet."

    // The supervisor's corner
    override val officers = "Officers"
    override val practise = "Practise"
    override val practiseText = "Practise with invented people. The phone is locked, and nothing is sent."
    override val practicePin = "A PIN for practice"
    override val report = "Handset report"

    override fun way(way: PersonState.Way) = when (way) {
        PersonState.Way.SCAN -> "Scan their face"
        PersonState.Way.PROXY -> "Somebody else collects"
        PersonState.Way.EXCEPTION -> "The face doesn't match"
        PersonState.Way.FIRST_PHOTO -> "First photo"
        PersonState.Way.NOT_SERVED -> "Not served"
    }

    override fun standing(standing: Standing) = when (standing) {
        Standing.TO_VISIT -> "To visit"
        Standing.PAID_HERE -> "Paid"
        Standing.PAID_ELSEWHERE -> "Paid elsewhere"
        Standing.EXCEPTION -> "Waits for the supervisor"
        Standing.ABSENT -> "Absent"
        Standing.MOVED -> "Moved"
        Standing.DECEASED -> "Deceased"
        Standing.REFUSED -> "Refused the aid"
    }

    override fun kind(kind: Kind) = when (kind) {
        Kind.IN_PERSON -> "Received in person"
        Kind.PROXY -> "Received by a proxy"
        Kind.EXCEPTION -> "Exception"
        Kind.NOT_SERVED -> "Not served"
        Kind.CONSENT_WITHDRAWN -> "Consent withdrawn"
        Kind.ENROLMENT -> "First photo"
        Kind.CASH -> "Cash"
    }

    override fun sort(sort: VisitSort) = when (sort) {
        VisitSort.IN_PERSON -> "In person"
        VisitSort.PROXY -> "By proxy"
        VisitSort.EXCEPTION -> "Exception"
        VisitSort.PROXY_EXCEPTION -> "Proxy's exception"
        VisitSort.ENROLMENT -> "First photo"
    }

    override fun notServed(reason: NotServedReason) = when (reason) {
        NotServedReason.ABSENT -> "Not at home"
        NotServedReason.MOVED -> "Moved away"
        NotServedReason.DECEASED -> "Deceased"
        NotServedReason.REFUSED -> "Refuses the aid"
        NotServedReason.CAPTURE_GIVEN_UP -> "The face couldn't be taken"
    }

    override fun giveUp(reason: GiveUp) = when (reason) {
        GiveUp.PERSON_UNABLE -> "The person is unable"
        GiveUp.PERSON_REFUSED -> "The person refuses"
        GiveUp.BAD_LIGHT -> "Bad light"
        GiveUp.CAMERA_TROUBLE -> "Trouble with the camera"
        GiveUp.CANCELLED -> "Cancelled"
    }

    override fun quality(problem: QualityProblem) = when (problem) {
        QualityProblem.TOO_FAR -> "Too far"
        QualityProblem.TOO_DARK -> "Too dark"
        QualityProblem.TOO_BRIGHT -> "Too bright"
        QualityProblem.FLAT -> "Too little contrast"
        QualityProblem.BLURRED -> "Blurred"
        QualityProblem.TURNED_ASIDE -> "Turned aside"
        QualityProblem.TILTED -> "Head tilted"
        QualityProblem.COVERED -> "Face covered"
    }

    override fun document(kind: DocumentKind) = when (kind) {
        DocumentKind.KTP -> "Identity card (KTP)"
        DocumentKind.FAMILY_CARD -> "Family card (KK)"
        DocumentKind.VILLAGE_LETTER -> "Village letter"
    }

    override fun noDocument(reason: NoDocument) = when (reason) {
        NoDocument.NEVER_ISSUED -> "Never had one"
        NoDocument.LOST -> "Lost or destroyed"
        NoDocument.IN_PROCESS -> "Being issued"
        NoDocument.ELSEWHERE -> "Kept elsewhere"
    }

    override fun relation(relation: Relation) = when (relation) {
        Relation.SPOUSE -> "Husband or wife"
        Relation.CHILD -> "Son or daughter"
        Relation.PARENT -> "Father or mother"
        Relation.SIBLING -> "Brother or sister"
        Relation.RELATIVE -> "Relative on the family card"
        Relation.NEIGHBOUR -> "Neighbour"
        Relation.OFFICIAL -> "Head of the neighbourhood or village"
    }

    override fun proxyReason(reason: ProxyReason) = when (reason) {
        ProxyReason.ILL -> "Ill"
        ProxyReason.FRAIL -> "Old and frail"
        ProxyReason.DISABILITY -> "Lives with a disability"
        ProxyReason.AWAY -> "Away"
    }

    override fun nikFault(fault: NikFault) = when (fault) {
        NikFault.SHORT -> "A NIK has 16 digits"
        NikFault.LONG -> "More than 16 digits"
        NikFault.NOT_DIGITS -> "Digits only"
        NikFault.PLACE -> "The first two digits are no province"
        NikFault.DATE -> "Digits 7 to 10 are no date of birth"
        NikFault.SERIAL -> "The last four digits can't be 0000"
    }

    override fun officerState(state: OfficerState) = when (state) {
        OfficerState.READY -> "Ready"
        OfficerState.LOCKED_OUT -> "Locked out"
        OfficerState.NOT_ADMITTED -> "No PIN yet"
    }

    override fun notice(notice: Notice) = when (notice) {
        is Notice.AlreadyPaid -> "Already paid in round ${notice.round}"
        is Notice.ProxySeen -> "Collected by a proxy in round ${notice.round}, who also collected for ${notice.others} others"
        is Notice.ExceptionWaits -> "An exception waits for the supervisor, round ${notice.round}"
        Notice.NoFace -> "The roster has no face of this beneficiary"
        Notice.ConsentWithdrawn -> "Consent was withdrawn"
    }

    override fun problem(code: String) = when (code) {
        "other_server" -> "This ticket isn't for this office's server: ask for the right one."
        "printer" -> "The printer doesn't answer: switch it on, bring it closer, and try again."
        "not_whole" -> "The copy isn't complete: check the room on the disk, and try again."
        "given_up" -> "No face was taken: try again, or record an exception."
        "closed" -> "This has been closed: begin again."
        else -> "Something is wrong inside the app: try again, and tell the supervisor if it comes back."
    }
}
