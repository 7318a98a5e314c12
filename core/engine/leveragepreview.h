// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

namespace core::engine {

/// What an account can open with certain leverages, at its marks and in quote units.
struct LeverageView {
    Money initialMargin; ///< I = L / long_leverage + S / short_leverage, rounded up.
    Money freeMargin;    ///< E − I, what could still be tied up; negative when less is there than bound.
    Money longPower;     ///< The longs that could be added, costs left out: the most n with I ≤ E.
    Money shortPower;    ///< The shorts likewise.
    bool blocksEntries = false; ///< Nothing is free: whatever adds exposure is refused.
    /// Used in full, a leverage above 1 / r lies beyond the maintenance margin: a call comes at once.
    bool callsWhenUsed = false;
    bool operator==(const LeverageView&) const = default;
};

/// What a change of leverage does. Equity, exposure, the margin level, the margin call and liquidation
/// prices do not depend on leverage and stay as they are.
struct LeveragePreview {
    LeverageView before;
    LeverageView after;
};

/// Computes what SetLeverage would do to the account as it stands; leverages in 1/10,000, valid ones.
/// The engine goes by the same formulas. What closes an open position is never held back, and the
/// margin that it frees is not counted here. Pure; any thread.
[[nodiscard]] LeveragePreview previewLeverage(const AccountSnapshot& account, std::int64_t longLeverage,
                                              std::int64_t shortLeverage);

} // namespace core::engine
