// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/journalline.h"
#include "ui/models/words.h"

#include <QtTest>

using ui::models::describeJournalLine;
using ui::models::journalFigure;

namespace {

QByteArray line(const QByteArray& event, const QByteArray& members,
                const QByteArray& stream = "trades")
{
    return R"({"ts":"2022-01-19T16:12:31.981333333Z","seq":1,"session":"replay-65e832c1ee41",)"
           R"("stream":")" +
           stream + R"(","level":"info","event":")" + event +
           R"(","correlation":"65e832c1-00693b",)" + members + "}";
}

} // namespace

class TestJournalLine : public QObject
{
    Q_OBJECT

private slots:
    void keepsEveryDigitOfAFigureButEndingZeros_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("shown");
        QTest::newRow("money") << "-20860.08400000" << QStringLiteral("\u221220\u2009860.084");
        QTest::newRow("last count") << "0.00000001"
                                    << "0.00000001";
        QTest::newRow("zero") << "0.00000000"
                              << "0";
        QTest::newRow("whole") << "1000" << QStringLiteral("1\u2009000");
        QTest::newRow("no number") << "gtc"
                                   << "gtc";
        QTest::newRow("too long") << "123456789012345678901.5"
                                  << "123456789012345678901.5";
    }
    void keepsEveryDigitOfAFigureButEndingZeros()
    {
        QFETCH(QString, written);
        QFETCH(QString, shown);
        QCOMPARE(journalFigure(written), shown);
    }

    void tellsAnOrdersStep()
    {
        const auto shown = describeJournalLine(line(
            "order", R"("order_id":4824,"strategy":"second","symbol":"BTC/USD","side":"sell",)"
                     R"("type":"stop_limit","quantity":"0.28946393","filled":"0.00000000",)"
                     R"("limit":"41552.280","stop":"41678.196","tif":"gtd",)"
                     R"("expires":"2022-01-19T18:00:00.000000000Z","leg":"stop_loss","parent":7,)"
                     R"("status":"cancelled","reason":"one_cancels_other")"));
        QCOMPARE(shown.event, QStringLiteral("order cancelled"));
        QCOMPARE(shown.strategy, QStringLiteral("second"));
        QCOMPARE(shown.what, QStringLiteral("sell stop limit of 0.28946393 BTC/USD, order 4824"));
        QCOMPARE(shown.amounts, QStringList({QStringLiteral("other half filled"),
                                             QStringLiteral("stop 41\u2009678.196"),
                                             QStringLiteral("limit 41\u2009552.28"),
                                             QStringLiteral("good till 2022-01-19 18:00:00"),
                                             QStringLiteral("stop-loss of order 7")}));
    }

    void tellsWhatTheUserDid()
    {
        const auto reset = describeJournalLine(
            line("account_reset", R"("strategy":"second","epoch":2,"orders_cancelled":3,"positions_closed":0,)"
                                  R"("withdrawn":"89926.19000000","deposited":"100000.00000000")"));
        QCOMPARE(reset.event, QStringLiteral("account reset"));
        QCOMPARE(reset.what, QStringLiteral("by the user: epoch 2 begins"));
        QCOMPARE(reset.amounts, QStringList({QStringLiteral("orders cancelled 3"),
                                             QStringLiteral("withdrawn 89\u2009926.19"),
                                             QStringLiteral("deposited 100\u2009000")}));
        const auto changed = describeJournalLine(
            line("leverage_changed", R"("strategy":"second","long_leverage":"2.5000","short_leverage":"3.0000",)"
                                     R"("long_leverage_before":"1.5000","short_leverage_before":"2.0000")"));
        QCOMPARE(changed.what, QStringLiteral("by the user: long 2.5 ×, short 3 ×"));
        QCOMPARE(changed.amounts, QStringList({QStringLiteral("long before 1.5"), QStringLiteral("short before 2")}));
    }

    void tellsEveryCostOfAFill()
    {
        const auto shown = describeJournalLine(
            line("fill",
                 R"("strategy":"second","symbol":"BTC/USD","side":"buy","quantity":"0.50000000",)"
                 R"("price":"41720.168","reference_price":"41720.168","notional":"20860.08400000",)"
                 R"("fee":"54.23621840","liquidity":"maker","liquidation_fee":"0.00000000",)"
                 R"("slippage":"0.00000000","spread":"0.00000000","realised_profit":"0.00000000",)"
                 R"("position_after":"1.36839181","cash_after":"12989.20144027","rule":"limit",)"
                 R"("ambiguous":true,"stake":"-3.5","order_id":4825,"fill_id":1712,)"
                 R"("decision_time":"2022-01-19T16:00:00.000000000Z","opening_fee":"1.25000000")"));
        QCOMPARE(shown.event, QStringLiteral("fill"));
        QCOMPARE(shown.what, QStringLiteral("buy 0.5 BTC/USD at 41\u2009720.168, order 4825"));
        for (const char* part :
             {"maker", "fee 54.2362184", "opening fee 1.25", "slippage 0", "spread 0", "ambiguous",
              "at stake \u22123.5", "cash 12\u2009989.20144027"})
            QVERIFY2(shown.amounts.contains(QString::fromUtf8(part)), part);
        QVERIFY(!shown.amounts.join(QLatin1Char(' ')).contains(QStringLiteral("liquidation")));
    }

    void tellsTheSizeOfASaleWithoutASign()
    {
        const auto shown = describeJournalLine(
            line("fill", R"("side":"sell","quantity":"-2.50","symbol":"BTC/USD","price":"100.0",)"
                         R"("order_id":7,"rule":"stop")"));
        QCOMPARE(shown.what, QStringLiteral("sell 2.5 BTC/USD at 100, order 7"));
    }

    void putsEveryReasonIntoWords_data()
    {
        QTest::addColumn<QString>("reason");
        for (int i = 1; !core::execution::name(static_cast<core::execution::Reason>(i)).empty(); ++i) {
            const auto name = core::execution::name(static_cast<core::execution::Reason>(i));
            QTest::newRow(std::string(name).c_str())
                << ui::models::words::reason(static_cast<core::execution::Reason>(i));
        }
    }
    void putsEveryReasonIntoWords()
    {
        QFETCH(QString, reason);
        const QByteArray members = "\"status\":\"rejected\",\"reason\":\"" +
                                   QByteArray(QTest::currentDataTag()) + "\"";
        QVERIFY(!reason.isEmpty());
        QCOMPARE(describeJournalLine(line("order", members)).amounts.front(), reason);
    }

    void tellsALedgerEntry()
    {
        const auto shown = describeJournalLine(
            line("ledger", R"("strategy":"second","kind":"opening_fee","cash":"-54.23621840",)"
                           R"("symbol":"BTC/USD","quantity":"0.00000000","fill_id":1712)"));
        QCOMPARE(shown.event, QStringLiteral("ledger"));
        QCOMPARE(shown.what, QStringLiteral("opening fee of fill 1712"));
        QCOMPARE(shown.amounts, QStringList(QStringLiteral("cash \u221254.2362184")));
    }

    void tellsACutAndACall()
    {
        const auto cut = describeJournalLine(line(
            "margin_cut",
            R"("strategy":"second","order_id":4817,"asked":"0.50000000","granted":"0.03717603")"));
        QCOMPARE(cut.amounts,
                 QStringList({QStringLiteral("asked 0.5"), QStringLiteral("granted 0.03717603")}));
        const auto call = describeJournalLine(
            line("margin_call", R"("strategy":"second","equity":"10.0","maintenance":"11.0",)"
                                R"("exposure":"44.0","margin_level":0.2272)"));
        QCOMPARE(call.event, QStringLiteral("margin call"));
        QCOMPARE(call.token, ui::Token::Bad);
    }

    void takesTheStrategyOfALogFromItsStream()
    {
        const auto shown = describeJournalLine(
            line("log", R"("message":"looking for a dip close=47436")", "strategy-second"));
        QCOMPARE(shown.strategy, QStringLiteral("second"));
        QCOMPARE(shown.what, QStringLiteral("looking for a dip close=47436"));
        QVERIFY(shown.amounts.isEmpty());
    }

    void showsWhatItDoesNotKnowByItsNames()
    {
        const auto shown = describeJournalLine(line("new_thing", R"("some_sum":"2.50","on":true)"));
        QCOMPARE(shown.event, QStringLiteral("new thing"));
        QCOMPARE(shown.amounts,
                 QStringList({QStringLiteral("on yes"), QStringLiteral("some sum 2.5")}));
    }

    void showsADamagedLineAsItStands()
    {
        const auto shown = describeJournalLine("{\"ts\":");
        QCOMPARE(shown.what, QStringLiteral("{\"ts\":"));
        QCOMPARE(shown.token, ui::Token::Bad);
    }
};

QTEST_GUILESS_MAIN(TestJournalLine)
#include "tst_journalline.moc"
