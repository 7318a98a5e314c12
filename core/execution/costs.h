// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/instrument.h"
#include "core/portfolio/borrowing.h"

namespace core::execution {

/// The rates of a session, counted in 1e-8 (0.001 is 100,000).
struct Costs {
    std::int64_t maker = 260'000;          ///< Of the notional, of orders that waited.
    std::int64_t taker = 260'000;          ///< Of the notional, of orders marketable on their first event.
    std::int64_t slippage = 50'000;        ///< Of the price of market and stop fills.
    std::int64_t liquidationFee = 500'000; ///< Of the notional, on top of the fee.
    portfolio::BorrowTerms borrow;

    /// Fails with InvalidInput on a rate that is not finite, negative or 1 and above.
    [[nodiscard]] static Result<Costs> make(double maker, double taker, double slippageBp,
                                            double liquidationFee);
};

/// rate × amount, rounded half-even.
[[nodiscard]] Money chargeOf(Money amount, std::int64_t rate);

/// The price after slippage, rounded to the tick against the account: up when buying, else down but
/// never below one tick.
[[nodiscard]] Price slipped(Price price, bool buying, std::int64_t rate);

} // namespace core::execution
