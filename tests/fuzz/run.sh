#!/bin/sh
# Fuzzes each target for some seconds, from the golden files on. Ends with an error at the first crash.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET …]        10 seconds and all targets, unless told otherwise
#
# It needs the stable toolchain and a C++ compiler, no cargo-fuzz: libFuzzer's coverage comes from LLVM's own pass,
# which stable rustc can be told to run. The host triple is named so that build scripts stay without it.
# What is found is kept in corpus/ (to go on from) and artifacts/ (what crashed); replay with: run.sh 0 TARGET FILE
set -eu

here=$(cd "$(dirname "$0")" && pwd)
golden="$here/../../core/records/tests/golden"
seconds=${1:-10}
[ $# -gt 0 ] && shift
host=$(rustc -vV | sed -n 's/^host: //p')
target_dir="${CARGO_TARGET_DIR:-$here/target}/fuzz"

export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --target "$host" --target-dir "$target_dir"
bin="$target_dir/$host/release"

if [ "$seconds" = 0 ]; then
    target=$1
    shift
    exec "$bin/$target" "$@"
fi

[ $# -gt 0 ] || set -- audit envelope blob camera frame jws liveness portrait roster_file statement wire
for target in "$@"; do
    # The golden files of a target's kind; a target that has none starts from nothing.
    seeds="$here/corpus/seeds-$target"
    rm -rf "$seeds"
    mkdir -p "$here/corpus/$target" "$here/artifacts" "$seeds"
    case $target in
        audit)
            # The claims of each line too.
            cp "$golden"/audit.log "$seeds"
            cut -d. -f2 "$golden"/audit.log | while read -r claims; do
                printf '%s==' "$claims" | tr -- '-_' '+/' | base64 -d 2>/dev/null >"$seeds/entry-$(printf %s "$claims" | cksum | cut -d' ' -f1)" || true
            done ;;
        frame) cp "$here"/seeds/frame/* "$seeds" ;;
        envelope) cp "$golden"/records/*.env "$seeds" ;;
        jws) cp "$golden"/*.jws "$seeds" ;;
        portrait) cp "$here"/seeds/frame/*.jpg "$seeds" ;;
        roster_file) cp "$golden"/*.csv "$seeds" ;;
        liveness) cp "$here"/../../core/liveness/tests/golden/*.json "$seeds" ;;
        wire) cp "$golden"/wire/*.json "$golden"/records/*.payload.json "$seeds" ;;
    esac
    log="$here/corpus/$target.log"
    if "$bin/$target" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -verbosity=1 \
        -print_final_stats=1 -artifact_prefix="$here/artifacts/$target-" "$here/corpus/$target" "$seeds" >"$log" 2>&1
    then
        executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -1)
        echo "$target: $executions executions, ${coverage:-cov: 0}, no crash"
    else
        tail -40 "$log" >&2
        echo "$target: crashed; see $here/artifacts" >&2
        exit 1
    fi
done
