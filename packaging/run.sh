#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Quarterdeck authors
# SPDX-License-Identifier: GPL-3.0-or-later
# From a clean Debian 12 to a running Quarterdeck. See --help.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=packages.sh
source "$root/packaging/packages.sh"

usage()
{
    cat <<'HELP'
Usage: packaging/run.sh [options]

Installs the Debian packages that Quarterdeck needs, builds it, fills a demo workspace and opens the
window on it. Without a display it replays on the command line and renders the window to PNG files.

Options:
  --csv FILE       import your own candles instead of the simulated sample
  --symbol SYMBOL  what the candles of --csv are of (default: BTC/USD)
  --no-install     install nothing
  --help           this

The demo workspace is quarterdeck/demo in your data folder (XDG_DATA_HOME or ~/.local/share). Candles of
your own go to quarterdeck/demo-csv, so that simulated and real ones never mix.
HELP
}

bad_usage()
{
    printf 'run.sh: %s. See packaging/run.sh --help.\n' "$1" >&2
    exit 2
}

csv='' symbol=BTC/USD symbol_given=false timeframe=1m install=true
while (($# > 0)); do
    case $1 in
        --csv | --symbol) (($# > 1)) || bad_usage "$1 needs a value" ;;
    esac
    case $1 in
        --csv) csv=$2; shift ;;
        --symbol) symbol=$2; symbol_given=true; shift ;;
        --no-install) install=false ;;
        --help | -h) usage; exit 0 ;;
        *) bad_usage "$1 is no option" ;;
    esac
    shift
done
! $symbol_given || [[ -n $csv ]] || bad_usage "--symbol goes with --csv"
# Before minutes are spent on a build.
[[ -z $csv || -r $csv ]] || give_up "$csv cannot be read; nothing was done"

build=$root/build/release
cli=$build/app/quarterdeck-cli
workspace=${XDG_DATA_HOME:-$HOME/.local/share}/quarterdeck/demo${csv:+-csv}

build_programs()
{
    say "Building Quarterdeck in $build"
    (cd "$root" && cmake --preset release --log-level=WARNING)
    ninja -C "$build" quarterdeck quarterdeck-cli
}

# 30,000 one-minute candles of a walk that trends now and then. The generator counts in integers below
# 2^53, so that every awk writes the same bytes.
simulate_candles()
{
    LC_ALL=C awk '
        function random(n) { seed = (seed * 16807) % 2147483647; return seed % n }
        function cents(c) { return sprintf("%d.%02d", int(c / 100), c % 100) }
        BEGIN {
            seed = 20240101
            time = 1704067200
            close_ = 4000000
            print "time,open,high,low,close,volume"
            for (i = 0; i < 30000; ++i) {
                if (i % 360 == 0) drift = random(701) - 350
                open_ = close_
                step = (random(4001) - 2000) * 2 + drift
                if (open_ + step < 2000000 || open_ + step > 8000000) { drift = -drift; step = -step }
                close_ = open_ + step
                high = (close_ > open_ ? close_ : open_) + random(1500)
                low = (close_ < open_ ? close_ : open_) - random(1500)
                printf "%d,%s,%s,%s,%s,%d.%04d\n", time + 60 * i, cents(open_), cents(high),
                    cents(low), cents(close_), 5 + random(40), random(10000)
            }
        }'
}

import_candles()
{
    local sample report
    if [[ -n $csv ]]; then
        say "Importing $csv as $symbol"
        report=$("$cli" import --workspace "$workspace" --symbol "$symbol" -- "$csv")
        printf '%s\n' "$report"
        # "… rows of 1d candles, …": the replay takes the bars that the file has.
        timeframe=$(sed -nE 's/.* rows of ([0-9]+[mhdw]) candles, .*/\1/p' <<<"$report")
        return
    fi
    say "Importing a sample of 30,000 one-minute candles. It is SIMULATED, no market ever traded so;
   bring your own candles with --csv FILE or from the window"
    sample=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$sample'" EXIT
    simulate_candles >"$sample/simulated.csv"
    # The venue is what the window shows beside the symbol.
    "$cli" import --workspace "$workspace" --symbol "$symbol" --venue simulated --volume base \
        "$sample/simulated.csv"
    rm -rf "$sample"
}

# Approves the shipped example once. A file that was edited or revoked since waits for its reader.
approve_example()
{
    local state
    state=$("$cli" strategies show sma_cross --workspace "$workspace" |
        awk '$1 == "state" && !seen { sub(/:$/, "", $2); print $2; seen = 1 }')
    if [[ $state == unknown ]]; then
        say "Approving strategies/sma_cross.lua, which ships with Quarterdeck, for this workspace"
        "$cli" strategies approve --workspace "$workspace" --note "approved by packaging/run.sh" \
            "$root/strategies/sma_cross.lua"
    else
        say "The strategy sma_cross is $state in this workspace; that is left as it is"
    fi
}

open_window()
{
    say "Opening the window on $workspace. Ctrl+N makes a new replay"
    exec "$build/app/quarterdeck" --workspace "$workspace"
}

replay_without_display()
{
    local pictures=$workspace/pictures
    say "There is no display, so the replay runs on the command line"
    "$cli" replay --strategy sma_cross --symbol "$symbol" --timeframe "${timeframe:-1m}" \
        --workspace "$workspace"
    say "Rendering the window and its panels"
    "$build/app/quarterdeck" --workspace "$workspace" --screenshot "$pictures"
    say "The pictures are in $pictures"
}

packages=("${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}")
[[ -n ${DISPLAY:-} || -z ${WAYLAND_DISPLAY:-} ]] || packages+=("${WAYLAND_PACKAGES[@]}")
! $install || install_missing "${packages[@]}"
build_programs
import_candles
approve_example
if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    open_window
else
    replay_without_display
fi
