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
