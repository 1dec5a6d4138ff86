import Foundation
import SaksiCore

/// The officer's own face: the text, then what the camera advises.
public struct OwnFaceState: Sendable {
    public var consent: ConsentText?
    public var looking = false
    public var advice: CaptureStep?
}

/// Takes the officer's own face, so that it's never paid and never taken for a proxy's. The photo isn't kept.
public final class OwnFaceModel: Model<OwnFaceState>, Viewer {
    public private(set) var filming: Filming?

    init(_ saksi: Saksi) {
        super.init(OwnFaceState(), saksi)
        let language = saksi.language
        follow { [self] in state.consent = try await ask { ConsentText($0.policy(), language) } }
    }

    /// The officer agrees; also to begin anew.
    public func agree() {
        guard let agreed = state.consent?.agreed else { return }
        tap { [self] in
            let begun = try await ask { try $0.faceCapture(consent: agreed) }
            filming = Filming({ try begun.yuv(y: $0, u: $1, v: $2, layout: $3) }) { [weak self] advice in
                Task { @MainActor in self?.advised(advice, begun, agreed) }
            }
            (state.looking, state.advice) = (true, nil)
        }
    }

    override func close() {
        super.close()
        filming?.end()
    }

    private func advised(_ advice: CaptureStep, _ capture: FaceCapture, _ agreed: Consent) {
        state.advice = advice
        guard advice.over else { return }
        follow { [self] in
            state.looking = false
            try await ask { try $0.takeOwnFaceCaptured(consent: agreed, face: capture.finish()) }
            saksi.back()
        }
    }
}
