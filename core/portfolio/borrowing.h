// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/portfolio/account.h"

#include <span>
#include <vector>

namespace core::portfolio {

/// What borrowing costs. Negative cash is borrowed to hold longs, short exposure is borrowed base
/// currency valued at its mark. Rates are counted in 1e-8; all zero is free.
struct BorrowTerms {
    std::int64_t cashRate = 0;   ///< For a year of 365 days of negative cash.
    std::int64_t shortRate = 0;  ///< For a year of 365 days of short exposure.
    std::int64_t openingFee = 0; ///< Of what a fill newly borrows.
    std::int64_t rollover = 0;   ///< Of what is borrowed, every 4 hours from its opening.

    [[nodiscard]] bool isFree() const
    {
        return cashRate == 0 && shortRate == 0 && openingFee == 0 && rollover == 0;
    }
    /// Fails with InvalidInput on a yearly rate that is not in 0 … 10, or a fee not in 0 … 1 (without it).
    [[nodiscard]] static Result<BorrowTerms> make(double yearlyRate, double openingFee, double rollover);
};

/// How far an account's interest is accrued: part of the account's state, copied with it.
struct BorrowClock {
    Timestamp accruedTo = Timestamp::min(); ///< The lowest time before the first event.
    Timestamp bookedTo; ///< What fell due until then, this time included, is booked.
    /// Interest not booked yet: ∫ Σ rate · amount dt in 1e-8 · counts · microseconds. What is less than
    /// one count of money stays here, so nothing is lost to rounding.
    Int128 accrued = 0;
    std::optional<Timestamp> cashSince; ///< Since when cash has been negative.
    bool operator==(const BorrowClock&) const = default;

    /// Starts or ends the time for which cash is borrowed.
    void noteCash(Money cash, Timestamp time)
    {
        if (cash >= Money())
            cashSince.reset();
        else if (!cashSince)
            cashSince = time;
    }
};

/// What a fill's part that opens a position newly borrows: a short's notional; of a long what its
/// notional and fee take from cash below zero.
[[nodiscard]] Money newlyBorrowed(Money cash, bool buying, Money notional, Money fee);

/// Says whether what falls due at the very end of a stretch is booked with it or left to what follows.
enum class Due : std::uint8_t { AtTheEnd, BeforeTheEnd };

/// Accrues interest up to `until`, short exposure valued at `marks`, and books it at every full UTC hour
/// on the way, rollovers when they fall due. A gap of any length is walked hour by hour, so the result
/// does not depend on how often this is called while amounts and marks stay as they are.
void settleBorrowing(Account& account, BorrowClock& clock, const BorrowTerms& terms,
                     std::span<const market::Instrument> instruments, std::span<const Price> marks,
                     Timestamp until, Due due, CorrelationId correlation,
                     std::vector<LedgerEntry>& entries);

/// Books what is accrued at once, for an account that comes to its end between two hours.
void bookAccrued(Account& account, BorrowClock& clock, CorrelationId correlation,
                 std::vector<LedgerEntry>& entries);

} // namespace core::portfolio
