#if canImport(SwiftUI) && canImport(CoreLocation)
    import SaksiCore
    import SaksiKit
    import SwiftUI

    struct HomeScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: HomeModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            if let round = state.round, let progress = state.progress {
                Section(round.title) {
                    Text(texts.paidOf(Int(progress.paidHere), Int(progress.entitled)))
                    Text(texts.toVisit(Int(progress.toVisit)))
                    Button(texts.scanFace) { model.scan() }
                    Button(texts.people) { model.people() }
                    Button(texts.cash) { model.cash() }
                }
            } else {
                Text(texts.noRoster)
            }
            if !state.interrupted.isEmpty {
                Section(texts.interrupted) {
                    ForEach(state.interrupted, id: \.visit.visit) { unfinished in
                        LabeledContent(unfinished.name, value: texts.sort(unfinished.visit.sort))
                        Button(texts.resume) { model.resume(unfinished.visit) }
                        Button(texts.discard, role: .destructive) { model.discard(unfinished.visit) }
                    }
                }
            }
            Sending()
            Button(texts.outbox) { saksi.go(.outbox) }
            if state.needsOwnFace { Button(texts.needsOwnFace) { saksi.go(.ownFace) } }
            Button(texts.changePin) { saksi.go(.changePin) }
            Button(texts.supervisor) { saksi.go(.supervisor) }
            Button(texts.lock) { saksi.lock() }
        }
    }

    /// How sending stands, and its keys.
    struct Sending: View {
        @Environment(Saksi.self) private var saksi

        var body: some View {
            let (texts, sync) = (saksi.texts, saksi.sync)
            Section {
                if let progress = sync.state.progress {
                    Text(texts.syncing(Int(progress.recordsDone), Int(progress.recordsTotal)))
                    Button(texts.stopSync) { sync.stop() }.disabled(sync.state.ending)
                } else {
                    if let last = sync.state.last { Text(last.waiting > 0 ? texts.waits(last.waiting) : texts.allSent) }
                    if let problem = sync.status.problem { Text(problem.text(saksi.language)) }
                    Button(texts.syncNow) { sync.start() }
                }
            }
        }
    }

    struct PeopleScreen: View {
        @Environment(Saksi.self) private var saksi
        @State private var words = ""
        @State private var invites = false
        let model: PeopleModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            TextField(texts.search, text: $words).onChange(of: words) { model.search(words) }
            if invites {
                CodeReader(hint: texts.scanInvitation, found: model.invited)
            } else {
                Button(texts.scanInvitation) { invites = true }
            }
            if state.words.isEmpty {
                if state.route.isEmpty { Text(texts.nobodyLeft) }
                ForEach(state.route, id: \.beneficiary) { stop in
                    Button(stop.name) { model.open(stop.beneficiary) }
                    Text(stop.wasAbsent ? texts.wasAbsent : stop.address)
                }
            } else {
                if state.found.isEmpty { Text(texts.nobodyFound) }
                ForEach(state.found, id: \.id) { person in
                    Button(person.name) { model.open(person.id) }
                    Text(person.address)
                }
            }
        }
    }

    struct PersonScreen: View {
        @Environment(Saksi.self) private var saksi
        @State private var asksWhy = false
        let model: PersonModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            if let card = state.card {
                LabeledContent(texts.nik, value: card.nik)
                Text(card.address)
                ForEach(card.notices, id: \.self) { Text(texts.notice($0)) }
                if let amount = state.person?.amount {
                    LabeledContent(texts.due, value: texts.rupiah(Int(amount)))
                } else {
                    Text(texts.nothingDue)
                }
                if let standing = state.standing { Text(texts.standing(standing)) }
                Choice(items: state.ways, name: texts.way, choose: take)
                if asksWhy {
                    Section(texts.whyNotServed) {
                        Choice(items: [.absent, .moved, .deceased, .refused], name: texts.notServed, choose: model.notServed)
                    }
                }
                Section(texts.withdrawText) {
                    Button(texts.withdrawConsent, role: .destructive) { model.withdrawConsent() }
                }
            }
        }

        private func take(_ way: PersonState.Way) {
            switch way {
            case .scan: model.scan()
            case .proxy: model.proxy()
            case .exception: model.exception()
            case .firstPhoto: model.firstPhoto()
            case .notServed: asksWhy = true
            }
        }
    }

    struct CashScreen: View {
        @Environment(Saksi.self) private var saksi
        @State private var amount = ""
        @State private var reason = ""
        let model: CashModel

        var body: some View {
            let texts = saksi.texts
            if let cash = model.state.cash {
                LabeledContent(texts.cashReceived, value: texts.rupiah(Int(cash.received)))
                LabeledContent(texts.cashPaid, value: texts.rupiah(Int(cash.paid)))
                LabeledContent(texts.cashReturned, value: texts.rupiah(Int(cash.returned)))
                LabeledContent(texts.cashLeft, value: texts.rupiah(Int(cash.difference)))
            }
            TextField(texts.amount, text: $amount)
            Button(texts.cashReceived) { model.received(Int(amount) ?? 0) }
            Button(texts.cashReturned) { model.returned(Int(amount) ?? 0) }
            if model.state.needsReason { TextField(texts.cashReason, text: $reason) }
            Button(texts.closeDay) { model.closeDay(model.state.needsReason ? reason : nil) }
        }
    }

    struct OutboxScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: OutboxModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            LabeledContent(texts.waiting, value: String(state.counts.waiting))
            LabeledContent(texts.sent, value: String(state.counts.sent))
            Sending()
            ForEach(state.quarantined, id: \.record) { refused in
                Text(refused.message)
                Button(texts.retry) { model.retry(refused.record) }
            }
            if state.day.isEmpty { Text(texts.nothingYet) }
            ForEach(state.day, id: \.record) { line in
                Button(line.beneficiary.flatMap { state.names[$0] } ?? texts.kind(line.kind)) { model.open(line.record) }
                Text(texts.kind(line.kind) + ", " + texts.time(line.at))
            }
        }
    }

    struct ReceiptScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: ReceiptModel

        var body: some View {
            let texts = saksi.texts
            if let receipt = model.state.receipt {
                if let amount = receipt.amount { Text(texts.handOver(texts.rupiah(amount))).font(.title) }
                Text(receipt.name ?? texts.kind(receipt.kind))
                QrCode(qr: receipt.qr)
                Text(receipt.code)
                Button(texts.print) { model.print() }
            }
            if model.state.notWritten { Text(texts.notWritten) }
            Button(texts.nextPerson) { model.next() }
        }
    }
#endif
