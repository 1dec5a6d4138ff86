#if canImport(SwiftUI) && canImport(CoreLocation)
    import SaksiCore
    import SaksiDevice
    import SaksiKit
    import SwiftUI

    /// Draws whatever place the officer is at. A project's `App` holds one, and begins with `saksi.start`.
    public struct RootView: View {
        private let saksi: Saksi

        public init(_ saksi: Saksi) {
            self.saksi = saksi
        }

        public var body: some View {
            VStack(spacing: 0) {
                if saksi.practising { Practising() }
                screen
            }
            .environment(saksi)
        }

        @ViewBuilder private var screen: some View {
            let texts = saksi.texts
            switch saksi.place.model {
            case let model as HandOutModel: Page(texts.handOutTitle, model) { HandOutScreen(model: model) }
            case let model as UnlockModel: Page(texts.who, model) { UnlockScreen(model: model) }
            case let model as CodeModel: Page(texts.scanCode, model) { CodeScreen(model: model) }
            case let model as ChangePinModel: Page(texts.changePin, model) { ChangePinScreen(model: model) }
            case let model as OwnFaceModel: Page(texts.ownFaceTitle, model) { OwnFaceScreen(model: model) }
            case let model as HomeModel: Page(texts.today, model) { HomeScreen(model: model) }
            case let model as PeopleModel: Page(texts.people, model) { PeopleScreen(model: model) }
            case let model as PersonModel: Page(model.state.card?.name ?? "", model) { PersonScreen(model: model) }
            case let model as ScanModel: Page(texts.scanFace, model) { ScanScreen(model: model) }
            case let model as VisitModel: Page(texts.sort(model.state.sort), model) { VisitScreen(model: model) }
            case let model as ReceiptModel: Page(texts.saved, model) { ReceiptScreen(model: model) }
            case let model as CashModel: Page(texts.cash, model) { CashScreen(model: model) }
            case let model as OutboxModel: Page(texts.outbox, model) { OutboxScreen(model: model) }
            case let model as SupervisorModel: Page(texts.supervisor, model) { SupervisorScreen(model: model) }
            case let model as TroubleModel: Page(texts.troubleTitle, model) { TroubleScreen(model: model) }
            default: Plain()
            }
        }
    }

    /// Nothing counts now.
    private struct Practising: View {
        @Environment(Saksi.self) private var saksi

        var body: some View {
            Text(saksi.texts.practising)
            Button(saksi.texts.stopPractice) { saksi.stopPractice() }
        }
    }

    /// The app opens, or is too old.
    private struct Plain: View {
        @Environment(Saksi.self) private var saksi

        var body: some View {
            if saksi.place.screen == .outdated {
                Text(saksi.texts.outdatedTitle).font(.title)
                Text(saksi.texts.outdatedText)
            } else {
                ProgressView(saksi.texts.opening)
            }
        }
    }
#endif
