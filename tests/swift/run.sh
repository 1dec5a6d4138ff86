#!/bin/sh
# The field day in Swift: builds the bindings as a module, and the day with it, and runs it.
#
#   tests/swift/run.sh                     gets Swift ready, and ends with 77 and a reason where it can't be had
#   tests/swift/run.sh BINDINGS LIBRARY    the day, in the environment that tests/tests/languages.rs makes
#
# Swift 6 on the path is taken. Where there is none, root gets it in a newer Debian: made once, in 2 to 3 minutes and 2.6 GB
# of the cache folder. The day is then built and run in there, with its folders at the same paths, and in a mount namespace
# of its own, so that no mount outlives it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/saksi"
root="$cache/swift-trixie"
libraries=/usr/libexec/swift/lib/swift/linux

cannot() {
    echo "$1" >&2
    exit 77
}

inside() {
    chroot "$root" env LD_LIBRARY_PATH="$libraries" "$@"
}

# Only a whole one gets its name.
make_root() {
    [ "$(id -u)" = 0 ] || cannot "there is no Swift 6, and only root can make a Debian with it"
    command -v debootstrap >/dev/null || cannot "there is no Swift 6, and no debootstrap to make a Debian with it"
    unshare --mount true 2>/dev/null || cannot "there is no Swift 6, and no right to mount what a Debian with it needs"
    mkdir -p "$cache"
    exec 9>"$cache/swift.lock"
    flock --wait 900 9 || cannot "another run has been making a Debian with Swift for long"
    [ ! -e "$root" ] || return 0
    rm -rf "$root.part"
    if timeout --kill-after=10 600 unshare --mount debootstrap --variant=minbase \
        --include=swiftlang,swiftlang-dev,libc6-dev,libstdc++-14-dev trixie "$root.part" >"$cache/swift.log" 2>&1
    then
        rm -rf "$root.part"/var/cache/apt/archives "$root.part"/var/lib/apt/lists "$root.part"/usr/share/doc
        mv "$root.part" "$root"
    else
        rm -rf "$root.part"
        cannot "a Debian with Swift can't be made here; $cache/swift.log says why"
    fi
}

if [ "${1:-}" = --inside ]; then
    shift
    for folder in /proc /dev "${TMPDIR:-/tmp}" "$here" "$SAKSI_MODELS" "$SAKSI_PORTRAITS" "$1" "$(dirname "$2")"; do
        mkdir -p "$root$folder"
        mount --rbind "$folder" "$root$folder"
    done
    in=inside
elif echo | swiftc -swift-version 6 -typecheck - 2>/dev/null; then
    [ $# = 2 ] || exit 0
    in=
else
    [ -e "$root" ] || make_root
    [ $# = 2 ] || exit 0
    exec unshare --mount sh "$0" --inside "$@"
fi

bindings=$1
library=$(dirname "$2")
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
map="-fmodule-map-file=$bindings/SaksiCoreFFI.modulemap"
set -- -swift-version 6 -Xcc "$map" -I "$build" -L "$build" -L "$library" -lsaksi_ffi
$in swiftc "$@" -module-name SaksiCore -emit-module -emit-module-path "$build/SaksiCore.swiftmodule" \
    -emit-library -static -o "$build/libSaksiCore.a" "$bindings/SaksiCore.swift"
$in swiftc "$@" -lSaksiCore -Xlinker -rpath -Xlinker "$library" -o "$build/day" "$here"/*.swift
$in "$build/day"
