#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Quarterdeck authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what the tests need, builds them and runs them. See --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../packaging/packages.sh
source "$root/packaging/packages.sh"

usage()
{
    cat <<'HELP'
Usage: tests/run.sh [options]

Installs the Debian packages that the tests need, builds Quarterdeck and runs every test, without a
display. Ends with CTest's summary and its exit status.

Options:
  --preset NAME    dev (default), asan (address and undefined-behaviour sanitizers) or tsan
  -R REGEX         only the tests whose names match
  --bench          build and run the benchmarks instead; they print figures and judge nothing
  --fuzz SECONDS   build the fuzz targets with clang and run each so long instead
  --no-install     install nothing
  --help           this

With CI=true a skipped test is a failure, unless it needs data or rights that the machine has not.
HELP
}

bad_usage()
{
    printf 'run.sh: %s. See tests/run.sh --help.\n' "$1" >&2
    exit 2
}

mode=tests preset=dev regex='' seconds=0 install=true
while (($# > 0)); do
    case $1 in
        --preset | --fuzz | -R) (($# > 1)) || bad_usage "$1 needs a value" ;;
    esac
    case $1 in
        --preset) preset=$2; shift ;;
        -R) regex=$2; shift ;;
        --bench) mode=bench ;;
        --fuzz) mode=fuzz; seconds=$2; shift ;;
        --no-install) install=false ;;
        --help | -h) usage; exit 0 ;;
        *) bad_usage "$1 is no option" ;;
    esac
    shift
done
case $preset in
    dev | asan | tsan) ;;
    *) bad_usage "--preset: \"$preset\" is not dev, asan or tsan" ;;
esac
[[ $mode != fuzz ]] || [[ $seconds =~ ^[1-9][0-9]{0,5}$ ]] ||
    bad_usage "--fuzz: \"$seconds\" is no number of seconds"
[[ $mode != fuzz ]] || preset=fuzz
build=$root/build/$preset

export QT_QPA_PLATFORM=offscreen
# Whole paths, since each test runs in a folder of its own.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$root/tests/lsan.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# The names of the programs that folder $1 has a source $2_*.cpp for.
programs()
{
    local source
    for source in "$root/tests/$1/$2"_*.cpp; do
        [[ -e $source ]] || give_up "there is no tests/$1/$2_*.cpp"
        basename "$source" .cpp
    done
}

# Configures the preset and builds "$@", or everything.
build_targets()
{
    say "Building preset $preset in $build"
    (cd "$root" && cmake --preset "$preset" --log-level=WARNING)
    ninja -C "$build" "$@"
}

# CTest's output, with its closing lines kept back in file $1.
keep_closing_lines()
{
    local line closing=false
    while IFS= read -r line; do
        [[ $line =~ ^[0-9]+%\ tests\ passed ]] && closing=true
        if $closing; then printf '%s\n' "$line" >>"$1"; else printf '%s\n' "$line"; fi
    done
}

# Prints the skips of the last run. Fails when CI=true and one is without a good reason.
report_skips()
{
    local log=$build/Testing/Temporary/LastTest.log skips unexcused
    # Data beside the checkout that the machine has not; checks that only another user than root can make.
    local excuses='the shared (data|sample) (is|are) not here|root may (write|read)'
    skips=$(grep -a '^SKIP   :' "$log" || true)
    [[ -n $skips ]] || return 0
    say "Skipped"
    printf '%s\n' "$skips"
    [[ ${CI:-} == true ]] || return 0
    unexcused=$(grep -avE "$excuses" <<<"$skips" || true)
    [[ -n $unexcused ]] || return 0
    say "Skipped without a reason that counts (CI=true)"
    printf '%s\n' "$unexcused"
    return 1
}

run_tests()
{
    local status=0 skipped=0 closing
    local -a filter=()
    [[ -z $regex ]] || filter=(-R "$regex")
    build_targets
    say "Running the tests"
    closing=$(mktemp)
    # shellcheck disable=SC2064
    trap "rm -f '$closing'" EXIT
    ctest --test-dir "$build" -j"$(nproc)" --output-on-failure --no-tests=error "${filter[@]}" 2>&1 |
        keep_closing_lines "$closing" || status=$?
    report_skips || skipped=1
    echo
    cat "$closing"
    ((status == 0)) || exit "$status"
    exit "$skipped"
}

run_benches()
{
    local -a names
    local name
    mapfile -t names < <(programs bench bench)
    build_targets "${names[@]}"
    for name in "${names[@]}"; do
        [[ $name =~ $regex ]] || continue
        say "$name"
        "$build/tests/bench/$name"
    done
}

run_fuzzers()
{
    local -a names
    local name
    mapfile -t names < <(programs fuzz fuzz)
    build_targets "${names[@]}"
    for name in "${names[@]}"; do
        [[ $name =~ $regex ]] || continue
        say "$name for $seconds s; what it finds goes to $build/findings"
        mkdir -p "$build/corpus/$name" "$build/findings"
        "$build/tests/fuzz/$name" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 \
            -print_final_stats=1 -artifact_prefix="$build/findings/$name-" "$build/corpus/$name"
    done
}

# Node for the server that tests keep a TimescaleDB history on, whoever packaged it; then what that server is made of,
# exactly as the lock file has it. Without them those tests are skipped with the reason.
install_timescale()
{
    local folder=$root/tests/timescale
    if ! { command -v node && command -v npm; } >/dev/null; then install_missing nodejs npm; fi
    [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] && return
    say "Installing tests/timescale"
    (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts) || echo "npm did not install it; see above"
}

packages=("${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}")
[[ $mode != fuzz ]] || packages+=("${FUZZ_PACKAGES[@]}")
if $install; then
    install_missing "${packages[@]}"
    [[ $mode != tests ]] || install_timescale
fi
case $mode in
    tests) run_tests ;;
    bench) run_benches ;;
    fuzz) run_fuzzers ;;
esac
