// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/borrowing.h"

#include <QTest>

using namespace core;
using namespace core::portfolio;

namespace {

constexpr Timestamp START = std::chrono::sys_days(std::chrono::days(19'723)); // 2024-01-01

/// An account that owes cash, is short, or both, and its clock.
class Debtor
{
public:
    explicit Debtor(BorrowTerms borrowTerms) : terms(borrowTerms)
    {
        m_instruments.resize(1);
        m_instruments[0].lotDecimals = 2;
        account.deposit(*Money::parse("100"), START, entries);
        settle(START);
        entries.clear();
    }

    /// Buys or sells so many lots at `price`.
    void trade(std::int64_t lots, std::int64_t price, Timestamp time)
    {
        settle(time);
        TradePart part;
        part.quantity = Quantity(lots);
        part.notional = market::notional(m_instruments[0], Price(price), Quantity(std::abs(lots)));
        part.time = time;
        account.trade(part, entries);
        clock.noteCash(account.cash(), time);
        marks[0] = Price(price);
    }
    void settle(Timestamp until)
    {
        settleBorrowing(account, clock, terms, m_instruments, marks, until, Due::AtTheEnd, CorrelationId{1}, entries);
    }
    [[nodiscard]] std::vector<LedgerEntry> interest() const
    {
        std::vector<LedgerEntry> found;
        for (const LedgerEntry& entry : entries) {
            if (entry.kind == EntryKind::BorrowInterest)
                found.push_back(entry);
        }
        return found;
    }

    BorrowTerms terms;
    Account account{AccountSettings{}, 1};
    BorrowClock clock;
    std::vector<Price> marks{Price(100)};
    std::vector<LedgerEntry> entries;

private:
    std::vector<market::Instrument> m_instruments;
};

/// 87.6 % a year is 0.01 % an hour.
constexpr BorrowTerms ONE_BP_AN_HOUR{87'600'000, 87'600'000, 0, 0};

Timestamp at(int minutes)
{
    return START + std::chrono::minutes(minutes);
}

} // namespace

/// Interest on what is borrowed: how much, when, and that nothing is lost or counted twice.
class TestBorrowing : public QObject
{
    Q_OBJECT

private slots:
    void negativeCashCostsInterestByTheHour();
    void shortExposureCostsInterestAtItsMark();
    void whoOwesNothingPaysNothing();
    void interestIsBookedAtFullHoursOnly();
    void aGapIsWalkedHourByHour();
    void stepsOfAnySizeGiveTheSame();
    void whatIsLessThanACountIsCarried();
    void borrowingForMinutesCostsMinutes();
    void rolloversFallDueFourHoursFromOpening();
    void rolloverOfCashCountsFromWhenItWentNegative();
    void newlyBorrowedIsWhatTheFillTakesBelowZero();
    void whatIsDueAtTheEndMayBeLeftToWhatFollows();
    void refusesRatesThatCannotBe();
    void anEndedAccountPaysWhatHadAccrued();
};

void TestBorrowing::negativeCashCostsInterestByTheHour()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, START); // 150.00 for 100.00: 50 are owed
    debtor.settle(at(60));
    QCOMPARE(debtor.interest().size(), 1U);
    QCOMPARE(debtor.interest()[0].cash.count(), -500'000); // 0.01 % of 50
    QVERIFY(debtor.interest()[0].time == at(60));
    QCOMPARE(debtor.account.borrowInterest().count(), 500'000);
    // The next hour costs interest on that too.
    debtor.settle(at(120));
    QCOMPARE(debtor.interest().at(1).cash.count(), -500'050);
}

void TestBorrowing::shortExposureCostsInterestAtItsMark()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(-10'000, 100, START);
    debtor.marks[0] = Price(120);
    debtor.settle(at(60));
    QCOMPARE(debtor.interest().at(0).cash.count(), -1'200'000);
}

void TestBorrowing::whoOwesNothingPaysNothing()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(9'000, 100, START);
    debtor.settle(at(60 * 24 * 365));
    QVERIFY(debtor.interest().empty());
}

void TestBorrowing::interestIsBookedAtFullHoursOnly()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, at(30));
    debtor.settle(at(59));
    QVERIFY(debtor.interest().empty());
    debtor.settle(at(61));
    QCOMPARE(debtor.interest().size(), 1U);
    QCOMPARE(debtor.interest()[0].cash.count(), -250'000);
    QVERIFY(debtor.interest()[0].time == at(60));
}

void TestBorrowing::aGapIsWalkedHourByHour()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, START);
    debtor.settle(at(60 * 48 + 17));
    QCOMPARE(debtor.interest().size(), 48U);
    QVERIFY(debtor.interest().back().time == at(60 * 48));
}

