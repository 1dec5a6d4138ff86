#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import Foundation
    import SaksiCore
    import SaksiKit
    import Synchronization

    /// The phone's camera: lends its frames to whatever films now, and reads codes where that is asked for.
    public final class Camera: NSObject, AVCaptureVideoDataOutputSampleBufferDelegate, AVCaptureMetadataOutputObjectsDelegate,
        @unchecked Sendable
    {
        /// What is drawn as the preview. The camera's queue starts and stops it.
        public let session = AVCaptureSession()
        private let queue = DispatchQueue(label: "saksi-camera")
        private let filming = Mutex<Filming?>(nil)
        private let found: @Sendable (String) -> Void

        /// `found` is told the text of each code that is seen.
        public init(found: @escaping @Sendable (String) -> Void = { _ in }) {
            self.found = found
        }

        /// Frames go here from now on.
        public func show(_ viewer: Filming?) {
            filming.withLock { $0 = viewer }
        }

        /// Begins. Says whether there is a camera that may be used.
        public func start(_ lens: Lens) async -> Bool {
            guard await AVCaptureDevice.requestAccess(for: .video) else { return false }
            let side: AVCaptureDevice.Position = lens == .front ? .front : .back
            guard let device = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: side),
                let input = try? AVCaptureDeviceInput(device: device)
            else { return false }
            let (frames, codes) = (AVCaptureVideoDataOutput(), AVCaptureMetadataOutput())
            frames.alwaysDiscardsLateVideoFrames = true
            frames.videoSettings = [
                String(kCVPixelBufferPixelFormatTypeKey): kCVPixelFormatType_420YpCbCr8BiPlanarFullRange
            ]
            session.beginConfiguration()
            session.sessionPreset = .hd1920x1080
            guard session.canAddInput(input), session.canAddOutput(frames), session.canAddOutput(codes) else { return false }
            session.addInput(input)
            session.addOutput(frames)
            session.addOutput(codes)
            frames.setSampleBufferDelegate(self, queue: queue)
            codes.setMetadataObjectsDelegate(self, queue: queue)
            codes.metadataObjectTypes = [.qr, .code128, .code39, .pdf417]
            // The screen stays upright while the camera looks, and so do the frames.
            frames.connection(with: .video)?.videoRotationAngle = 90
            session.commitConfiguration()
            queue.async { self.session.startRunning() }
            return true
        }

        /// Ends.
        public func stop() {
            queue.async { self.session.stopRunning() }
        }

        /// Both planes are lent without a copy; the second one twice, from its first byte on and from its second.
        public func captureOutput(
            _ output: AVCaptureOutput, didOutput sample: CMSampleBuffer, from connection: AVCaptureConnection
        ) {
            guard let filming = filming.withLock({ $0 }), let pixels = sample.imageBuffer else { return }
            CVPixelBufferLockBaseAddress(pixels, .readOnly)
            defer { CVPixelBufferUnlockBaseAddress(pixels, .readOnly) }
            guard let luma = plane(pixels, 0), let chroma = plane(pixels, 1) else { return }
            let layout = FrameLayout(
                width: UInt32(CVPixelBufferGetWidth(pixels)), height: UInt32(CVPixelBufferGetHeight(pixels)),
                rowStride: UInt32(CVPixelBufferGetBytesPerRowOfPlane(pixels, 0)),
                chromaRowStride: UInt32(CVPixelBufferGetBytesPerRowOfPlane(pixels, 1)), chromaPixelStride: 2,
                turnDegrees: 0, mirrored: connection.isVideoMirrored,
                timeNs: UInt64(sample.presentationTimeStamp.seconds * 1_000_000_000))
            filming.frame(y: luma, u: chroma, v: chroma.dropFirst(), layout: layout)
        }

        public func metadataOutput(
            _ output: AVCaptureMetadataOutput, didOutput objects: [AVMetadataObject], from connection: AVCaptureConnection
        ) {
            for case let code as AVMetadataMachineReadableCodeObject in objects {
                if let text = code.stringValue { found(text) }
            }
        }

        private func plane(_ pixels: CVPixelBuffer, _ n: Int) -> Data? {
            guard let start = CVPixelBufferGetBaseAddressOfPlane(pixels, n) else { return nil }
            let count = CVPixelBufferGetBytesPerRowOfPlane(pixels, n) * CVPixelBufferGetHeightOfPlane(pixels, n)
            return Data(bytesNoCopy: start, count: count, deallocator: .none)
        }
    }

    /// Speaks what the screen says, for a person who looks into the camera and not at the screen.
    @MainActor
    public final class Voice {
        private let engine = AVSpeechSynthesizer()
        private var last: String?

        public init() {}

        /// Says a text, in place of what is being said; the same text again is said once.
        public func say(_ text: String, _ language: Language) {
            guard text != last else { return }
            last = text
            engine.stopSpeaking(at: .immediate)
            let words = AVSpeechUtterance(string: text)
            words.voice = AVSpeechSynthesisVoice(language: language == .id ? "id-ID" : "en-GB")
            engine.speak(words)
        }
    }
#endif
