// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/funding.h"

#include <QTest>

using namespace core;
using namespace core::portfolio;

namespace {

constexpr Timestamp START = std::chrono::sys_days(std::chrono::days(19'723)); // 2024-01-01
constexpr Nanoseconds HOUR = std::chrono::hours(1);
constexpr std::int64_t BASIS_POINT = market::FUNDING_UNIT / 10'000;

market::FundingRate rate(int hours, std::int64_t value)
{
    return {START + HOUR * hours, START + HOUR * hours, value};
}

/// An account of 1,000 that holds a perpetual at a mark of 100, one lot a hundredth.
class Holder
{
public:
    explicit Holder(std::vector<market::FundingRate> funding, BorrowTerms borrowTerms = {})
        : terms(borrowTerms), rates(std::move(funding))
    {
        m_instruments[0].priceDecimals = 0;
        m_instruments[0].lotDecimals = 2;
        account.deposit(*Money::parse("1000"), START, entries);
        settle(0);
        entries.clear();
    }

    void hold(std::int64_t lots)
    {
        TradePart part;
        part.quantity = Quantity(lots);
        part.notional = market::notional(m_instruments[0], marks[0], Quantity(std::abs(lots)));
        part.time = START;
        account.trade(part, entries);
        clock.noteCash(account.cash(), START);
        entries.clear();
    }
    void settle(int hours, Due due = Due::AtTheEnd)
    {
        const FundingSchedule schedule = rates;
        settleHolding(account, clock, fundedTo, {terms, std::span(&schedule, 1), m_instruments, marks, CorrelationId{1}},
                      START + HOUR * hours, due, entries);
    }
    [[nodiscard]] std::vector<LedgerEntry> booked(EntryKind kind) const
    {
        std::vector<LedgerEntry> found;
        std::ranges::copy_if(entries, std::back_inserter(found),
                             [kind](const LedgerEntry& entry) { return entry.kind == kind; });
        return found;
    }
    [[nodiscard]] std::vector<LedgerEntry> paid() const { return booked(EntryKind::Funding); }

    BorrowTerms terms;
    std::vector<market::FundingRate> rates;
    Account account{AccountSettings{}, 1};
    BorrowClock clock;
    Timestamp fundedTo = Timestamp::min();
    std::vector<Price> marks{Price(100)};
    std::vector<LedgerEntry> entries;

private:
    std::vector<market::Instrument> m_instruments{1};
};

} // namespace

/// What a held perpetual pays and receives.
class TestFunding : public QObject
{
    Q_OBJECT

private slots:
    void longsPayAPositiveRate()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.hold(500);
        holder.settle(8);
        // Five at 100 are 500, a basis point of it 0.05.
        QCOMPARE(holder.paid().size(), 1U);
        QCOMPARE(holder.paid()[0].cash.toString(), std::string("-0.05000000"));
        QVERIFY(holder.paid()[0].time == START + HOUR * 8);
        QCOMPARE(holder.paid()[0].quantity.lots(), 0);
    }

    void shortsReceiveIt()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.hold(-500);
        holder.settle(8);
        QCOMPARE(holder.paid()[0].cash.toString(), std::string("0.05000000"));
    }

    void aNegativeRateGoesTheOtherWay()
    {
        Holder holder({rate(8, -BASIS_POINT)});
        holder.hold(500);
        holder.settle(8);
        QCOMPARE(holder.paid()[0].cash.toString(), std::string("0.05000000"));
    }

    void cashIsTheSumOfItsEntries()
    {
        Holder holder({rate(8, BASIS_POINT), rate(16, 3 * BASIS_POINT)});
        holder.hold(500);
        const Money before = holder.account.cash();
        holder.settle(24);
        Money sum;
        for (const LedgerEntry& entry : holder.entries)
            sum += entry.cash;
        QCOMPARE(holder.account.cash() - before, sum);
        QCOMPARE(holder.paid().size(), 2U);
    }

    void nothingHeldPaysNothing()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.settle(8);
        QVERIFY(holder.entries.empty());
    }

    void whatWasDueBeforeThePositionIsNotPaid()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.settle(8);
        holder.hold(500);
        holder.settle(15);
        QVERIFY(holder.entries.empty());
    }

    void eachRateIsPaidOnce()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.hold(500);
        holder.settle(8);
        holder.settle(8);
        holder.settle(9);
        QCOMPARE(holder.paid().size(), 1U);
    }

    void whatIsDueAtTheEndWaitsWhereItSaysSo()
    {
        Holder holder({rate(8, BASIS_POINT)});
        holder.hold(500);
        holder.settle(8, Due::BeforeTheEnd);
        QVERIFY(holder.entries.empty());
        holder.settle(8);
        QCOMPARE(holder.paid().size(), 1U);
    }

    void itIsPaidWhenItIsKnown()
    {
        market::FundingRate late = rate(8, BASIS_POINT);
        late.knownAt = START + HOUR * 10;
        Holder holder({late});
        holder.hold(500);
        holder.settle(9);
        QVERIFY(holder.entries.empty());
        holder.settle(10);
        QVERIFY(holder.paid()[0].time == START + HOUR * 10);
    }

    void halfACountIsRoundedToEven()
    {
        // 100 · 0.01 lots of 1 are 1; 5e-9 of that is half a count of money.
        Holder holder({rate(1, 5'000), rate(2, 15'000)});
        holder.hold(1);
        holder.settle(2);
        QCOMPARE(holder.paid().size(), 1U);
        QCOMPARE(holder.paid()[0].cash.count(), -2);
    }

    void interestIsBorrowedOnWhatFundingTook()
    {
        // 1 % an hour so that nothing is lost to rounding; the account owes nothing but the funding.
        BorrowTerms terms;
        terms.cashRate = 8'760'000'000;
        Holder holder({rate(1, 10 * BASIS_POINT)}, terms);
        holder.hold(1'000);
        QCOMPARE(holder.account.cash(), Money());
        holder.settle(2);
        // 1 was paid after one hour and owed for the second.
        const auto interest = holder.booked(EntryKind::BorrowInterest);
        QCOMPARE(interest.size(), 1U);
        QVERIFY(interest[0].time == START + HOUR * 2);
        QCOMPARE(interest[0].cash.toString(), std::string("-0.01000000"));
    }

    void aRolloverCountsFromTheFundingThatWasBorrowed()
    {
        BorrowTerms terms;
        terms.rollover = 1'000'000;
        Holder holder({rate(1, 10 * BASIS_POINT)}, terms);
        holder.hold(1'000);
        holder.settle(5);
        const auto rollover = holder.booked(EntryKind::BorrowInterest);
        QCOMPARE(rollover.size(), 1U);
        QVERIFY(rollover[0].time == START + HOUR * 5);
        QCOMPARE(rollover[0].cash.toString(), std::string("-0.01000000"));
    }
};

QTEST_APPLESS_MAIN(TestFunding)
#include "tst_funding.moc"
