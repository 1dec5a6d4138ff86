// swift-tools-version: 6.0
// `cargo xtask bindings` and `ios/framework.sh` make what SaksiCore stands on.

import PackageDescription

let package = Package(
    name: "Saksi",
    defaultLocalization: "id",
    platforms: [.iOS(.v18)],
    products: [.library(name: "SaksiApp", targets: ["SaksiApp"])],
    targets: [
        .binaryTarget(name: "SaksiCoreFFI", path: "Build/SaksiCoreFFI.xcframework"),
        .target(name: "SaksiCore", dependencies: ["SaksiCoreFFI"], path: "Build/SaksiCore"),
        .target(name: "SaksiKit", dependencies: ["SaksiCore"]),
        .target(name: "SaksiDevice", dependencies: ["SaksiKit"]),
        .target(name: "SaksiApp", dependencies: ["SaksiDevice"]),
    ],
    swiftLanguageModes: [.v6]
)
