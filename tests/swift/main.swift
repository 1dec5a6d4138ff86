// One short field day in Swift against a real server: what an iOS app may rely on.
//
// The day goes on from part to part, on one handset. Built in the language mode of Swift 6, so that the compiler checks what
// passes from thread to thread.

import Foundation
import SaksiCore

let pin = "482915"
let officer = "PJB-07"
let round = given("SAKSI_ROUND")
let (enrolled, absent, represented) = (given("SAKSI_ENROLLED"), given("SAKSI_ABSENT"), given("SAKSI_REPRESENTED"))
let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
let keystore = Keystore()
let engine = try FaceEngine.load(folder: given("SAKSI_MODELS"))
var handset: Handset!
var consent: Consent!
var receipt: Summary!

func provision(_ ticket: String, pin: String) throws -> Handset {
    try Handset.provision(
        folder: folder.path, platform: phone(keystore), engine: engine, ticket: ticket, label: "Swift handset",
        officer: officer, pin: pin)
}

func open(_ keystore: KeyVault) throws -> Handset {
    try Handset.open(folder: folder.path, platform: phone(keystore), engine: engine)
}

/// As an app does it: off the main actor, since every call blocks.
func sync(_ handset: Handset, _ listener: SyncListener) async -> SyncReport {
    await Task.detached { handset.sync(listener: listener) }.value
}

await part("a ticket makes a handset, and a short PIN or another text does not") {
    let ticket = try String(contentsOfFile: given("SAKSI_TICKET"), encoding: .utf8)
    try equal(refusal { try provision(ticket, pin: "12345") }.pin, .pinTooShort(shortest: 6))
    try equal(refusal { try provision("not a ticket", pin: pin) }.code(), "invalid_input")

    handset = try provision(ticket, pin: pin)
    try equal(handset.info().label, "Swift handset")
    try equal(handset.info().state, .active)
    try equal(refusal { try provision(ticket, pin: pin) }.handset, .alreadyProvisioned)
}

await part("only the PIN unlocks") {
    try check(handset.isLocked())
    try equal(refusal { try handset.rounds() }.handset, .locked)
    try equal(refusal { try handset.unlock(officer: officer, pin: "482914") }.pin, .wrongPin)
    try equal(refusal { try handset.unlock(officer: "no/officer", pin: pin) }.code(), "invalid_input")
    let known = try handset.officers()
    try equal(known.map(\.id), [officer])
    try equal(known.map(\.state), [.ready])
    try equal(known.map(\.attemptsLeft), [9])
    try equal(refusal { try handset.admit(code: "no code", pin: pin) }.pin, .codeRefused(problem: .notACode))
    try equal(refusal { try handset.changePin(officer: officer, old: pin, new: "12345") }.pin, .pinTooShort(shortest: 6))
    try handset.changePin(officer: officer, old: pin, new: "739164")
    try handset.changePin(officer: officer, old: "739164", new: pin)
    try handset.unlock(officer: officer, pin: pin)
    try check(!handset.isLocked())
    try check(!handset.lockIfIdle())
    try equal(handset.pinAttemptsLeft(officer: officer), 10)
}

await part("a failing keystore is a typed error") {
    let failed = try refusal { try open(FailingKeystore(Broken(description: "the chip is busy"))) }
    guard case .Storage(.keystoreFailed(let reason), _) = failed else { throw failed }
    try check(reason.contains("the chip is busy"), reason)
    try equal(refusal { try open(FailingKeystore(PlatformError.KeyLost)) }.storage, .keyLost)
    try equal(refusal { try open(Keystore()) }.storage, .keyLost)
}

await part("the first sync brings the roster") {
    let report = await sync(handset, Watcher())
    try equal(report.stopped, nil)
    try check(report.rosterChanges > 0)
    try equal(handset.rounds().map(\.id), [round])
    let card = try handset.beneficiary(round: round, id: enrolled)
    try check(card.hasFace && card.amount != nil && card.paid == nil)
    try equal(handset.find(round: round, words: card.name).map(\.id), [enrolled])
    try equal(refusal { try handset.beneficiary(round: round, id: "nobody") }.roster, .unknownBeneficiary)
    try equal(handset.card(id: enrolled).portrait.map { Array($0.prefix(2)) }, [0xff, 0xd8])
    try equal(handset.card(id: absent).portrait, nil)

    let policy = handset.policy()
    try check(!policy.consentId.isEmpty)
    consent = Consent(textVersion: policy.consentVersion, language: "id")
}

await part("what is no picture of one face is refused for what it is") {
    for bad in [Data(), Data("no picture".utf8)] {
        try equal(refusal { try handset.identify(consent: consent, picture: bad) }.code(), "bad_picture")
    }
    try equal(refusal { try handset.identify(consent: consent, picture: statement()) }.capture, .noFace)
}

