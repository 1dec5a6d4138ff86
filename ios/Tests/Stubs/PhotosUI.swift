// What of Apple's PhotosUI the app calls, as its documentation has it. It does nothing.
import Foundation
import SwiftUI

public struct PhotosPickerItem: Equatable, Sendable {
    public func loadTransferable<T: Sendable>(type: T.Type) async throws -> T? { nil }
}
public struct PhotosPicker: Leaf {
    public init<S: StringProtocol>(_ title: S, selection: Binding<PhotosPickerItem?>) {}
}
