#if canImport(SwiftUI) && canImport(CoreLocation)
    import Foundation
    import SaksiCore
    import SaksiDevice
    import SaksiKit
    import SwiftUI

    /// A screen: its title, the way back, what went wrong, and what is on it.
    struct Page<Content: View>: View {
        @Environment(Saksi.self) private var saksi
        private let title: String
        private let model: AnyModel
        private let content: Content

        init(_ title: String, _ model: AnyModel, @ViewBuilder content: () -> Content) {
            (self.title, self.model, self.content) = (title, model, content())
        }

        var body: some View {
            Form {
                Section {
                    Text(title).font(.title)
                    Button(saksi.texts.back) { saksi.back() }
                }
                if let problem = model.status.problem {
                    Section {
                        Text(problem.text(saksi.language)).foregroundStyle(.red)
                        Button(saksi.texts.understood) { model.understood() }
                    }
                }
                content.disabled(model.status.busy)
                if model.status.busy { ProgressView(saksi.texts.working) }
            }
        }
    }

    /// A PIN to type, twice where it is chosen.
    struct PinField: View {
        @Environment(Saksi.self) private var saksi
        @State private var pin = ""
        @State private var again = ""
        let title: String
        var chosen = false
        let done: (String) -> Void

        var body: some View {
            SecureField(title, text: $pin)
            if chosen {
                Text(saksi.texts.choosePinHint)
                SecureField(saksi.texts.repeatPin, text: $again)
                if !again.isEmpty && again != pin { Text(saksi.texts.pinsDiffer) }
            }
            Button(saksi.texts.goOn) { done(pin) }.disabled(pin.count < shortestPin || chosen && pin != again)
        }
    }

    /// One of a few.
    struct Choice<Item: Hashable>: View {
        let items: [Item]
        let name: (Item) -> String
        let choose: (Item) -> Void

        var body: some View {
            ForEach(items, id: \.self) { item in
                Button(name(item)) { choose(item) }
            }
        }
    }

    /// What the camera sees, with what to tell the person.
    struct Viewfinder: View {
        @Environment(Saksi.self) private var saksi
        @State private var camera = Camera()
        @State private var voice = Voice()
        @State private var works = true
        let viewer: any Viewer
        let advice: CaptureStep?
        let hint: String

        var body: some View {
            let said = advice.map { saksi.language == .id ? $0.textId : $0.textEn } ?? hint
            Text(works ? said : saksi.texts.cameraFailed).font(.title)
            ProgressView(value: Double(advice?.progress ?? 0))
                .task {
                    works = await camera.start(saksi.device.fleet.lens)
                    camera.show(viewer.filming)
                }
                .onChange(of: said) { voice.say(said, saksi.language) }
                .onDisappear { camera.stop() }
        }
    }

    /// Reads a code.
    struct CodeReader: View {
        @State private var camera: Camera?
        @Environment(Saksi.self) private var saksi
        let hint: String
        let found: @MainActor (String) -> Void

        var body: some View {
            Text(hint)
                .task {
                    let reading = Camera { text in Task { @MainActor in found(text) } }
                    camera = reading
                    _ = await reading.start(.back)
                }
                .onDisappear { camera?.stop() }
        }
    }

    /// The text that is read out, and what the person says to it.
    struct Asked: View {
        @Environment(Saksi.self) private var saksi
        @State private var voice = Voice()
        let consent: ConsentText
        let read: (Language) -> Void
        let agree: @MainActor () -> Void
        let decline: @MainActor () -> Void

        var body: some View {
            Section(saksi.texts.consentTitle) {
                Text(consent.text)
                Button(saksi.texts.readAloud) { voice.say(consent.text, consent.language) }
                Button(saksi.texts.language) { read(consent.language == .id ? .en : .id) }
            }
            Button(saksi.texts.agrees, action: agree)
            Button(saksi.texts.declines, action: decline)
        }
    }

    /// A QR code: dark on white in any light, with the quiet zone that readers need.
    struct QrCode: View {
        let qr: ReceiptQr

        var body: some View {
            Canvas { context, size in
                let side = Int(qr.side)
                let module = size.width / CGFloat(side + 8)
                context.fill(Path(CGRect(origin: .zero, size: size)), with: .color(.white))
                for (n, dark) in qr.dark.enumerated() where dark {
                    let (x, y) = (CGFloat(n % side + 4) * module, CGFloat(n / side + 4) * module)
                    context.fill(Path(CGRect(x: x, y: y, width: module, height: module)), with: .color(.black))
                }
            }
            .frame(width: 208, height: 208)
        }
    }
#endif
