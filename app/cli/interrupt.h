// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace app::cli {

/// While it lives, Ctrl-C asks for an end instead of ending the program; a second one ends it at
/// once.
class InterruptGuard
{
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    /// Turns true with Ctrl-C or SIGTERM.
    [[nodiscard]] const std::atomic<bool>& requested() const;
};

} // namespace app::cli
