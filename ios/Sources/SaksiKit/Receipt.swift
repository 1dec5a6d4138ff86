import Foundation
import SaksiCore

/// What was written down, as it is shown and printed.
public struct Receipt: Sendable {
    /// What sort of record.
    public let kind: Kind
    /// The round's title.
    public let round: String
    /// The beneficiary's name; nil for cash.
    public let name: String?
    /// What was paid, in rupiah; nil where nothing was.
    public let amount: Int?
    /// Why nobody was paid.
    public let notServed: NotServedReason?
    /// When, in milliseconds since 1970 (UTC).
    public let at: Int64
    /// The code by which anybody can ask the office for it.
    public let code: String
    /// The same as a QR code.
    public let qr: ReceiptQr
    /// The post office.
    public let office: String?

    public init(
        kind: Kind, round: String, name: String?, amount: Int?, notServed: NotServedReason?, at: Int64, code: String,
        qr: ReceiptQr, office: String?
    ) {
        (self.kind, self.round, self.name, self.amount, self.notServed) = (kind, round, name, amount, notServed)
        (self.at, self.code, self.qr, self.office) = (at, code, qr, office)
    }

    /// What the QR code says.
    public var qrText: String { "SAKSI:" + code.filter { $0 != "-" } }
}

/// A receipt; or that there is none, where it wasn't known whether the record was written.
public struct ReceiptState: Sendable {
    public var receipt: Receipt?
    public var notWritten = false
}

/// Shows what was written down, prints it, and goes on to the next person.
public final class ReceiptModel: Model<ReceiptState> {
    private var round: RoundId?

    init(_ saksi: Saksi, _ record: RecordId) {
        super.init(ReceiptState(), saksi)
        let office = saksi.device.fleet.office
        follow { [self] in
            let found = try await ask { handset in
                try handset.day().first { $0.record == record }.map { ($0.round, try handset.receipt($0, office)) }
            }
            round = found?.0
            state = ReceiptState(receipt: found?.1, notWritten: found == nil)
        }
    }

    /// Prints it.
    public func print() {
        guard let receipt = state.receipt else { return }
        let (bytes, device) = (Escpos.receipt(receipt, saksi.texts), saksi.device)
        tap { [self] in
            if try await !saksi.off({ device.print(bytes) }) { show(.said("printer")) }
        }
    }

    /// The next person: the next face of a queue, or whoever comes next on the route.
    public func next() {
        saksi.afterReceipt(round)
    }
}

extension Handset {
    fileprivate func receipt(_ summary: Summary, _ office: String?) throws -> Receipt {
        Receipt(
            kind: summary.kind, round: try rounds().first { $0.id == summary.round }?.title ?? summary.round,
            name: summary.beneficiary.map { nameOf(summary.round, $0) }, amount: summary.amount.map(Int.init),
            notServed: summary.notServed, at: summary.at, code: summary.code, qr: try receiptQr(code: summary.code),
            office: office)
    }
}
