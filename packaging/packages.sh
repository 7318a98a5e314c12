# SPDX-FileCopyrightText: The Quarterdeck authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The Debian 12 packages that Quarterdeck needs, and how they are installed. Sourced by packaging/run.sh
# and tests/run.sh, so that each name stands in one place.

# To build both programs. libspdlog-dev brings fmt, qt6-base-dev Qt's Core, Sql, Widgets and Test.
BUILD_PACKAGES=(
    g++ cmake ninja-build ccache pkg-config
    qt6-base-dev qt6-charts-dev qt6-svg-dev libqt6opengl6-dev
    libspdlog-dev nlohmann-json3-dev liblua5.4-dev libsodium-dev zlib1g-dev libarchive-dev
    libsqlite3-dev libpq-dev
)

# What the programs load when they run: the database drivers and the fonts of the window.
RUN_PACKAGES=(libqt6sql6-sqlite libqt6sql6-psql fonts-inter fonts-jetbrains-mono)

# What the window needs besides on a Wayland desktop without X11.
WAYLAND_PACKAGES=(qt6-wayland)

# What the tests need besides: no desktop, but the fonts, since widths are tested. They start a database
# server of their own.
TEST_PACKAGES=(
    libqt6sql6-sqlite libqt6sql6-psql fonts-inter fonts-jetbrains-mono
    librapidcheck-dev libbenchmark-dev minisign postgresql-15 lld
)

FUZZ_PACKAGES=(clang-14 libclang-rt-14-dev)

say()
{
    printf '\n== %s\n' "$*"
}

# Says on stderr what is wrong and what to do, and ends.
give_up()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The words of "$@" that are not installed, one a line. Asks the local database only.
missing_packages()
{
    local installed package
    # It fails when one is unknown; those it knows are printed all the same.
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        grep -qxF "installed $package" <<<"$installed" || echo "$package"
    done
}

# Installs those of "$@" that are missing; touches neither network nor root's rights when none is.
install_missing()
{
    local -a missing as_root=()
    command -v dpkg-query >/dev/null ||
        give_up "this is no Debian: install the counterparts of \"$*\" yourself, then use --no-install"
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        say "All $# packages are installed"
        return
    fi
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            give_up "packages are missing and there is no sudo. As root, run
    apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
        echo "(sudo may ask for your password)"
    fi
    "${as_root[@]}" apt-get -q update || give_up "apt-get cannot read the package lists; see above"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "${missing[@]}" ||
        give_up "apt-get did not install everything; see above"
}
