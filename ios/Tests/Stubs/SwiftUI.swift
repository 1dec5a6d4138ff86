// What of Apple's SwiftUI the app calls, as its documentation has it. It draws nothing.
import Foundation

@MainActor @preconcurrency
public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}
extension Never: View { public var body: Never { fatalError() } }
/// Whatever needs no body.
public protocol Leaf: View where Body == Never {}
extension Leaf { public var body: Never { fatalError() } }

public struct EmptyView: Leaf { public init() {} }
public struct Group2<A: View, B: View>: Leaf {}
public struct Either<A: View, B: View>: Leaf {}
public struct Changed<Content: View>: Leaf {}
extension Optional: View where Wrapped: View { public var body: Never { fatalError() } }

@resultBuilder
public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { fatalError() }
    public static func buildExpression<V: View>(_ view: V) -> V { view }
    public static func buildPartialBlock<V: View>(first: V) -> V { first }
    public static func buildPartialBlock<A: View, B: View>(accumulated: A, next: B) -> Group2<A, B> { fatalError() }
    public static func buildIf<V: View>(_ view: V?) -> V? { view }
    public static func buildEither<A: View, B: View>(first: A) -> Either<A, B> { fatalError() }
    public static func buildEither<A: View, B: View>(second: B) -> Either<A, B> { fatalError() }
}

@propertyWrapper
public struct State<Value> {
    public init(wrappedValue: Value) {}
    public init() where Value: ExpressibleByNilLiteral {}
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { fatalError() }
}
@propertyWrapper @dynamicMemberLookup
public struct Binding<Value> {
    public init(get: @escaping () -> Value, set: @escaping (Value) -> Void) {}
    public var wrappedValue: Value {
        get { fatalError() }
        nonmutating set {}
    }
    public var projectedValue: Binding<Value> { self }
    public subscript<Part>(dynamicMember path: WritableKeyPath<Value, Part>) -> Binding<Part> { fatalError() }
}
@propertyWrapper
public struct Environment<Value> {
    public init(_ type: Value.Type) {}
    public var wrappedValue: Value { fatalError() }
}

public struct Font: Sendable { public static let title = Font() }
public struct Color: Sendable { public static let (red, black, white) = (Color(), Color(), Color()) }
public struct ButtonRole: Sendable { public static let destructive = ButtonRole() }

extension View {
    public func environment<T: AnyObject>(_ object: T?) -> Changed<Self> { Changed() }
    public func font(_ font: Font?) -> Changed<Self> { Changed() }
    public func foregroundStyle(_ color: Color) -> Changed<Self> { Changed() }
    public func disabled(_ disabled: Bool) -> Changed<Self> { Changed() }
    public func frame(width: CGFloat? = nil, height: CGFloat? = nil) -> Changed<Self> { Changed() }
    public func task(_ work: @escaping @MainActor () async -> Void) -> Changed<Self> { Changed() }
    public func onDisappear(perform act: (() -> Void)? = nil) -> Changed<Self> { Changed() }
    public func onChange<V: Equatable>(of value: V, initial: Bool = false, _ act: @escaping () -> Void) -> Changed<Self> {
        Changed()
    }
}

public struct Text: Leaf { public init<S: StringProtocol>(_ text: S) {} }
public struct Button<Label: View>: Leaf {}
extension Button where Label == Text {
    public init<S: StringProtocol>(_ title: S, action: @escaping @MainActor () -> Void) {}
    public init<S: StringProtocol>(_ title: S, role: ButtonRole?, action: @escaping @MainActor () -> Void) {}
}
public struct TextField: Leaf { public init<S: StringProtocol>(_ title: S, text: Binding<String>) {} }
public struct SecureField: Leaf { public init<S: StringProtocol>(_ title: S, text: Binding<String>) {} }
public struct ProgressView: Leaf {
    public init<S: StringProtocol>(_ title: S) {}
    public init(value: Double?) {}
}
public struct LabeledContent: Leaf {
    public init<S: StringProtocol, T: StringProtocol>(_ title: S, value: T) {}
}
public struct ShareLink: Leaf { public init<S: StringProtocol>(_ title: S, item: String) {} }
public struct VStack<Content: View>: Leaf {
    public init(spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) {}
}
public struct Form<Content: View>: Leaf { public init(@ViewBuilder content: () -> Content) {} }
public struct Section<Content: View>: Leaf {
    public init(@ViewBuilder content: () -> Content) {}
    public init<S: StringProtocol>(_ title: S, @ViewBuilder content: () -> Content) {}
}
public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content: View>: Leaf {
    public init(_ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> Content) {}
}
public struct Path: Sendable { public init(_ rect: CGRect) {} }
public struct GraphicsContext {
    public struct Shading: Sendable { public static func color(_ color: Color) -> Shading { Shading() } }
    public func fill(_ path: Path, with shading: Shading) {}
}
public struct Canvas: Leaf { public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {} }
