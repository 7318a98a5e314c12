// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"

#include <atomic>

namespace core::history {

/// The clock of a download, and its patience. Injected, so that tests need not wait.
class Pace
{
public:
    virtual ~Pace() = default;
    /// The wall clock, which may be wrong and may be set while a download runs.
    [[nodiscard]] virtual Timestamp now() = 0;
    /// Time since some fixed moment; never runs backwards.
    [[nodiscard]] virtual Nanoseconds elapsed() = 0;
    /// Waits; false as soon as `cancel` is true.
    [[nodiscard]] virtual bool pause(Nanoseconds length, const std::atomic<bool>& cancel) = 0;
};

/// Waits for real, and looks at `cancel` ten times a second.
class RealPace final : public Pace
{
public:
    Timestamp now() override;
    Nanoseconds elapsed() override;
    bool pause(Nanoseconds length, const std::atomic<bool>& cancel) override;
};

} // namespace core::history
