#if canImport(SwiftUI) && canImport(CoreLocation)
    import SaksiCore
    import SaksiKit
    import SwiftUI

    struct HandOutScreen: View {
        @Environment(Saksi.self) private var saksi
        @State private var officer = ""
        let model: HandOutModel

        var body: some View {
            let texts = saksi.texts
            switch model.state.step {
            case .ticket: CodeReader(hint: texts.scanTicketHint, found: model.scanned)
            case .officer:
                TextField(texts.officerNumber, text: $officer)
                Text(texts.officerHint)
                Button(texts.goOn) { model.named(officer) }.disabled(officer.isEmpty)
            case .pin: PinField(title: texts.choosePin, chosen: true, done: model.chose)
            }
        }
    }

    struct UnlockScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: UnlockModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            Choice(items: state.officers, name: { $0.name.isEmpty ? $0.id : $0.name }, choose: model.choose)
            if let chosen = state.chosen {
                if chosen.codeWaiting {
                    Text(texts.codeWaiting)
                    PinField(title: texts.choosePin, chosen: true, done: model.admitWaiting)
                } else if state.needsCode {
                    Text(texts.needsCode)
                    Button(texts.scanCode) { saksi.go(.code) }
                } else {
                    if state.waitSeconds > 0 { Text(texts.waitSeconds(state.waitSeconds)) }
                    if chosen.attemptsLeft < 10 { Text(texts.attemptsLeft(Int(chosen.attemptsLeft))) }
                    PinField(title: texts.enterPin, done: model.unlock)
                }
            }
            Button(texts.supervisor) { saksi.go(.supervisor) }
        }
    }

    struct CodeScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: CodeModel

        var body: some View {
            let texts = saksi.texts
            switch model.state.purpose {
            case nil: CodeReader(hint: texts.codeHint, found: model.scanned)
            case .admit(let officer):
                Text(texts.codeFor(officer))
                PinField(title: texts.choosePin, chosen: true, done: model.chose)
            case .erase:
                Text(texts.eraseTitle).font(.title)
                Text(texts.eraseText)
                Button(texts.eraseNow, role: .destructive) { model.erase() }
            }
        }
    }

    struct ChangePinScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: ChangePinModel

        var body: some View {
            if model.state.done {
                Text(saksi.texts.pinChanged)
            } else if model.state.old == nil {
                PinField(title: saksi.texts.oldPin, done: model.old)
            } else {
                PinField(title: saksi.texts.newPin, chosen: true, done: model.new)
            }
        }
    }

    struct SupervisorScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: SupervisorModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            Section(texts.officers) {
                ForEach(state.officers, id: \.self) { officer in
                    LabeledContent(officer.name.isEmpty ? officer.id : officer.name, value: texts.officerState(officer.state))
                }
                Button(texts.scanCode) { model.code() }
            }
            Sending()
            Button(texts.outbox) { model.outbox() }
            Button(texts.report) { model.trouble() }
            if state.canPractise {
                Section(texts.practise) {
                    Text(texts.practiseText)
                    PinField(title: texts.practicePin, chosen: true, done: model.practise)
                }
            }
        }
    }

    struct TroubleScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: TroubleModel

        var body: some View {
            Text(saksi.texts.troubleText)
            if let report = model.state.report {
                Text(report)
                ShareLink(saksi.texts.share, item: report)
            }
            Button(saksi.texts.checkAll) { model.check() }
        }
    }
#endif
