// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/explanation.h"

#include <QtTest>

using namespace ui::models;
using core::execution::OrderStatus;

class TestExplanation : public QObject
{
    Q_OBJECT

private:
    static QString plain(const Explanation& explanation)
    {
        return explanation.lines.join(QLatin1Char(' ')).replace(QChar(u'\u2009'), QLatin1Char(' '));
    }

private slots:
    void saysWhyAFillHasItsPrice()
    {
        const auto session = samples::session();
        const auto explanation = explainFill(session, session.fills.at(0));
        const QString text = plain(explanation);
        QVERIFY(explanation.title.contains(QStringLiteral("783.4")));
        QVERIFY2(text.contains(QStringLiteral("open of the first bar")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Reference price 46 760.0")), qPrintable(text));
        // 23.4 on 0.1 BTC is 2.34; 23.4 of 46,760 is 5.0 basis points.
        QVERIFY2(text.contains(QStringLiteral("(5.0 bp)")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("on 0.1 BTC = 2.34 USD")), qPrintable(text));
        // 0.26 % of 4,678.34 is 12.163684.
        QVERIFY2(text.contains(QStringLiteral("0.260 % of 4 678.34 USD = 12.16 USD")),
                 qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("decided 2022-01-19 05:42:00")), qPrintable(text));
    }

    void saysThatAFillIsAmbiguous()
    {
        const auto session = samples::session();
        auto record = session.fills.at(0);
        record.fill.ambiguous = true;
        QVERIFY(plain(explainFill(session, record)).contains(QStringLiteral("Ambiguous")));
    }

    void saysWhoWaitedAndWhatWasBorrowed()
    {
        const auto session = samples::session();
        auto record = session.fills.at(0);
        QVERIFY(plain(explainFill(session, record)).contains(QStringLiteral("taker")));
        record.fill.liquidity = core::execution::Liquidity::Maker;
        record.fill.openingFee = samples::money("0.94");
        const QString text = plain(explainFill(session, record));
        QVERIFY2(text.contains(QStringLiteral("maker, for it waited")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("newly borrowed: 0.94 USD")), qPrintable(text));
    }

    void saysWhatHungOnAnAmbiguousFill()
    {
        const auto session = samples::session();
        auto record = session.fills.at(0);
        record.fill.ambiguous = true;
        record.fill.stake = samples::money("-3.50");
        QVERIFY(plain(explainFill(session, record))
                    .contains(QStringLiteral("At stake: \u22123.50 USD of closing equity")));
    }

    void saysWhyStopLimitsAndTrailingStopsHaveTheirPrice()
    {
        using core::execution::FillRule;
        const auto session = samples::session();
        auto record = session.fills.at(0);
        record.orderType = "stop_limit";
        record.fill.rule = FillRule::LimitBetter;
        QVERIFY(plain(explainFill(session, record)).contains(QStringLiteral("already better")));
        record.orderType = "trailing_stop";
        record.fill.rule = FillRule::Stop;
        record.fill.leg = core::execution::BracketLeg::StopLoss;
        record.fill.parent.value = 7;
        const QString text = plain(explainFill(session, record));
        QVERIFY2(text.contains(QStringLiteral("had trailed to")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("the stop-loss of order 7")), qPrintable(text));
    }

    void saysWhatResolvedTheBar_data()
    {
        using core::execution::Detail;
        QTest::addColumn<int>("detail");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("path") << int(Detail::Path) << QStringLiteral("own path resolved it");
        QTest::newRow("candles") << int(Detail::Candles) << QStringLiteral("Finer candles inside the bar");
        QTest::newRow("trades") << int(Detail::Trades) << QStringLiteral("first trade after the decision");
        QTest::newRow("book") << int(Detail::Book) << QStringLiteral("live order book");
    }

    void saysWhatResolvedTheBar()
    {
        QFETCH(int, detail);
        QFETCH(QString, sentence);
        const auto session = samples::session();
        auto record = session.fills.at(0);
        record.fill.detail = static_cast<core::execution::Detail>(detail);
        const QString text = plain(explainFill(session, record));
        QVERIFY2(text.contains(sentence), qPrintable(text));
    }

    void saysWhatATrailingStopWaitsFor()
    {
        const auto session = samples::session();
        auto order = samples::order(214, OrderStatus::Accepted);
        order.type = core::execution::OrderType::TrailingStop;
        order.limit.reset();
        order.stop = core::Price(450'000);
        order.trailFraction = 1'600'000;
        QString text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("trailing by 1.60 %")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("follows the best price")), qPrintable(text));
        order.trailFraction = 0;
        order.trail = core::Price(2'500);
        text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("distance of 250.0 USD")), qPrintable(text));
    }

    void saysWhetherAStopLimitWaitsForItsStopOrItsLimit()
    {
        const auto session = samples::session();
        auto order = samples::order(214, OrderStatus::Accepted);
        order.type = core::execution::OrderType::StopLimit;
        order.stop = core::Price(470'000);
        QString text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("231.5 USD")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("becomes a limit order")), qPrintable(text));
        order.triggered = true;
        text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("518.5 USD")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Its stop was reached")), qPrintable(text));
    }

    void saysUntilWhenAnOrderWorksAndWhatItProtects()
    {
        const auto session = samples::session();
        auto order = samples::order(214, OrderStatus::Accepted);
        order.tif = core::execution::TimeInForce::GoodTillDate;
        order.expires = samples::time("2022-01-19T08:00:00Z");
        order.stopLoss = core::Price(450'000);
        QString text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("Good till 2022-01-19 08:00:00")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("stop-loss waits at 45 000.0")), qPrintable(text));
        order = samples::order(215, OrderStatus::Cancelled);
        order.leg = core::execution::BracketLeg::TakeProfit;
        order.parent.value = 214;
        order.reason = core::execution::Reason::OneCancelsOther;
        text = plain(explainOrder(session, 2, order));
        QVERIFY2(text.contains(QStringLiteral("take-profit of what order 214 opened")),
                 qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("The other half of the bracket filled")),
                 qPrintable(text));
    }

    void saysWhyAnOrderWaits()
    {
        const auto session = samples::session();
        const auto explanation =
            explainOrder(session, 2, samples::order(214, OrderStatus::Accepted));
        const QString text = plain(explanation);
        QCOMPARE(explanation.title, QStringLiteral("Why did order 214 not fill?"));
        // The mark is 46,768.5, the limit 46,250.0.
        QVERIFY2(text.contains(QStringLiteral("518.5 USD (1.12 %) away")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("Open 11 min")), qPrintable(text));
    }

    void saysWhyAnOrderWasRejected()
    {
        const auto session = samples::session();
        auto order = samples::order(212, OrderStatus::Rejected);
        order.reason = core::execution::Reason::InsufficientMargin;
        const auto explanation = explainOrder(session, 2, order);
        QCOMPARE(explanation.title, QStringLiteral("Why was order 212 rejected?"));
        QVERIFY(explanation.lines.size() >= 3);
        QVERIFY(!explanation.lines.back().isEmpty());
    }

    void saysWhatWouldEndAPosition()
    {
        auto session = samples::session();
        auto& position = session.accounts[2].positions[0];
        QVERIFY(plain(explainPosition(session, 2, position)).contains(QStringLiteral("35 009.4")));
        position.liquidationPrice.reset();
        QVERIFY(plain(explainPosition(session, 2, position)).contains(QStringLiteral("No price")));
    }
};

QTEST_MAIN(TestExplanation)
#include "tst_explanation.moc"