void TestBorrowing::stepsOfAnySizeGiveTheSame()
{
    const auto walk = [](int step) {
        Debtor debtor({123'456'789, 98'765'432, 0, 20'000});
        debtor.trade(-7'777, 133, at(7));
        for (int minute = 7; minute < 3000; minute += step)
            debtor.settle(at(minute));
        debtor.settle(at(3000));
        return debtor;
    };
    const Debtor fine = walk(1);
    const Debtor coarse = walk(997);
    QCOMPARE(fine.account.cash().count(), coarse.account.cash().count());
    QCOMPARE(fine.interest().size(), coarse.interest().size());
    QVERIFY(fine.clock.accrued == coarse.clock.accrued);
}

void TestBorrowing::whatIsLessThanACountIsCarried()
{
    // 0.00000001 owed at 100 % a year: a count of interest takes a year.
    Debtor debtor({100'000'000, 0, 0, 0});
    debtor.trade(10'000, 100, START);
    debtor.account.chargeInterest(Money(1), START, {}, debtor.entries);
    debtor.clock.noteCash(debtor.account.cash(), START);
    debtor.entries.clear();
    debtor.settle(START + std::chrono::hours(365 * 24 - 1));
    QVERIFY(debtor.interest().empty());
    debtor.settle(START + std::chrono::hours(365 * 24));
    QCOMPARE(debtor.interest().size(), 1U);
    QCOMPARE(debtor.interest()[0].cash.count(), -1);
}

void TestBorrowing::borrowingForMinutesCostsMinutes()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, at(10));
    debtor.trade(-15'000, 100, at(25));
    debtor.settle(at(60));
    QCOMPARE(debtor.interest().at(0).cash.count(), -125'000); // a quarter of an hour
}

void TestBorrowing::rolloversFallDueFourHoursFromOpening()
{
    Debtor debtor({0, 0, 0, 20'000}); // 0.02 %
    debtor.trade(-10'000, 100, at(30));
    debtor.settle(at(4 * 60 + 29));
    QVERIFY(debtor.interest().empty());
    debtor.settle(at(8 * 60 + 30));
    QCOMPARE(debtor.interest().size(), 2U);
    QVERIFY(debtor.interest()[0].time == at(4 * 60 + 30));
    QVERIFY(debtor.interest()[1].time == at(8 * 60 + 30));
    QCOMPARE(debtor.interest()[0].cash.count(), -2'000'000);
    // Closed before the third: nothing more.
    debtor.trade(10'000, 100, at(12 * 60));
    debtor.settle(at(24 * 60));
    QCOMPARE(debtor.interest().size(), 2U);
}

void TestBorrowing::rolloverOfCashCountsFromWhenItWentNegative()
{
    Debtor debtor({0, 0, 0, 20'000});
    debtor.trade(9'000, 100, at(10));
    debtor.trade(6'000, 100, at(50)); // now 50 are owed
    debtor.settle(at(4 * 60 + 50));
    QCOMPARE(debtor.interest().size(), 1U);
    QVERIFY(debtor.interest()[0].time == at(4 * 60 + 50));
    QCOMPARE(debtor.interest()[0].cash.count(), -1'000'000);
}

void TestBorrowing::newlyBorrowedIsWhatTheFillTakesBelowZero()
{
    const auto borrowed = [](std::int64_t cash, bool buying) {
        return newlyBorrowed(Money(cash), buying, Money(150), Money(1)).count();
    };
    QCOMPARE(borrowed(200, true), 0);
    QCOMPARE(borrowed(100, true), 51);
    QCOMPARE(borrowed(-10, true), 151);
    QCOMPARE(borrowed(100, false), 150);
}

void TestBorrowing::whatIsDueAtTheEndMayBeLeftToWhatFollows()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, START);
    settleBorrowing(debtor.account, debtor.clock, debtor.terms, {}, {}, at(60), Due::BeforeTheEnd, {},
                    debtor.entries);
    QVERIFY(debtor.interest().empty());
    debtor.settle(at(60));
    QCOMPARE(debtor.interest().size(), 1U);
    QCOMPARE(debtor.interest()[0].cash.count(), -500'000);
    debtor.settle(at(60));
    QCOMPARE(debtor.interest().size(), 1U);
}

void TestBorrowing::refusesRatesThatCannotBe()
{
    QVERIFY(BorrowTerms::make(0.05, 0.0002, 0.0002).ok());
    QVERIFY(BorrowTerms::make(0, 0, 0)->isFree());
    for (const double bad : {-0.1, 10.5, std::numeric_limits<double>::quiet_NaN()})
        QVERIFY(!BorrowTerms::make(bad, 0, 0).ok());
    for (const double bad : {-0.1, 1.0, std::numeric_limits<double>::infinity()})
        QVERIFY(!BorrowTerms::make(0, bad, 0).ok() && !BorrowTerms::make(0, 0, bad).ok());
}

void TestBorrowing::anEndedAccountPaysWhatHadAccrued()
{
    Debtor debtor(ONE_BP_AN_HOUR);
    debtor.trade(15'000, 100, START);
    debtor.trade(-15'000, 100, at(30));
    bookAccrued(debtor.account, debtor.clock, {}, debtor.entries);
    QCOMPARE(debtor.interest().at(0).cash.count(), -250'000);
    debtor.settle(at(120));
    QCOMPARE(debtor.interest().size(), 1U);
}

QTEST_APPLESS_MAIN(TestBorrowing)
#include "tst_borrowing.moc"
