#if canImport(SwiftUI) && canImport(CoreLocation)
    import Foundation
    import PhotosUI
    import SaksiCore
    import SaksiKit
    import SwiftUI

    private let reasonsToGiveUp: [GiveUp] = [.personUnable, .personRefused, .badLight, .cameraTrouble]
    private let documents: [DocumentKind] = [.ktp, .familyCard, .villageLetter]

    struct ScanScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: ScanModel

        var body: some View {
            let texts = saksi.texts
            switch model.state.step {
            case .opening, .recognising: ProgressView(texts.recognising)
            case .asked(let consent):
                Asked(consent: consent, read: model.read, agree: model.agree, decline: model.decline)
            case .looking(let advice):
                Viewfinder(viewer: model, advice: advice, hint: texts.lookHere)
                Button(texts.cannotMove) { model.cannotMove() }
                Section(texts.giveUp) { Choice(items: reasonsToGiveUp, name: texts.giveUp, choose: model.giveUp) }
            case .recognised(let found):
                Text(texts.isThis)
                Text(found.person.name).font(.title)
                Text(found.person.address)
                Button(texts.pay(texts.rupiah(Int(found.amount)))) { model.pay() }
                Button(texts.notThis) { model.lookUp() }
            case .notSure(let likeness):
                Text(texts.notSure).font(.title)
                Text(texts.notSureHint)
                ForEach(likeness.problems, id: \.self) { Text(texts.quality($0)) }
                again
            case .stopped(let problem):
                Text(texts.cannotPay).font(.title)
                Text(problem.text(saksi.language))
                again
            }
        }

        @ViewBuilder private var again: some View {
            Button(saksi.texts.takeAgain) { model.agree() }
            Button(saksi.texts.lookUp) { model.lookUp() }
            Button(saksi.texts.asException) { model.exception() }
        }
    }

    struct VisitScreen: View {
        @Environment(Saksi.self) private var saksi
        @State private var reason = ""
        @State private var nik = ""
        @State private var kind = DocumentKind.ktp
        @State private var form = ProxyForm()
        let model: VisitModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            Text(state.person?.name ?? "")
            Text(texts.stepsLeft(state.left))
            step
            if state.captureFailed { Button(texts.nobodyPaid) { model.nobodyPaid() } }
            if state.instead != nil { Button(texts.goOn) { model.doInstead() } }
            Button(texts.discardVisit, role: .destructive) { model.discard() }
        }

        @ViewBuilder private var step: some View {
            let texts = saksi.texts
            switch model.state.step {
            case .opening: ProgressView(texts.working)
            case .asked(let consent):
                Asked(consent: consent, read: model.read, agree: model.agree, decline: model.refuse)
            case .refused:
                Text(texts.refusedHint)
                number
                Button(texts.goOn) { model.refused(with: kind, nik) }.disabled(NikFault.of(nik) != nil)
            case .face(let advice, let stopped):
                film(advice, texts.lookHere, stopped)
                Button(texts.cannotMove) { model.cannotMove() }
                Section(texts.giveUp) { Choice(items: reasonsToGiveUp, name: texts.giveUp, choose: model.giveUp) }
            case .letter(let advice, let stopped): film(advice, texts.letterHere, stopped)
            case .details: details
            case .reason:
                TextField(texts.explainHint, text: $reason)
                Button(texts.goOn) { model.explained(reason) }
            case .documentPhoto:
                DocumentCamera(kind: $kind) { model.documentPhotographed(kind, $0) }
                Section(texts.whyNoDocument) {
                    Choice(
                        items: [.neverIssued, .lost, .inProcess, .elsewhere], name: texts.noDocument,
                        choose: model.withoutDocument)
                }
            case .documentNumber:
                number
                Button(texts.goOn) { model.documentRead(nik) }.disabled(NikFault.of(nik) != nil)
            case .confirm(let amount):
                Text(texts.confirmTitle)
                Button(amount > 0 ? texts.pay(texts.rupiah(amount)) : texts.save) { model.commit() }
            }
        }

        @ViewBuilder private var number: some View {
            Choice(items: documents, name: saksi.texts.document) { kind = $0 }
            TextField(saksi.texts.documentNumber, text: $nik)
            Text(NikFault.of(nik).map(saksi.texts.nikFault) ?? saksi.texts.nikGood)
        }

        @ViewBuilder private var details: some View {
            let texts = saksi.texts
            TextField(texts.proxyName, text: $form.name)
            TextField(texts.nik, text: $form.nik)
            Text(form.nikFault.map(texts.nikFault) ?? texts.nikGood)
            TextField(texts.phone, text: $form.phone)
            Section(texts.relationTitle) {
                Choice(
                    items: [.spouse, .child, .parent, .sibling, .relative, .neighbour, .official], name: texts.relation
                ) { form.relation = $0 }
            }
            Section(texts.reasonTitle) {
                Choice(items: [.ill, .frail, .disability, .away], name: texts.proxyReason) { form.reason = $0 }
            }
            Button(texts.goOn) { model.named(form) }.disabled(!form.complete)
        }

        @ViewBuilder private func film(_ advice: CaptureStep?, _ hint: String, _ stopped: Bool) -> some View {
            if stopped {
                Button(saksi.texts.takeAgain) { model.retake() }
            } else {
                Viewfinder(viewer: model, advice: advice, hint: hint)
            }
        }
    }

    /// Picks a document's photo.
    private struct DocumentCamera: View {
        @Environment(Saksi.self) private var saksi
        @State private var picked: PhotosPickerItem?
        @Binding var kind: DocumentKind
        let taken: (Data) -> Void

        var body: some View {
            Choice(items: documents, name: saksi.texts.document) { kind = $0 }
            PhotosPicker(saksi.texts.documentHere, selection: $picked)
                .onChange(of: picked) {
                    Task { if let picture = try? await picked?.loadTransferable(type: Data.self) { taken(picture) } }
                }
        }
    }

    struct OwnFaceScreen: View {
        @Environment(Saksi.self) private var saksi
        let model: OwnFaceModel

        var body: some View {
            let (texts, state) = (saksi.texts, model.state)
            Text(texts.ownFaceWhy)
            if state.looking {
                Viewfinder(viewer: model, advice: state.advice, hint: texts.lookHere)
            } else {
                Text(state.consent?.text ?? "")
                Button(texts.takeOwnFace) { model.agree() }
            }
        }
    }
#endif
