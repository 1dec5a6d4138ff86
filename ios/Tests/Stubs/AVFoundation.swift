// What of Apple's AVFoundation, Core Media and Core Video the app calls, as its documentation has it. It does nothing.
import Foundation

public final class CVBuffer {}
public typealias CVPixelBuffer = CVBuffer
public struct CVPixelBufferLockFlags: OptionSet, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static let readOnly = CVPixelBufferLockFlags(rawValue: 1)
}
public let kCVPixelBufferPixelFormatTypeKey = "PixelFormatType"
public let kCVPixelFormatType_420YpCbCr8BiPlanarFullRange: UInt32 = 875_704_422
@discardableResult
public func CVPixelBufferLockBaseAddress(_ buffer: CVPixelBuffer, _ flags: CVPixelBufferLockFlags) -> Int32 { 0 }
@discardableResult
public func CVPixelBufferUnlockBaseAddress(_ buffer: CVPixelBuffer, _ flags: CVPixelBufferLockFlags) -> Int32 { 0 }
public func CVPixelBufferGetWidth(_ buffer: CVPixelBuffer) -> Int { 0 }
public func CVPixelBufferGetHeight(_ buffer: CVPixelBuffer) -> Int { 0 }
public func CVPixelBufferGetBytesPerRowOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> Int { 0 }
public func CVPixelBufferGetHeightOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> Int { 0 }
public func CVPixelBufferGetBaseAddressOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> UnsafeMutableRawPointer? { nil }

public struct CMTime: Sendable { public var seconds: Double { 0 } }
public final class CMSampleBuffer {
    public var imageBuffer: CVPixelBuffer? { nil }
    public var presentationTimeStamp: CMTime { CMTime() }
}

public struct AVMediaType: Sendable { public static let video = AVMediaType() }
public class AVCaptureInput {}
public class AVCaptureOutput {
    public func connection(with type: AVMediaType) -> AVCaptureConnection? { nil }
}
public final class AVCaptureConnection {
    public var isVideoMirrored = false
    public var videoRotationAngle = 0.0
}
public final class AVCaptureDevice {
    public enum Position: Sendable { case front, back }
    public struct DeviceType: Sendable { public static let builtInWideAngleCamera = DeviceType() }
    public static func requestAccess(for type: AVMediaType) async -> Bool { false }
    public static func `default`(_ kind: DeviceType, for type: AVMediaType?, position: Position) -> AVCaptureDevice? { nil }
}
public final class AVCaptureDeviceInput: AVCaptureInput {
    public init(device: AVCaptureDevice) throws {}
}
public protocol AVCaptureVideoDataOutputSampleBufferDelegate: AnyObject {
    func captureOutput(_ output: AVCaptureOutput, didOutput sample: CMSampleBuffer, from connection: AVCaptureConnection)
}
public final class AVCaptureVideoDataOutput: AVCaptureOutput {
    public var alwaysDiscardsLateVideoFrames = true
    public var videoSettings: [String: Any]!
    public func setSampleBufferDelegate(_ to: (any AVCaptureVideoDataOutputSampleBufferDelegate)?, queue: DispatchQueue?) {}
    override public init() {}
}
public class AVMetadataObject {
    public struct ObjectType: Sendable {
        public static let (qr, code128, code39, pdf417) = (ObjectType(), ObjectType(), ObjectType(), ObjectType())
    }
}
public final class AVMetadataMachineReadableCodeObject: AVMetadataObject {
    public var stringValue: String? { nil }
}
public protocol AVCaptureMetadataOutputObjectsDelegate: AnyObject {
    func metadataOutput(
        _ output: AVCaptureMetadataOutput, didOutput objects: [AVMetadataObject], from connection: AVCaptureConnection)
}
public final class AVCaptureMetadataOutput: AVCaptureOutput {
    public var metadataObjectTypes: [AVMetadataObject.ObjectType]!
    public func setMetadataObjectsDelegate(_ to: (any AVCaptureMetadataOutputObjectsDelegate)?, queue: DispatchQueue?) {}
    override public init() {}
}
public final class AVCaptureSession {
    public struct Preset: Sendable { public static let hd1920x1080 = Preset() }
    public var sessionPreset = Preset()
    public init() {}
    public func beginConfiguration() {}
    public func commitConfiguration() {}
    public func canAddInput(_ input: AVCaptureInput) -> Bool { true }
    public func canAddOutput(_ output: AVCaptureOutput) -> Bool { true }
    public func addInput(_ input: AVCaptureInput) {}
    public func addOutput(_ output: AVCaptureOutput) {}
    public func startRunning() {}
    public func stopRunning() {}
}

public enum AVSpeechBoundary: Sendable { case immediate, word }
public final class AVSpeechSynthesisVoice { public init?(language: String?) {} }
public final class AVSpeechUtterance {
    public var voice: AVSpeechSynthesisVoice?
    public init(string: String) {}
}
public final class AVSpeechSynthesizer {
    public init() {}
    public func speak(_ words: AVSpeechUtterance) {}
    @discardableResult public func stopSpeaking(at boundary: AVSpeechBoundary) -> Bool { true }
}
