// The screens of the day: today, whom to visit, one beneficiary, cash, and what was written down.

import Foundation
import SaksiCore

/// Today.
public struct HomeState: Sendable {
    /// The rounds on this phone.
    public var rounds: [Round] = []
    /// The one that is paid out.
    public var round: Round?
    /// How far it has come.
    public var progress: SaksiCore.Progress?
    /// The officer's cash in it.
    public var cash: CashState?
    /// What waits, was sent, and was refused.
    public var outbox = OutboxCounts(waiting: 0, sent: 0, quarantined: 0)
    /// The phone, and when it last heard of the server.
    public var info: HandsetInfo?
    /// Visits that were cut short, with the beneficiary's name.
    public var interrupted: [Unfinished] = []
    /// The officer's own face isn't known yet.
    public var needsOwnFace = false
}

/// A visit that was cut short, and whom it was for.
public struct Unfinished: Sendable {
    public let visit: Interrupted
    public let name: String
}

/// Shows today, and leads everywhere.
public final class HomeModel: Model<HomeState> {
    init(_ saksi: Saksi) {
        super.init(HomeState(), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in
            let wanted = state.round?.id
            state = try await ask { handset in
                let rounds = try handset.rounds()
                let round = rounds.first { $0.id == wanted } ?? rounds.last
                return HomeState(
                    rounds: rounds, round: round,
                    progress: try round.map { try handset.progress(round: $0.id) },
                    cash: try round.map { try handset.cash(round: $0.id) },
                    outbox: try handset.outboxCounts(), info: handset.info(),
                    interrupted: try handset.interrupted().map {
                        Unfinished(visit: $0, name: handset.nameOf($0.round, $0.beneficiary))
                    },
                    needsOwnFace: try !handset.hasOwnFace())
            }
        }
    }

    /// Another round is paid out.
    public func choose(_ round: Round) {
        state.round = round
        refresh()
    }

    /// Scans whoever comes: the queue at a counter.
    public func scan() {
        if let round = state.round { saksi.go(.scan(round: round.id, id: nil)) }
    }

    /// Shows whom to visit.
    public func people() {
        if let round = state.round { saksi.go(.people(round: round.id)) }
    }

    /// Shows the cash.
    public func cash() {
        if let round = state.round { saksi.go(.cash(round: round.id)) }
    }

    /// Goes on with a visit that was cut short.
    public func resume(_ visit: Interrupted) {
        saksi.go(.visit(sort: visit.sort, round: visit.round, id: visit.beneficiary))
    }

    /// Gives one up; what was taken at it is removed.
    public func discard(_ visit: Interrupted) {
        tap { [self] in
            _ = try await ask { try $0.discardInterrupted(visit: visit.visit) }
            refresh()
        }
    }
}

/// Whom to visit.
public struct PeopleState: Sendable {
    public let round: RoundId
    /// What is searched for; empty: the route.
    public var words = ""
    /// Who is still to be visited, in walking order.
    public var route: [Stop] = []
    /// Who was found, the nearest first.
    public var found: [ListedBeneficiary] = []
}

/// The route, the search by name, number or address, and the code on an invitation.
public final class PeopleModel: Model<PeopleState> {
    init(_ saksi: Saksi, _ round: RoundId) {
        super.init(PeopleState(round: round), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in
            let round = state.round
            state.route = try await ask { try $0.route(round: round, from: nil) }
            try await look()
        }
    }

    /// Words were typed.
    public func search(_ words: String) {
        state.words = words
        follow { [self] in try await look() }
    }

    /// A code was read from an invitation: a beneficiary's number.
    public func invited(_ code: String) {
        let (round, number) = (state.round, code.trimmingCharacters(in: .whitespacesAndNewlines))
        let id = number.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? ""
        tap { [self] in
            let person = try await ask { try $0.beneficiary(round: round, id: id) }
            saksi.go(.scan(round: round, id: person.id))
        }
    }

    /// Shows one of them.
    public func open(_ id: BeneficiaryId) {
        saksi.go(.person(round: state.round, id: id))
    }

    private func look() async throws {
        let (round, words) = (state.round, state.words)
        let blank = words.allSatisfy(\.isWhitespace)
        let found = blank ? [] : try await ask { try $0.find(round: round, words: words) }
        // The officer may have typed on meanwhile.
        if state.words == words { state.found = found }
    }
}

/// One beneficiary.
public struct PersonState: Sendable {
    public let round: RoundId
    /// All that is known; nil while it is read.
    public var card: Card?
    /// The card's line of this round; nil while it is read.
    public var person: ListedBeneficiary?

    /// Where the beneficiary stands in this round.
    public var standing: Standing? { card?.entitlements.first { $0.round.id == round }?.standing }

    /// What can be done, the likeliest first.
    public var ways: [Way] {
        guard let card, let person, person.amount != nil, person.paid == nil else { return [] }
        let first: [Way] = card.hasFace ? [.scan] : []
        let photo: [Way] = card.hasFace || card.notices.contains(.consentWithdrawn) ? [] : [.firstPhoto]
        return first + [.proxy, .exception] + photo + [.notServed]
    }

    /// A way to serve somebody.
    public enum Way: CaseIterable, Sendable { case scan, proxy, exception, firstPhoto, notServed }
}

