#if canImport(CoreLocation)
    import CoreLocation
    import Foundation
    import SaksiCore
    import Synchronization

    /// The last position that the phone found, with its age and whether software made it up.
    public final class Whereabouts: NSObject, CLLocationManagerDelegate, Location {
        private let last = Mutex<CLLocation?>(nil)
        @MainActor private let manager = CLLocationManager()

        /// Asks for the permission, and begins to listen.
        @MainActor
        public func start() {
            manager.delegate = self
            manager.desiredAccuracy = kCLLocationAccuracyNearestTenMeters
            manager.requestWhenInUseAuthorization()
            manager.startUpdatingLocation()
        }

        public func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
            if let newest = locations.last { last.withLock { $0 = newest } }
        }

        public func lastFix() -> Fix? {
            guard let found = last.withLock({ $0 }) else { return nil }
            let age = max(0, -found.timestamp.timeIntervalSinceNow)
            return Fix(
                latitude: found.coordinate.latitude, longitude: found.coordinate.longitude,
                accuracyM: found.horizontalAccuracy, mocked: found.sourceInformation?.isSimulatedBySoftware ?? false,
                ageMs: UInt64(age * 1000))
        }
    }
#endif
