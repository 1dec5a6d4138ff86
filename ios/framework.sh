#!/bin/sh
# Makes Build/SaksiCoreFFI.xcframework and Build/SaksiCore, which Package.swift names. Needs a Mac with Xcode, and
# `rustup target add aarch64-apple-ios aarch64-apple-ios-sim`.
set -eu

[ "$(uname)" = Darwin ] || { echo "an XCFramework can only be made on a Mac" >&2; exit 77; }
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
build=ios/Build
for triple in aarch64-apple-ios aarch64-apple-ios-sim; do
    cargo build --release --package saksi-ffi --all-features --target "$triple"
done
cargo xtask bindings
rm -rf "$build"
mkdir -p "$build/headers" "$build/SaksiCore"
cp "$target/bindings/swift/SaksiCoreFFI.h" "$build/headers/"
cp "$target/bindings/swift/SaksiCoreFFI.modulemap" "$build/headers/module.modulemap"
cp "$target/bindings/swift/SaksiCore.swift" "$build/SaksiCore/"
xcodebuild -create-xcframework -output "$build/SaksiCoreFFI.xcframework" \
    -library "$target/aarch64-apple-ios/release/libsaksi_ffi.a" -headers "$build/headers" \
    -library "$target/aarch64-apple-ios-sim/release/libsaksi_ffi.a" -headers "$build/headers"