/// Shows one beneficiary, and begins what can be done for them.
public final class PersonModel: Model<PersonState> {
    private let id: BeneficiaryId

    init(_ saksi: Saksi, _ round: RoundId, _ id: BeneficiaryId) {
        self.id = id
        super.init(PersonState(round: round), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in
            let (round, id) = (state.round, id)
            (state.card, state.person) = try await ask { (try $0.card(id: id), try $0.beneficiary(round: round, id: id)) }
        }
    }

    /// The beneficiary stands there.
    public func scan() {
        saksi.go(.scan(round: state.round, id: id))
    }

    /// A proxy stands there.
    public func proxy() {
        saksi.go(.visit(sort: .proxy, round: state.round, id: id))
    }

    /// The face can't be matched, or the beneficiary doesn't agree to a photo.
    public func exception() {
        saksi.go(.visit(sort: .exception, round: state.round, id: id))
    }

    /// The roster has no face, and takes one now.
    public func firstPhoto() {
        saksi.go(.visit(sort: .enrolment, round: state.round, id: id))
    }

    /// Nobody can be paid.
    public func notServed(_ reason: NotServedReason) {
        write { try $0.notServed(round: $1, id: $2, reason: reason) }
    }

    /// The beneficiary takes consent back: the face is forgotten.
    public func withdrawConsent() {
        write { try $0.consentWithdrawn(round: $1, id: $2) }
    }

    private func write(_ call: @escaping @Sendable (Handset, RoundId, BeneficiaryId) throws -> Summary) {
        let (round, id) = (state.round, id)
        tap { [self] in saksi.replace(.receipt(record: try await ask { try call($0, round, id) }.record)) }
    }
}

/// The officer's cash.
public struct CashScreenState: Sendable {
    public let round: RoundId
    /// The account since it was last closed; nil while it is read.
    public var cash: CashState?
    /// It doesn't balance, and closing it asks for a reason.
    public var needsReason = false
}

/// Cash received and given back, and the day's close.
public final class CashModel: Model<CashScreenState> {
    init(_ saksi: Saksi, _ round: RoundId) {
        super.init(CashScreenState(round: round), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in try await read() }
    }

    /// The officer received cash.
    public func received(_ rupiah: Int) {
        write { try $0.cashReceived(round: $1, amount: UInt64(max(rupiah, 0))) }
    }

    /// The officer gave cash back.
    public func returned(_ rupiah: Int) {
        write { try $0.cashReturned(round: $1, amount: UInt64(max(rupiah, 0))) }
    }

    /// The day's close. Where the account doesn't balance, it asks for a reason.
    public func closeDay(_ reason: String? = nil) {
        let round = state.round
        tap { [self] in
            do {
                let receipt = try await ask { try $0.cashClosed(round: round, reason: reason) }
                saksi.replace(.receipt(record: receipt.record))
            } catch {
                if Problem.of(error).code == "cash_differs" { state.needsReason = true }
                throw error
            }
        }
    }

    private func write(_ call: @escaping @Sendable (Handset, RoundId) throws -> Summary) {
        let round = state.round
        tap { [self] in
            _ = try await ask { try call($0, round) }
            try await read()
        }
    }

    private func read() async throws {
        let round = state.round
        let cash = try await ask { try $0.cash(round: round) }
        (state.cash, state.needsReason) = (cash, state.needsReason && cash.difference != 0)
    }
}

/// What was written down.
public struct OutboxState: Sendable {
    /// All of it, the latest first.
    public var day: [Summary] = []
    /// Names of those it is about.
    public var names: [BeneficiaryId: String] = [:]
    /// How much of it waits.
    public var counts = OutboxCounts(waiting: 0, sent: 0, quarantined: 0)
    /// What the server refused for good.
    public var quarantined: [Quarantined] = []
}

/// Shows what was written down, what waits to be sent, and what the server refused.
public final class OutboxModel: Model<OutboxState> {
    init(_ saksi: Saksi) {
        super.init(OutboxState(), saksi)
        refresh()
    }

    override public func refresh() {
        follow { [self] in
            state = try await ask { handset in
                let day = Array(try handset.day().reversed())
                let named = day.compactMap { line in line.beneficiary.map { ($0, handset.nameOf(line.round, $0)) } }
                return OutboxState(
                    day: day, names: Dictionary(named) { first, _ in first }, counts: try handset.outboxCounts(),
                    quarantined: try handset.quarantined())
            }
        }
    }

    /// Shows one with its code.
    public func open(_ record: RecordId) {
        saksi.go(.receipt(record: record))
    }

    /// Lets the next sync try a record again.
    public func retry(_ record: RecordId) {
        tap { [self] in
            try await ask { try $0.retryQuarantined(record: record) }
            refresh()
        }
    }

    /// Copies a refused record, sealed as it is, for a supervisor.
    public func export(_ record: RecordId, to folder: String) {
        tap { [self] in
            let copied = try await ask { try $0.exportQuarantined(record: record, folder: folder) }
            if !copied.whole { show(.said("not_whole")) }
        }
    }
}

extension Handset {
    /// A beneficiary's name; the number, where the roster no longer has it.
    func nameOf(_ round: RoundId, _ id: BeneficiaryId) -> String {
        (try? beneficiary(round: round, id: id).name) ?? id
    }
}
