// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/market/fundingrate.h"
#include "core/portfolio/borrowing.h"

#include <span>
#include <vector>

namespace core::portfolio {

/// The rates of one symbol, by the time at which they are due; empty where it pays none.
using FundingSchedule = std::span<const market::FundingRate>;

/// What holding positions goes by while time passes and nothing is traded.
struct HoldingTerms {
    const BorrowTerms& borrow;
    std::span<const FundingSchedule> funding; ///< By symbol; empty when none pays any.
    std::span<const market::Instrument> instruments;
    std::span<const Price> marks;
    CorrelationId correlation;
};

/// Books interest, as settleBorrowing, and funding, each when it falls due and in that order, since the one is
/// borrowed on the other. A rate costs q·mark·rate for a position q, rounded half-even to money: longs pay a
/// positive one, shorts receive it. `fundedTo` is the time until which, itself included, funding is booked.
void settleHolding(Account& account, BorrowClock& clock, Timestamp& fundedTo, const HoldingTerms& terms,
                   Timestamp until, Due due, std::vector<LedgerEntry>& entries);

} // namespace core::portfolio
