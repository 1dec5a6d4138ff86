#!/bin/sh
# The app without its screens on Linux, and its screens parsed and type-checked against stubs.
#
#   ios/Tests/run.sh                              says with 77 and a reason that Swift can't be had
#   ios/Tests/run.sh BINDINGS LIBRARY             the day, in the environment that tests/tests/ios.rs makes
#
# Swift 6 on the path is taken, or else the Debian that tests/swift/run.sh makes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
ios=$(dirname "$here")
root="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/saksi/swift-trixie"

if [ "${1:-}" = --inside ]; then
    shift
    for folder in /proc /dev "${TMPDIR:-/tmp}" "$(dirname "$ios")" "$SAKSI_MODELS" "$SAKSI_PROGRAMS" "$1" "$(dirname "$2")"; do
        mkdir -p "$root$folder"
        mount --rbind "$folder" "$root$folder"
    done
    in="chroot $root env LD_LIBRARY_PATH=/usr/libexec/swift/lib/swift/linux"
elif echo | swiftc -swift-version 6 -typecheck - 2>/dev/null; then
    in=
else
    sh "$ios/../tests/swift/run.sh"
    [ $# = 2 ] || exit 0
    exec unshare --mount sh "$0" --inside "$@"
fi
[ $# = 2 ] || exit 0

bindings=$1
library=$(dirname "$2")
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
map="-fmodule-map-file=$bindings/SaksiCoreFFI.modulemap"
set -- -swift-version 6 -Xcc "$map" -I "$build" -L "$build" -L "$library" -lsaksi_ffi

# module NAME FLAGS AND SOURCES...
module() {
    name=$1
    shift
    $in swiftc "$@" -module-name "$name" -emit-module -emit-module-path "$build/$name.swiftmodule" \
        -emit-library -static -o "$build/lib$name.a"
}

# This formatter misreads absolute paths.
$in sh -c "cd '$ios' && swift format lint --strict --recursive Sources Tests Package.swift"
module SaksiCore "$@" "$bindings/SaksiCore.swift"
module SaksiKit "$@" "$ios"/Sources/SaksiKit/*.swift
# Apple's frameworks don't exist here: what of them is used is declared in Stubs, as its documentation has it.
for name in Security CryptoKit CoreLocation BackgroundTasks AVFoundation SwiftUI PhotosUI; do
    $in swiftc -swift-version 6 -parse-as-library -I "$build" -module-name "$name" \
        -emit-module -emit-module-path "$build/$name.swiftmodule" "$here/Stubs/$name.swift"
done
$in swiftc "$@" -module-name SaksiDevice -emit-module -emit-module-path "$build/SaksiDevice.swiftmodule" "$ios"/Sources/SaksiDevice/*.swift
$in swiftc "$@" -module-name SaksiApp -typecheck "$ios"/Sources/SaksiApp/*.swift
# @Observable's runtime asks for a symbol that the linker doesn't find in Linux's libraries, and that isn't called.
$in swiftc "$@" -lSaksiKit -lSaksiCore -Xlinker --allow-shlib-undefined -Xlinker -rpath -Xlinker "$library" \
    -o "$build/day" "$here"/Day/*.swift
timeout --kill-after=10 600 $in "$build/day"
