// A whole field day through the models, with the real library and a real server over TLS.

import Foundation
import SaksiCore
import SaksiKit

let officer = "juru-bayar-7"
let (pin, newPin) = ("482915", "739164")

/// The day goes on from step to step.
@MainActor
final class Day {
    private let office: Office
    private let phone: Phone
    private var saksi: Saksi

    init() throws {
        (office, phone) = (try Office(), try Phone())
        saksi = Saksi(device: phone)
    }

    func pass() async throws {
        defer {
            office.close()
            phone.close()
        }
        let steps: [(String, () async throws -> Void)] = [
            ("what is plain needs no phone", plain),
            ("a ticket, an officer and a PIN make a handset", handOut),
            ("a wrong PIN costs an attempt, and the right one unlocks", unlock),
            ("a face in a queue is found and paid in three taps, and printed", pay),
            ("a stranger is nobody", stranger),
            ("whoever was paid is not paid twice", twice),
            ("a proxy is filmed with the letter, offline, and a number that is the beneficiary's is refused", proxy),
            ("what is written down waits, and cash is closed with a reason", offline),
            ("who doesn't agree to a photo is written down with a document", refusal),
            ("a killed app comes back to the visit it was in", killed),
            ("too many wrong PINs lock out, and the supervisor's code lets in again", lockedOut),
            ("a sync sends all of it, and the report names nobody", sync),
            ("practice is apart, and the real handset is back afterwards", practice),
        ]
        for (name, step) in steps {
            FileHandle.standardOutput.write(Data("swift: \(name)\n".utf8))
            do {
                try await step()
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                throw error
            }
        }
    }