await part("a stranger is nobody's match and can't be paid") {
    let stranger = try handset.identify(consent: consent, picture: portrait("biden.jpg"))
    try equal(stranger.likeness().decision, .noMatch)
    let visit = try handset.visitInPerson(round: round, id: stranger.likeness().beneficiary)
    try visit.consented(consent: consent)
    let refused = try refusal { try visit.recognised(seen: stranger) }
    guard case .Visit(.notRecognised(.noMatch, let similarity, let required, _), _) = refused else { throw refused }
    try check(similarity < required)
    // Given up, it's gone.
    try equal(handset.interrupted().map(\.visit), [visit.id()])
    try visit.discard()
    try check(handset.interrupted().isEmpty)
}

await part("an enrolled person is found by face and paid") {
    let seen = try handset.identify(consent: consent, picture: portrait("obama2.jpg"))
    try equal(seen.likeness().decision, .match)
    try equal(seen.likeness().beneficiary, enrolled)
    let visit = try handset.visitInPerson(round: round, id: enrolled)
    try equal(refusal { try visit.recognised(seen: seen) }.visit, .consentFirst)
    try visit.consented(consent: consent)
    try equal(visit.missing(), [.face])
    try visit.recognised(seen: seen)
    receipt = try visit.commit()
    // Committing again writes nothing more, and nothing can be changed any more.
    try equal(visit.commit(), receipt)
    try equal(handset.written(visit: visit.id()), receipt)
    try equal(refusal { try visit.consented(consent: consent) }.visit, .alreadyWritten)
    try equal(handset.day(), [receipt])
    try equal(receipt.kind, .inPerson)
    try equal(receipt.seq, 1)
    try check(!receipt.code.isEmpty)
    try equal(receipt.amount, handset.beneficiary(round: round, id: enrolled).amount)
}

await part("the same person is not paid twice") {
    let paid = try refusal { try handset.visitInPerson(round: round, id: enrolled) }
    try equal(paid.visit, .alreadyPaid(round: round, record: receipt.record, at: receipt.at))
    try equal(paid.code(), "already_paid")
    try check(!(paid.text() + paid.localizedDescription).contains(enrolled))
}

await part("a proxy needs a portrait and the statement letter") {
    let visit = try handset.visitByProxy(round: round, id: represented)
    try equal(refusal { try visit.proxyPhotographed(picture: portrait("biden.jpg")) }.visit, .consentFirst)
    try visit.consented(consent: consent)

    let (capture, camera) = (try handset.faceCapture(consent: consent), try Camera("PROXY"))
    try equal(refusal { try capture.finish() }.capture, .captureUnfinished)
    let first = camera.layout(monotonicNs())
    try camera.show(capture, first)
    var (narrow, other) = (first, first)
    narrow.timeNs += 1
    narrow.rowStride = narrow.width - 1
    other.timeNs += 1
    other.width -= 2
    try equal(refusal { try camera.show(capture, narrow) }.code(), "bad_picture")
    try equal(refusal { try camera.show(capture, first) }.capture, .frameOrder)
    try equal(refusal { try camera.show(capture, other) }.capture, .frameChanged)
    try equal(camera.film(capture).code, "done")
    let face = try capture.finish()
    try equal(face.alive().verdict, .unchecked)
    try visit.proxyCaptured(face: face)
    try visit.proxyNamed(
        proxy: ProxyDetails(
            name: "Budi Santoso", nik: "3273010107650001", phone: "0812-3456-7890", relation: .neighbour, reason: .ill))
    try equal(refusal { try visit.commit() }.visit, .incomplete(missing: [.statementPhoto]))
    // As after a crash: each visit is found again as it was, the latest first.
    let second = try handset.visitEnrolment(round: round, id: absent)
    try second.consented(consent: consent)
    try equal(handset.interrupted().map(\.visit), [second.id(), visit.id()])
    try equal(handset.interrupted().map(\.sort), [.enrolment, .proxy])
    try check(handset.discardInterrupted(visit: second.id()))
    try check(handset.resume(visit: second.id()) == nil)
    guard let resumed = try handset.resume(visit: visit.id()) else { throw Broken(description: "it can't be resumed") }
    try equal(resumed.missing(), [.statementPhoto])
    let letter = try handset.statementCapture()
    try equal(Camera("STATEMENT").film(letter).code, "done")
    try resumed.statementCaptured(letter: letter.finish())
    try equal(resumed.commit().kind, .proxy)
    try check(handset.interrupted().isEmpty)
}

await part("without a connection the outbox grows") {
    _ = try handset.notServed(round: round, id: absent, reason: .absent)
    try equal(handset.outboxCounts(), OutboxCounts(waiting: 3, sent: 0, quarantined: 0))
    try equal(handset.day().map(\.seq), [1, 2, 3])
    let progress = try handset.progress(round: round)
    try equal(progress.paidHere, 2)
    let stops = try handset.route(round: round, from: nil)
    try equal(UInt64(stops.count), progress.entitled - 2)
    try equal(stops.filter(\.wasAbsent).map(\.beneficiary), [absent])
}

