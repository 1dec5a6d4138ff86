// What all screens with a camera share: the consent that comes first, and the frames.

import Foundation
import SaksiCore
import Synchronization

/// Looks at frames: what a model that is a `Viewer` gives to the camera.
public final class Filming: Sendable {
    private let show: @Sendable (Data, Data, Data, FrameLayout) throws -> CaptureStep
    private let advise: @Sendable (CaptureStep) -> Void
    private let ended = Mutex(false)

    init(
        _ show: @escaping @Sendable (Data, Data, Data, FrameLayout) throws -> CaptureStep,
        advise: @escaping @Sendable (CaptureStep) -> Void
    ) {
        (self.show, self.advise) = (show, advise)
    }

    /// A frame, lent: called from the camera's thread, and keeps nothing of it. The last advice says that it's over.
    public func frame(y: Data, u: Data, v: Data, layout: FrameLayout) {
        // Out of order, or turned while it was taken: the capture is as it was.
        guard !ended.withLock({ $0 }), let step = try? show(y, u, v, layout) else { return }
        if step.over { guard end() else { return } }
        advise(step)
    }

    /// Takes no more frames; the first call says true.
    @discardableResult
    func end() -> Bool {
        ended.withLock { ended in
            defer { ended = true }
            return !ended
        }
    }
}

/// A model that looks at what the camera sees.
@MainActor
public protocol Viewer: AnyObject {
    /// Where the camera's frames go now; nil where none are looked at.
    var filming: Filming? { get }
}

/// The programme's text that is read out before a photo, in the beneficiary's language.
public struct ConsentText: Equatable, Sendable {
    /// Which text.
    public let version: String
    /// The language it is read in.
    public let language: Language
    /// What is read out.
    public let text: String

    init(_ policy: Policy, _ language: Language) {
        (version, self.language) = (policy.consentVersion, language)
        text = language == .id ? policy.consentId : policy.consentEn
    }

    /// As it is written down that the person agreed.
    var agreed: Consent { Consent(textVersion: version, language: language == .id ? "id" : "en") }
}