    private func plain() throws {
        let stack: [Screen] = [
            .opening, .outdated, .trouble, .handOut, .unlock, .code, .changePin, .ownFace, .home, .people(round: "R/1;%"),
            .person(round: "R", id: "KPM 1"), .scan(round: "R", id: nil), .scan(round: "R", id: "1"), .receipt(record: "01"),
            .visit(sort: .proxyException, round: "R", id: "1"), .cash(round: "R"), .outbox, .supervisor,
        ]
        try check(Screen.restore(Screen.save(stack)) == stack, Screen.save(stack))
        try check(Screen.restore("Home/Map;R/Visit;Flying;R;1/") == [.home], "what another version wrote is left out")

        let niks: [(String, NikFault?)] = [
            ("3273015911560004", nil), ("3273 0159 1156 0004", nil), ("09", .place), ("32730a", .notDigits), ("32730132", .date),
            ("3273012902", .short), ("3273010113", .date), ("3273010408610000", .serial), ("32730104086100021", .long),
        ]
        for (typed, fault) in niks { try check(NikFault.of(typed) == fault, typed) }

        let fleet = Fleet(server: "https://saksi.example:8443/", minimumVersion: "1.10")
        try check(fleet.takes(#"{"server":"https:\/\/saksi.example:8443"}"#), "the fleet's own ticket")
        try check(!fleet.takes(#"{"server":"https://saksi.example:84430"}"#), "another server's ticket")
        try check(["1.9", "1.10", "2"].map(fleet.isOutdated) == [true, false, false], "versions are compared by number")
        try check(Indonesian().rupiah(1_300_000) == "Rp 1.300.000", Indonesian().rupiah(1_300_000))
        try check(English().rupiah(300) == "Rp 300", English().rupiah(300))

        let receipt = Receipt(
            kind: .inPerson, round: Office.title, name: "Siti Nurhayati – Wulandari Kusumaningtyas", amount: 300_000,
            notServed: nil, at: 1_795_908_551_000, code: "7K3M-Q9XA-2PF", qr: ReceiptQr(side: 0, dark: []),
            office: "Kantor Pos Bandung")
        guard let jakarta = TimeZone(secondsFromGMT: 7 * 3600) else { throw Wrong(description: "no time zone") }
        let golden = try String(contentsOfFile: given("SAKSI_GOLDEN_RECEIPT"), encoding: .utf8)
        let readable = Escpos.receipt(receipt, Indonesian(), in: jakarta).map { byte in
            byte == 0x0a ? "<LF>\n" : (0x20...0x7e).contains(byte) ? String(UnicodeScalar(byte)) : String(format: "<%02x>", byte)
        }
        try check(readable.joined() == golden, readable.joined())
    }

    private func handOut() async throws {
        saksi.start()
        let model: HandOutModel = try await shown()
        model.scanned("not a ticket")
        model.named(officer)
        model.chose(pin)
        try await problem(model, "invalid_input")
        try check(model.state.step == .ticket, "the ticket is asked for again")
        model.scanned(try office.ticket())
        model.named(officer)
        model.chose("12345")
        try await problem(model, "pin_too_short")
        model.chose(pin)
        let home: HomeModel = try await shown()
        try await until { home.state.round?.title == Office.title && !saksi.sync.state.running }
        try check(home.state.needsOwnFace && saksi.sync.state.last.map { $0.news > 0 } == true, "\(home.state)")
    }

    private func unlock() async throws {
        saksi.lock()
        let model: UnlockModel = try await shown()
        try await until { model.state.chosen != nil }
        model.unlock("640173")
        try await problem(model, "wrong_pin")
        try check(model.state.chosen?.attemptsLeft == 9, "\(model.state)")
        try await unlocked()
    }

    private func pay() async throws {
        try await home().scan()
        let scan: ScanModel = try await shown()
        try await until { if case .asked = scan.state.step { true } else { false } }
        scan.agree()
        try await film(scan, "ENROLLED") { if case .recognised = scan.state.step { true } else { false } }
        guard case .recognised(let found) = scan.state.step else { return }
        try check(found.person.name == "Bambang Wicaksono" && found.amount == Office.amount, "\(found.amount)")
        scan.pay()
        let written = try await written(.inPerson)
        let receipt: ReceiptModel = try await shown()
        receipt.print()
        try await until { phone.printed.count == 1 }
        try check(phone.printed[0].range(of: Data(written.qrText.utf8)) != nil, "the QR code is on the paper")
        receipt.next()
        let _: ScanModel = try await shown()
    }

    private func stranger() async throws {
        let scan: ScanModel = try await shown()
        try await until { if case .asked = scan.state.step { true } else { false } }
        scan.agree()
        try await film(scan, "PROXY") { if case .notSure = scan.state.step { true } else { false } }
        scan.pay()
        if case .notSure = scan.state.step {} else { throw Wrong(description: "a stranger was paid") }
    }

    private func twice() async throws {
        try await home().people()
        let people: PeopleModel = try await shown()
        try await until { people.state.route.count == 5 }
        people.search("bambng")
        try await until { !people.state.found.isEmpty }
        people.open(people.state.found[0].id)
        let person: PersonModel = try await shown()
        try await until { person.state.standing == .paidHere }
        try check(person.state.ways.isEmpty, "\(person.state.ways)")
        saksi.back()
        people.invited("https://bansos.example/undangan/KPM-3273-0001")
        let scan: ScanModel = try await shown()
        try await until { if case .asked = scan.state.step { true } else { false } }
        scan.agree()
        try await film(scan, "ENROLLED") { if case .stopped = scan.state.step { true } else { false } }
        guard case .stopped(let problem) = scan.state.step else { return }
        try check(problem.code == "already_paid", problem.code)
    }

    private func proxy() async throws {
        office.shut()
        let model = try await visit(.proxy, "KPM-3273-0006")
        model.agree()
        try await film(model, "PROXY") { if case .letter = model.state.step { true } else { false } }
        try await film(model, "STATEMENT") { model.state.step == .details }
        var form = ProxyForm()
        (form.name, form.nik, form.phone) = ("Hartono Wibisono", "3273014107390001", "0812-3456-7890")
        (form.relation, form.reason) = (.neighbour, .ill)
        model.named(form)
        try await problem(model, "proxy_nik_is_beneficiary")
        try check(model.state.instead == .scan(round: Office.round, id: "KPM-3273-0006"), "\(model.state)")
        form.nik = "3273 0120 1142 0001"
        model.named(form)
        try await until { model.state.step == .confirm(amount: Office.amount) }
        model.commit()
        _ = try await written(.proxy)
    }

    private func offline() async throws {
        saksi.go(.person(round: Office.round, id: "KPM-3273-0003"))
        let person: PersonModel = try await shown()
        try await until { person.state.ways.contains(.firstPhoto) }
        person.notServed(.absent)
        _ = try await written(.notServed)
        saksi.sync.start()
        try await problem(saksi.sync, "offline")

        saksi.go(.cash(round: Office.round))
        let cash: CashModel = try await shown()
        cash.received(1_000_000)
        try await until { cash.state.cash?.received == 1_000_000 }
        cash.closeDay()
        try await problem(cash, "cash_differs")
        try check(cash.state.needsReason, "a reason is asked for")
        cash.closeDay("Setoran sisa besok pagi")
        _ = try await written(.cash)
    }

    private func refusal() async throws {
        let model = try await visit(.exception, "KPM-3273-0004")
        model.refuse()
        model.refused(with: .ktp, "3273012705830006")
        try await problem(model, "other_nik")
        model.refused(with: .ktp, "3273016208480003")
        try await until { model.state.step == .reason }
        model.explained("Tidak bersedia difoto")
        try await until { if case .confirm = model.state.step { true } else { false } }
        model.commit()
        _ = try await written(.exception)
    }

    private func killed() async throws {
        let model = try await visit(.enrolment, "KPM-3273-0003")
        model.agree()
        try await film(model, "PROXY") { model.state.step == .documentPhoto }
        let saved = saksi.save()
        try check(!saved.contains("Agus") && !saved.contains("3273011203700001"), saved)
        await saksi.close()
        saksi = Saksi(device: phone)
        saksi.start(saved: saved)
        try await unlocked()
        let resumed: VisitModel = try await shown()
        try await until { resumed.state.step == .documentPhoto }
        resumed.documentPhotographed(.ktp, try Data(contentsOf: URL(fileURLWithPath: given("SAKSI_STATEMENT"))))
        try await until { resumed.state.step == .documentNumber }
        resumed.documentRead("3273011203700001")
        try await until { if case .confirm = resumed.state.step { true } else { false } }
        resumed.commit()
        _ = try await written(.enrolment)
    }

    private func lockedOut() async throws {
        try office.open()
        saksi.lock()
        let model: UnlockModel = try await shown()
        try await until { model.state.chosen != nil }
        var waited = false
        while !model.state.needsCode {
            model.unlock("640173")
            try await until { !model.status.busy && model.status.problem != nil }
            if model.status.problem?.code == "pin_wait" {
                waited = true
                phone.wait(hours: 2)
            }
        }
        try check(waited, "there was no wait")
        saksi.go(.supervisor)
        let supervisor: SupervisorModel = try await shown()
        try await until { supervisor.state.info != nil }
        supervisor.code()
        let code: CodeModel = try await shown()
        code.scanned("no code")
        try await problem(code, "code_refused")
        code.scanned(try office.unlockCode(supervisor.state.info?.handset ?? "", officer))
        try await until { code.state.purpose != nil }
        code.chose(newPin)
        try await until { saksi.officer != nil }
        // The officer is where the lock came.
        let _: ReceiptModel = try await shown()
    }

    private func sync() async throws {
        saksi.sync.start()
        try await until { !saksi.sync.state.running && saksi.sync.state.last?.waiting == 0 }
        try check(saksi.sync.state.last?.sent == 7, "\(saksi.sync.state) \(saksi.sync.status)")
        saksi.go(.outbox)
        let outbox: OutboxModel = try await shown()
        try await until { outbox.state.counts == OutboxCounts(waiting: 0, sent: 7, quarantined: 0) }
        saksi.go(.trouble)
        let trouble: TroubleModel = try await shown()
        try await until { trouble.state.report != nil }
        trouble.check()
        try await until { trouble.state.report?.contains("problems: none") == true }
        let personal = ["Bambang", "KPM-3273", "3273", officer, pin, phone.label]
        try check(!personal.contains { trouble.state.report!.contains($0) }, trouble.state.report!)
    }

    private func practice() async throws {
        saksi.go(.supervisor)
        let supervisor: SupervisorModel = try await shown()
        try await until { supervisor.state.canPractise }
        supervisor.practise(pin)
        let home: HomeModel = try await shown()
        try await until { home.state.progress?.entitled == 6 }
        try check(saksi.practising && home.state.progress?.paidHere == 0, "\(home.state)")
        saksi.stopPractice()
        try await unlocked(newPin)
        let back: HomeModel = try await shown()
        try await until { back.state.progress?.paidHere == 2 }
        try check(!saksi.practising, "practice is over")
    }

    private func home() async throws -> HomeModel {
        saksi.home()
        let home: HomeModel = try await shown()
        try await until { home.state.round != nil }
        return home
    }

    private func visit(_ sort: VisitSort, _ id: String) async throws -> VisitModel {
        saksi.home()
        saksi.go(.visit(sort: sort, round: Office.round, id: id))
        let model: VisitModel = try await shown()
        try await until { if case .asked = model.state.step { true } else { false } }
        return model
    }

    private func unlocked(_ pin: String = pin) async throws {
        let model: UnlockModel = try await shown()
        try await until { model.state.chosen != nil }
        model.unlock(pin)
        try await until { saksi.officer != nil }
    }

    private func written(_ kind: Kind) async throws -> Receipt {
        let model: ReceiptModel = try await shown()
        try await until { model.state.receipt != nil }
        guard let receipt = model.state.receipt, receipt.kind == kind else { throw Wrong(description: "\(model.state)") }
        return receipt
    }

    private func problem(_ model: AnyModel, _ code: String) async throws {
        try await until { !model.status.busy && model.status.problem != nil }
        try check(model.status.problem?.code == code, "\(model.status)")
        model.understood()
    }

    /// The model of what is shown, once it is of this sort.
    private func shown<M: AnyModel>() async throws -> M {
        try await until { saksi.place.model is M }
        return saksi.place.model as! M
    }

    private func until(line: UInt = #line, _ holds: () -> Bool) async throws {
        for _ in 0..<3000 {
            if holds() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Wrong(description: "line \(line): not within 30 s; at \(saksi.place.screen): \(saksi.place.model.status)")
    }

    /// Frames at the speed of a camera, until something holds.
    private func film(_ viewer: some Viewer, _ name: String, line: UInt = #line, until holds: () -> Bool) async throws {
        let camera = try Camera(name)
        for _ in 0..<2000 {
            if holds() { return }
            if let filming = viewer.filming { camera.show(filming) }
            try await Task.sleep(for: .milliseconds(30))
        }
        throw Wrong(description: "line \(line): the camera sees no end of it; \(saksi.place.model.status)")
    }
}

do {
    try await Day().pass()
} catch {
    exit(1)
}