await part("a sync sends all of it, also while locked and with a listener that throws") {
    handset.lock()
    let watcher = Watcher()
    let report = await sync(handset, watcher)
    try equal(report.stopped, nil)
    try equal(report.sent, 3)
    try equal(handset.outboxCounts(), OutboxCounts(waiting: 0, sent: 3, quarantined: 0))
    try check(handset.quarantined().isEmpty)
    try equal(watcher.last?.recordsDone, watcher.last?.recordsTotal)
    try check((watcher.last?.bytesSent ?? 0) > 0)
    try equal(await sync(handset, ThrowingListener()).stopped, nil)
}

await part("the day is still there after the app starts again") {
    // A handset is closed where the last reference to it ends.
    handset = nil
    handset = try open(keystore)
    try handset.unlock(officer: officer, pin: pin)
    try equal(handset.day().first, receipt)
    try equal(refusal { try handset.visitInPerson(round: round, id: enrolled) }.code(), "already_paid")
}

await part("a first photo needs a document with the roster's number") {
    try check(!handset.beneficiary(round: round, id: absent).exceptionApproved)
    let visit = try handset.visitEnrolment(round: round, id: absent)
    try visit.consented(consent: consent)
    try visit.enrolled(picture: portrait("biden.jpg"))
    try equal(visit.missing(), [.documentPhoto, .documentNik])
    try equal(refusal { try visit.documentRead(nik: "3273010107650001") }.visit, .otherNik)
    let face = try refusal { try visit.documentPhotographed(kind: .ktp, picture: portrait("biden.jpg")) }
    try equal(face.code(), "document_refused")
    try visit.documentPhotographed(kind: .ktp, picture: statement())
    try visit.documentRead(nik: given("SAKSI_ABSENT_NIK"))
    try equal(visit.commit().kind, .enrolment)
}

await part("where living people are required a picture is not enough") {
    let ticket = try String(contentsOfFile: given("SAKSI_STRICT_TICKET"), encoding: .utf8)
    let place = folder.appendingPathExtension("strict")
    let strict = try Handset.provision(
        folder: place.path, platform: phone(Keystore()), engine: engine, ticket: ticket, label: "Strict handset",
        officer: officer, pin: pin)
    try strict.unlock(officer: officer, pin: pin)
    try equal(await sync(strict, Watcher()).stopped, nil)
    try equal(strict.policy().liveness.mode, .required)
    // Each programme has its own text.
    let own = Consent(textVersion: strict.policy().consentVersion, language: "id")
    let visit = try strict.visitInPerson(round: round, id: enrolled)
    try equal(refusal { try visit.consented(consent: consent) }.visit, .unknownConsentText)
    try visit.consented(consent: own)
    let seen = try strict.identify(consent: own, picture: portrait("obama2.jpg"))
    try equal(seen.likeness().decision, .match)
    try equal(refusal { try visit.recognised(seen: seen) }.visit, .notShownAlive)

    let capture = try strict.faceCapture(consent: own)
    capture.giveUp(reason: .personUnable)
    try equal(capture.step().code, "given_up")
    try equal(capture.finish().alive().clearance, .supervisor)
    try FileManager.default.removeItem(at: place)
}

await part("a handset to practise with tells what changes, and may be called back") {
    let log = Lines()
    try setLog(listener: log)
    try check(log.lines.next().contains(version()))
    let place = folder.appendingPathExtension("practice")
    let practice = try Handset.practise(
        folder: place.path, platform: phone(Keystore()), engine: engine, officer: officer, pin: pin)
    let observer = CallingObserver(practice)
    try practice.observe(observer: observer)
    try practice.unlock(officer: officer, pin: pin)
    try equal(observer.heard.next(), "locked: false")
    let file = try Data(contentsOf: URL(fileURLWithPath: given("SAKSI_ROSTER")))
    let people = try practice.importRoster(round: Round(id: round, title: "Latihan"), file: file)
    try equal(observer.heard.next(), "roster")
    try equal(practice.progress(round: round).entitled, people)
    _ = try practice.cashReceived(round: round, amount: 700_000)
    try equal(observer.heard.next(), "waiting: 1")
    try practice.observe(observer: nil)

    // A scan that ends in a payment: begin, frames until it's over, recognise, confirm, commit.
    let own = Consent(textVersion: practice.policy().consentVersion, language: "id")
    let scan = try practice.scan(round: round, whom: enrolled, consent: own)
    try check(Camera("ENROLLED").film(scan).over)
    let found = try scan.recognise()
    try equal(found.person.id, enrolled)
    try scan.confirm()
    try equal(scan.commit().amount, found.amount)
    try check(practice.space().diskBytes > 0)
    try check(verifyHistory(folder: place.path).problems.isEmpty)
    try setLog(listener: nil)
    try FileManager.default.removeItem(at: place)
}

handset = nil
try FileManager.default.removeItem(at: folder)
