// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/funding.h"

#include "core/portfolio/margin.h"

#include <algorithm>
#include <optional>

namespace core::portfolio {

namespace {

using market::FundingRate;

/// When a rate is due next, after `time` and not after `until`, of the symbols that are held.
std::optional<Timestamp> nextFunding(const Account& account, std::span<const FundingSchedule> schedules,
                                     Timestamp time, Timestamp until)
{
    std::optional<Timestamp> next;
    for (SymbolIndex i = 0; i < schedules.size(); ++i) {
        if (account.position(i).quantity.isZero())
            continue;
        const auto rate = std::ranges::upper_bound(schedules[i], time, {}, &FundingRate::due);
        if (rate != schedules[i].end() && rate->due() <= until && (!next || rate->due() < *next))
            next = rate->due();
    }
    return next;
}

/// Books the rates that are due at exactly `time`.
void bookFunding(Account& account, const HoldingTerms& terms, Timestamp time, std::vector<LedgerEntry>& entries)
{
    for (SymbolIndex i = 0; i < terms.funding.size(); ++i) {
        const Quantity held = account.position(i).quantity;
        if (held.isZero())
            continue;
        auto rate = std::ranges::lower_bound(terms.funding[i], time, {}, &FundingRate::due);
        for (; rate != terms.funding[i].end() && rate->due() == time; ++rate) {
            const Int128 paid = positionValue(terms.instruments[i], terms.marks[i], held) * rate->rate;
            account.payFunding(i, saturate(-divideHalfEven(paid, market::FUNDING_UNIT)), time, terms.correlation,
                               entries);
        }
    }
}

} // namespace

void settleHolding(Account& account, BorrowClock& clock, Timestamp& fundedTo, const HoldingTerms& terms,
                   Timestamp until, Due due, std::vector<LedgerEntry>& entries)
{
    const auto borrow = [&](Timestamp to, Due when) {
        if (!terms.borrow.isFree())
            settleBorrowing(account, clock, terms.borrow, terms.instruments, terms.marks, to, when, terms.correlation,
                            entries);
    };
    const Timestamp last = due == Due::AtTheEnd ? until : until - Nanoseconds(1);
    while (const auto next = nextFunding(account, terms.funding, fundedTo, last)) {
        borrow(*next, Due::AtTheEnd);
        bookFunding(account, terms, *next, entries);
        clock.noteCash(account.cash(), *next);
        fundedTo = *next;
    }
    fundedTo = last;
    borrow(until, due);
}

} // namespace core::portfolio
