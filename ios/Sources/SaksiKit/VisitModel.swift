import Foundation
import SaksiCore

/// A visit, step by step.
public struct VisitState: Sendable {
    /// What sort of visit.
    public let sort: VisitSort
    public let round: RoundId
    /// For whom; nil while it is read.
    public var person: ListedBeneficiary?
    /// What is asked for now.
    public var step = VisitStep.opening
    /// How many steps are left, with this one.
    public var left = 0
    /// What may be done in place of this visit, after what went wrong last.
    public var instead: Screen?
    /// The face came to nothing, and it may be written down that nobody was paid.
    public var captureFailed = false
}

/// What a visit asks for now.
public enum VisitStep: Equatable, Sendable {
    /// The visit begins, or goes on where it was cut short.
    case opening
    /// The text is read out, and the person agrees or not.
    case asked(ConsentText)
    /// The person doesn't agree to a photo: which document shows who it is, and the number on it.
    case refused
    /// The camera looks at a face.
    case face(CaptureStep?, stopped: Bool = false)
    /// The camera looks at the statement letter.
    case letter(CaptureStep?, stopped: Bool = false)
    /// Who the proxy is, and why.
    case details
    /// Why the face can't be matched, or the proxy can't be cleared.
    case reason
    /// The document is photographed, or why there is none.
    case documentPhoto
    /// The number on the document.
    case documentNumber
    /// Nothing is missing: the officer confirms.
    case confirm(amount: Int)
}

/// A proxy's visit, an exception, a first photo, or a visit in person that was cut short. What the library says is missing
/// decides what is asked for next; each step that was taken is kept, and is there again after a crash.
public final class VisitModel: Model<VisitState>, Viewer {
    public private(set) var filming: Filming?
    private let id: BeneficiaryId
    private var visit: Visit?
    private var consent: ConsentText?
    private var face: FaceCapture?
    private var letter: StatementCapture?
    private var failed: CapturedFace?

    init(_ saksi: Saksi, _ sort: VisitSort, _ round: RoundId, _ id: BeneficiaryId) {
        self.id = id
        super.init(VisitState(sort: sort, round: round), saksi)
        let language = saksi.language
        follow { [self] in
            state.person = try await ask { try $0.beneficiary(round: round, id: id) }
            visit = try await ask { try $0.interrupted(sort, round, id) ?? $0.begin(sort, round, id) }
            consent = try await ask { ConsentText($0.policy(), language) }
            try await next()
        }
    }

    /// The text is read in this language.
    public func read(_ language: Language) {
        tap { [self] in
            consent = try await ask { ConsentText($0.policy(), language) }
            try await next()
        }
    }

    /// The person agreed to be photographed.
    public func agree() {
        guard let agreed = consent?.agreed else { return }
        step { try $0.consented(consent: agreed) }
    }

    /// The person doesn't agree; only an exception goes on from there.
    public func refuse() {
        if state.sort == .exception {
            state.step = .refused
        } else {
            saksi.replace(.visit(sort: .exception, round: state.round, id: id))
        }
    }

    /// The person who refuses showed this document, with this number on it.
    public func refused(with kind: DocumentKind, _ nik: String) {
        guard let agreed = consent?.agreed else { return }
        let document = Document(kind: kind, nik: nik)
        let refusal = Refusal(textVersion: agreed.textVersion, language: agreed.language, document: document)
        step { try $0.refused(refusal: refusal) }
    }

    /// The person can't do what is asked: something else will be.
    public func cannotMove() {
        guard let face else { return }
        tap { [self] in try await saksi.off { face.cannotMove() } }
    }

    /// The face can't be taken as it is asked for. An exception takes what was seen; others begin anew.
    public func giveUp(_ reason: GiveUp) {
        guard let face, filming?.end() == true else { return }
        tap { [self] in
            try await saksi.off { face.giveUp(reason: reason) }
            try await taken(passed: false)
        }
    }

    /// Takes the face, or the letter, once more.
    public func retake() {
        tap { [self] in try await next() }
    }

    /// The proxy's details were typed.
    public func named(_ form: ProxyForm) {
        guard let details = form.details else { return }
        step { try $0.proxyNamed(proxy: details) }
    }

