// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/borrowing.h"

#include "core/portfolio/margin.h"

#include <algorithm>

namespace core::portfolio {

namespace {

constexpr double MAX_YEARLY_RATE = 10.0;
constexpr std::int64_t YEAR_MICROSECONDS = 365LL * 24 * 3600 * 1'000'000;
/// What makes one count of money in a clock's units.
constexpr Int128 ACCRUED_PER_COUNT = static_cast<Int128>(RATIO_UNIT) * YEAR_MICROSECONDS;
constexpr Nanoseconds HOUR = std::chrono::hours(1);
constexpr Nanoseconds ROLLOVER_PERIOD = std::chrono::hours(4);

/// The first of start, start + period, … that is after `time`; `start` is not after it.
Timestamp nextAfter(Timestamp start, Nanoseconds period, Timestamp time)
{
    return start + period * ((time - start) / period + 1);
}

Money borrowedCash(const Account& account)
{
    return account.cash() < Money() ? -account.cash() : Money();
}

/// Walks one account's clock through time.
class Settlement
{
public:
    Settlement(Account& account, BorrowClock& clock, const BorrowTerms& terms,
               std::span<const market::Instrument> instruments, std::span<const Price> marks,
               CorrelationId correlation, std::vector<LedgerEntry>& entries)
        : m_account(account), m_clock(clock), m_terms(terms), m_instruments(instruments), m_marks(marks),
          m_correlation(correlation), m_entries(entries)
    {}

    void run(Timestamp until, Due due)
    {
        while (owesAnything()) {
            const Timestamp next = nextDue();
            if (next > until || (next == until && due == Due::BeforeTheEnd))
                break;
            accrue(next);
            bookDue(next);
            m_clock.bookedTo = next;
        }
        accrue(until);
        m_clock.bookedTo = due == Due::AtTheEnd ? until : until - Nanoseconds(1);
    }

private:
    [[nodiscard]] Money shortExposure(SymbolIndex symbol) const
    {
        const Quantity held = m_account.position(symbol).quantity;
        if (held.lots() >= 0)
            return {};
        return saturate(-positionValue(m_instruments[symbol], m_marks[symbol], held));
    }

    [[nodiscard]] bool isShort() const
    {
        return !m_account.isFlat() &&
               std::any_of(m_account.positions().begin(), m_account.positions().end(),
                           [](const Position& position) { return position.quantity.lots() < 0; });
    }

    [[nodiscard]] bool owesAnything() const
    {
        return m_account.cash() < Money() || isShort() || m_clock.accrued >= ACCRUED_PER_COUNT;
    }

    [[nodiscard]] Timestamp nextDue() const
    {
        const Timestamp now = m_clock.bookedTo;
        Timestamp due = std::chrono::floor<std::chrono::hours>(now) + HOUR;
        if (m_terms.rollover == 0)
            return due;
        if (m_clock.cashSince)
            due = std::min(due, nextAfter(*m_clock.cashSince, ROLLOVER_PERIOD, now));
        for (const Position& position : m_account.positions()) {
            if (position.quantity.lots() < 0)
                due = std::min(due, nextAfter(position.opened, ROLLOVER_PERIOD, now));
        }
        return due;
    }

    void accrue(Timestamp to)
    {
        Int128 weight = static_cast<Int128>(borrowedCash(m_account).count()) * m_terms.cashRate;
        for (SymbolIndex i = 0; m_terms.shortRate > 0 && i < m_account.positions().size(); ++i)
            weight += static_cast<Int128>(shortExposure(i).count()) * m_terms.shortRate;
        m_clock.accrued += weight * (toMicroseconds(to) - toMicroseconds(m_clock.accruedTo));
        m_clock.accruedTo = to;
    }

    void bookDue(Timestamp time)
    {
        if (time == std::chrono::floor<std::chrono::hours>(time))
            bookAccrued(m_account, m_clock, m_correlation, m_entries);
        if (m_terms.rollover == 0)
            return;
        const auto falls = [time](Timestamp start) {
            return time > start && (time - start) % ROLLOVER_PERIOD == Nanoseconds(0);
        };
        Money borrowed;
        if (m_clock.cashSince && falls(*m_clock.cashSince))
            borrowed += borrowedCash(m_account);
        for (SymbolIndex i = 0; i < m_account.positions().size(); ++i) {
            if (m_account.position(i).quantity.lots() < 0 && falls(m_account.position(i).opened))
                borrowed = saturate(static_cast<Int128>(borrowed.count()) + shortExposure(i).count());
        }
        m_account.chargeInterest(rateOf(borrowed, m_terms.rollover), time, m_correlation, m_entries);
        m_clock.noteCash(m_account.cash(), time);
    }

    static Money rateOf(Money amount, std::int64_t rate)
    {
        return saturate(divideHalfEven(static_cast<Int128>(amount.count()) * rate, RATIO_UNIT));
    }

    Account& m_account;
    BorrowClock& m_clock;
    const BorrowTerms& m_terms;
    std::span<const market::Instrument> m_instruments;
    std::span<const Price> m_marks;
    CorrelationId m_correlation;
    std::vector<LedgerEntry>& m_entries;
};

} // namespace

Result<BorrowTerms> BorrowTerms::make(double yearlyRate, double openingFee, double rollover)
{
    const auto isFee = [](double rate) { return rate >= 0.0 && rate < 1.0; };
    if (!(yearlyRate >= 0.0 && yearlyRate <= MAX_YEARLY_RATE) || !isFee(openingFee) || !isFee(rollover))
        return Error{ErrorCode::InvalidInput, "a rate for borrowing is negative or too high",
                     "Write rates as fractions: 0.05 is 5 % a year, 10 the most."};
    const std::int64_t yearly = *decimalNearest(yearlyRate, 8);
    return BorrowTerms{yearly, yearly, *decimalNearest(openingFee, 8), *decimalNearest(rollover, 8)};
}

Money newlyBorrowed(Money cash, bool buying, Money notional, Money fee)
{
    if (!buying)
        return notional;
    const Money owed = cash < Money() ? -cash : Money();
    const Money after = cash - notional - fee;
    return after < Money() ? -after - owed : Money();
}

void bookAccrued(Account& account, BorrowClock& clock, CorrelationId correlation,
                 std::vector<LedgerEntry>& entries)
{
    const Int128 whole = clock.accrued / ACCRUED_PER_COUNT;
    clock.accrued -= whole * ACCRUED_PER_COUNT;
    account.chargeInterest(saturate(whole), clock.accruedTo, correlation, entries);
    clock.noteCash(account.cash(), clock.accruedTo);
}

void settleBorrowing(Account& account, BorrowClock& clock, const BorrowTerms& terms,
                     std::span<const market::Instrument> instruments, std::span<const Price> marks,
                     Timestamp until, Due due, CorrelationId correlation,
                     std::vector<LedgerEntry>& entries)
{
    if (clock.accruedTo == Timestamp::min())
        clock.accruedTo = clock.bookedTo = until;
    if (until > clock.bookedTo)
        Settlement(account, clock, terms, instruments, marks, correlation, entries).run(until, due);
}

} // namespace core::portfolio
