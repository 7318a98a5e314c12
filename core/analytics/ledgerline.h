// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <optional>

namespace core::analytics {

/// What moved an account's cash, as far as performance tells it apart.
enum class Cause : std::uint8_t {
    Deposit,
    Withdrawal,
    Trade,
    Fee,
    OpeningFee,
    LiquidationFee,
    BorrowInterest,
    Funding,
    BadDebt
};

/// One line of an account's ledger.
struct LedgerLine
{
    Timestamp time;
    Cause cause = Cause::Trade;
    std::optional<SymbolIndex> symbol; ///< None where it concerns the account as a whole.
    Money cash;                        ///< What it added to cash.
    Quantity quantity;                 ///< What it added to the position; of trades.
};

/// What a fill says beyond its ledger lines.
struct FillLine
{
    Money notional;         ///< Not negative.
    Money slippage;         ///< Paid in the price, not negative.
    Money spread;           ///< Paid in the price, not negative.
    bool ambiguous = false; ///< The bar's extremes in the other order had filled it otherwise.
};

} // namespace core::analytics
