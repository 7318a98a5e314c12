// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <optional>
#include <vector>

namespace ui::models {

/// An account as it would stand if every mark moved by the same share, all else equal.
struct WhatIf
{
    core::Money equity;
    core::Money exposure;     ///< Longs and shorts, both counted positive.
    double marginLevel = 0.0; ///< equity / exposure; infinity when flat.
    bool called = false;      ///< The equity would be below the maintenance margin.
};

/// Moves all marks by `permille` thousandths (−173 is −17.3 %). Every mark times 1 + x gives
/// E' = E + x·(L − S) and exposure (L + S)·(1 + x), rounded half-even to Money.
[[nodiscard]] WhatIf whatIf(const core::engine::AccountSnapshot& account, int permille);

/// Who is called first when all marks move together.
struct FirstCall
{
    core::AccountIndex account = 0;
    double move = 0.0;                 ///< The common move that brings the call.
    std::optional<double> aloneMove;   ///< The nearest move of one symbol that brings it, where the
    core::SymbolIndex aloneSymbol = 0; ///< account holds more than one.
};

/// The account with the smallest common move to its call, whichever the direction. None when no
/// account can be called by a common move.
[[nodiscard]] std::optional<FirstCall> firstCall(const core::engine::EngineSnapshot& snapshot);

/// As firstCall, only for moves down (negative) or up.
[[nodiscard]] std::optional<FirstCall> firstCall(const core::engine::EngineSnapshot& snapshot,
                                                 bool down);

/// The symbols of an account in the order in which a margin call would close them, all in full:
/// largest exposure first. A common move changes nothing of that order.
[[nodiscard]] std::vector<core::SymbolIndex>
closingOrder(const core::engine::EngineSnapshot& snapshot,
             const core::engine::AccountSnapshot& account);

} // namespace ui::models