    /// The officer's reason was typed.
    public func explained(_ why: String) {
        step { try $0.explained(why: why.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// The document was photographed: a JPEG.
    public func documentPhotographed(_ kind: DocumentKind, _ jpeg: Data) {
        step { try $0.documentPhotographed(kind: kind, picture: jpeg) }
    }

    /// The number was read from the document.
    public func documentRead(_ nik: String) {
        step { try $0.documentRead(nik: nik) }
    }

    /// The person shows no document.
    public func withoutDocument(_ reason: NoDocument) {
        step { try $0.withoutDocument(reason: reason) }
    }

    /// The officer confirms. Pays, where there is something to pay, when this is on disk.
    public func commit() {
        guard let visit else { return }
        tap { [self] in
            try await guarded {
                let receipt = try await self.saksi.off { try visit.commit() }
                self.saksi.replace(.receipt(record: receipt.record))
            }
        }
    }

    /// Writes down that nobody was paid, since no face could be taken.
    public func nobodyPaid() {
        guard let visit, let failed else { return }
        let (round, id) = (state.round, id)
        tap { [self] in
            let receipt = try await ask {
                let written = try $0.notServedAfter(round: round, id: id, reason: .captureGivenUp, face: failed)
                try visit.discard()
                return written
            }
            saksi.replace(.receipt(record: receipt.record))
        }
    }

    /// Gives the visit up: what was taken is removed.
    public func discard() {
        leave { $0.back() }
    }

    /// Does what may be done in place of this visit.
    public func doInstead() {
        guard let instead = state.instead else { return }
        leave { $0.replace(instead) }
    }

    override func close() {
        super.close()
        filming?.end()
        // A handset's folder is let go with the last of these.
        (visit, face, letter, failed) = (nil, nil, nil, nil)
    }

    private func leave(_ to: @escaping @MainActor (Saksi) -> Void) {
        let visit = visit
        tap { [self] in
            try await saksi.off { try visit?.discard() }
            to(saksi)
        }
    }

    private func step(_ take: @escaping @Sendable (Visit) throws -> Void) {
        guard let visit else { return }
        tap { [self] in
            try await guarded {
                try await self.saksi.off { try take(visit) }
                try await self.next()
            }
        }
    }

    private func next() async throws {
        guard let visit, let consent else { return }
        let (missing, amount) = try await saksi.off { (visit.missing(), visit.amount()) }
        (state.left, state.instead) = (missing.count, nil)
        switch missing.first {
        case .consent: state.step = .asked(consent)
        case .face, .proxyPhoto, .photo: try await filmFace(consent.agreed)
        case .statementPhoto: try await filmLetter()
        case .proxyDetails: state.step = .details
        case .reason: state.step = .reason
        case .documentPhoto: state.step = .documentPhoto
        case .documentNik: state.step = .documentNumber
        case nil: state.step = .confirm(amount: Int(amount))
        }
    }

    private func filmFace(_ agreed: Consent) async throws {
        let begun = try await ask { try $0.faceCapture(consent: agreed) }
        face = begun
        filming = Filming({ try begun.yuv(y: $0, u: $1, v: $2, layout: $3) }) { [weak self] advice in
            Task { @MainActor in
                self?.advised(advice, .face(advice)) { try await $0.taken(passed: advice.code == "done") }
            }
        }
        state.step = .face(nil)
    }

    private func filmLetter() async throws {
        let begun = try await ask { try $0.statementCapture() }
        letter = begun
        filming = Filming({ try begun.yuv(y: $0, u: $1, v: $2, layout: $3) }) { [weak self] advice in
            Task { @MainActor in self?.advised(advice, .letter(advice)) { try await $0.read() } }
        }
        state.step = .letter(nil)
    }

    private func advised(
        _ advice: CaptureStep, _ step: VisitStep, _ over: @escaping @MainActor (VisitModel) async throws -> Void
    ) {
        state.step = step
        if advice.over { follow { [self] in try await over(self) } }
    }

    private func taken(passed: Bool) async throws {
        guard let visit, let face, let agreed = consent?.agreed else { return }
        let (sort, id) = (state.sort, id)
        try await guarded {
            let seen = try await self.ask { handset in
                let seen = try face.finish()
                switch sort {
                case .proxy, .proxyException: try visit.proxyCaptured(face: seen)
                case .exception: try visit.exceptionCaptured(face: seen)
                case .enrolment: try visit.enrolmentCaptured(face: seen)
                case .inPerson: try visit.recognised(seen: handset.verifyCaptured(consent: agreed, id: id, face: seen))
                }
                return seen
            }
            self.failed = sort == .exception && !passed ? seen : nil
            self.state.captureFailed = self.failed != nil
            try await self.next()
        }
    }

    private func read() async throws {
        guard let visit, let letter else { return }
        try await guarded {
            try await self.saksi.off { try visit.statementCaptured(letter: letter.finish()) }
            try await self.next()
        }
    }

    /// After what went wrong: the camera stands still, and what may be done instead is offered.
    private func guarded(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch {
            switch state.step {
            case .face(let advice, _): state.step = .face(advice, stopped: true)
            case .letter(let advice, _): state.step = .letter(advice, stopped: true)
            default: break
            }
            state.instead = instead(Problem.of(error).code)
            throw error
        }
    }

    private func instead(_ code: String) -> Screen? {
        switch code {
        case "recognised", "proxy_is_beneficiary", "proxy_nik_is_beneficiary": .scan(round: state.round, id: id)
        case "liveness_unsure", "liveness_refused", "not_shown_alive":
            state.sort == .proxy ? .visit(sort: .proxyException, round: state.round, id: id) : nil
        default: nil
        }
    }
}

extension Handset {
    fileprivate func begin(_ sort: VisitSort, _ round: RoundId, _ id: BeneficiaryId) throws -> Visit {
        switch sort {
        case .inPerson: try visitInPerson(round: round, id: id)
        case .proxy: try visitByProxy(round: round, id: id)
        case .exception: try visitExceptional(round: round, id: id)
        case .proxyException: try visitExceptionalByProxy(round: round, id: id)
        case .enrolment: try visitEnrolment(round: round, id: id)
        }
    }

    fileprivate func interrupted(_ sort: VisitSort, _ round: RoundId, _ id: BeneficiaryId) throws -> Visit? {
        let found = try interrupted().first { $0.sort == sort && $0.round == round && $0.beneficiary == id }
        return try found.flatMap { try resume(visit: $0.visit) }
    }
}
