// What of Apple's Core Location the app calls, as its documentation has it. It does nothing.
import Foundation

public struct CLLocationCoordinate2D: Sendable { public var latitude = 0.0, longitude = 0.0 }
public final class CLLocationSourceInformation: Sendable { public let isSimulatedBySoftware = false }
public final class CLLocation: Sendable {
    public let coordinate = CLLocationCoordinate2D()
    public let horizontalAccuracy = 0.0
    public let timestamp = Date()
    public let sourceInformation: CLLocationSourceInformation? = nil
}
public protocol CLLocationManagerDelegate: AnyObject {
    func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation])
}
public final class CLLocationManager {
    public weak var delegate: (any CLLocationManagerDelegate)?
    public var desiredAccuracy = 0.0
    public init() {}
    public func requestWhenInUseAuthorization() {}
    public func startUpdatingLocation() {}
}
public let kCLLocationAccuracyNearestTenMeters = 10.0
