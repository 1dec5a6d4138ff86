import Foundation
import Observation
import SaksiCore

/// A scan, from the consent to the payment.
public struct ScanState: Sendable {
    public let round: RoundId
    /// Whose face it should be (1:1); nil where whoever comes is searched (1:N).
    public var person: ListedBeneficiary?
    /// Where it stands.
    public var step = ScanStep.opening
}

/// Where a scan stands.
public enum ScanStep: Sendable {
    /// The programme's text is being fetched.
    case opening
    /// The text is read out, and the person agrees or not.
    case asked(ConsentText)
    /// The camera looks: what to tell the person; nil before the first frame.
    case looking(CaptureStep?)
    /// The face is compared.
    case recognising
    /// Who it is, and how much is to be paid: the officer confirms.
    case recognised(Found)
    /// Nobody is surely the one. Says what kept the face from being seen well, and never who it might be.
    case notSure(Likeness)
    /// Nothing may be paid, or no face was taken.
    case stopped(Problem)
}

/// Takes a face, says whose it is, and pays: three taps from one person in a queue to the next.
public final class ScanModel: Model<ScanState>, Viewer {
    public private(set) var filming: Filming?
    private let id: BeneficiaryId?
    private var session: ScanSession?
    private var consent: ConsentText?

    init(_ saksi: Saksi, _ round: RoundId, _ id: BeneficiaryId?) {
        self.id = id
        super.init(ScanState(round: round), saksi)
        follow { [self] in
            if let id { state.person = try await ask { try $0.beneficiary(round: round, id: id) } }
            try await asked(saksi.language)
        }
    }

    /// The text is read in this language.
    public func read(_ language: Language) {
        tap { [self] in try await asked(language) }
    }

    /// The person agreed to be photographed. Also to take the face once more.
    public func agree() {
        guard let agreed = consent?.agreed else { return }
        let (round, id) = (state.round, id)
        tap { [self] in
            let begun = try await ask { try $0.scan(round: round, whom: id, consent: agreed) }
            session = begun
            filming = Filming({ try begun.yuv(y: $0, u: $1, v: $2, layout: $3) }) { [weak self] advice in
                Task { @MainActor in self?.advised(advice) }
            }
            state.step = .looking(nil)
        }
    }

    /// The person didn't agree: a document shows who it is, and that is written down as an exception.
    public func decline() {
        saksi.replace(id.map { .visit(sort: .exception, round: state.round, id: $0) } ?? .people(round: state.round))
    }

    /// The person can't do what is asked: something else will be.
    public func cannotMove() {
        guard let session else { return }
        tap { [self] in try await saksi.off { session.cannotMove() } }
    }

    /// No face can be taken.
    public func giveUp(_ reason: GiveUp) {
        guard let session, filming?.end() == true else { return }
        tap { [self] in
            try await saksi.off { session.giveUp(reason: reason) }
            state.step = .stopped(.said("given_up"))
        }
    }

    /// The officer confirmed who it is and how much, and pays when this is on disk.
    public func pay() {
        guard let session, case .recognised = state.step else { return }
        tap { [self] in
            await stopping {
                let receipt = try await self.saksi.off {
                    try session.confirm()
                    return try session.commit()
                }
                self.saksi.replace(.receipt(record: receipt.record))
            }
        }
    }

    /// The face isn't enough: an exception is written down. Without a number, the beneficiary is looked up first.
    public func exception() {
        decline()
    }

    /// Looks the beneficiary up instead.
    public func lookUp() {
        saksi.replace(.people(round: state.round))
    }

    override func close() {
        super.close()
        filming?.end()
        session = nil
    }

    private func asked(_ language: Language) async throws {
        let text = try await ask { ConsentText($0.policy(), language) }
        consent = text
        state.step = .asked(text)
    }

    private func advised(_ advice: CaptureStep) {
        guard case .looking = state.step else { return }
        state.step = .looking(advice)
        if advice.over { follow { [self] in await over(advice) } }
    }

    private func over(_ last: CaptureStep) async {
        guard let session else { return }
        guard last.code == "done" else {
            state.step = .stopped(.of(last))
            return
        }
        state.step = .recognising
        await stopping {
            let found = try await self.saksi.off { try session.recognise() }
            self.state.step = found.likeness.decision == .match ? .recognised(found) : .notSure(found.likeness)
        }
    }

    /// What goes wrong here is not beside the screen: it is the screen.
    private func stopping(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            let problem = Problem.of(error)
            state.step = .stopped(problem)
            saksi.failed(problem)
        }
    }
}
