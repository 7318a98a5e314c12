// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/deletedialog.h"
#include "ui/dialogs/downloaddialog.h"

#include <QDateEdit>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QtTest>

using namespace core::history;
using ui::dialogs::DeleteDialog;
using ui::dialogs::DownloadDialog;

namespace {

core::Symbol symbol(const char* text = "BTC/USD")
{
    return *core::Symbol::parse(text);
}

core::Timestamp time(const char* text)
{
    return *core::parseTimestamp(text);
}

/// A day of minutes.
Coverage coverage()
{
    Coverage result;
    result.instrument.symbol = symbol();
    result.oldest = time("2022-01-01");
    result.newest = time("2022-01-01 23:59");
    result.candles = 1440;
    return result;
}

template <typename Widget> Widget& part(const QDialog& dialog, const char* name)
{
    return *dialog.findChild<Widget*>(QString::fromLatin1(name));
}

} // namespace

/// What is asked before a download and before a deletion.
class TestHistoryDialogs : public QObject
{
    Q_OBJECT

private slots:
    void asksForEachSymbolOnce()
    {
        DownloadDialog dialog(QStringLiteral("btc/usd, ETH/USD btc/USD"), {}, {});
        part<QDateEdit>(dialog, "since").setDate(QDate(2022, 1, 1));
        const auto requests = dialog.requests();
        QVERIFY(requests.ok());
        QCOMPARE(requests->size(), 2U);
        QVERIFY(requests->front().kind == JobKind::Trades && requests->front().symbol == symbol());
        QVERIFY(requests->front().range.from == time("2022-01-01"));
        QVERIFY(requests->back().symbol == symbol("ETH/USD"));
    }

    void asksForTheLastCandles()
    {
        DownloadDialog dialog(QStringLiteral("BTC/USD"), {}, {});
        part<QRadioButton>(dialog, "candles").setChecked(true);
        QVERIFY(dialog.requests()->front().kind == JobKind::Candles);
        QVERIFY(dialog.story().contains(QStringLiteral("720")));
    }

    void refusesInWords_data()
    {
        QTest::addColumn<QString>("symbols");
        QTest::addColumn<QString>("endpoint");
        QTest::newRow("no symbol") << QString() << QStringLiteral("https://api.kraken.com");
        QTest::newRow("a symbol that is none") << QStringLiteral("BTC") << QStringLiteral("https://api.kraken.com");
        QTest::newRow("another machine without TLS") << QStringLiteral("BTC/USD") << QStringLiteral("http://example.com");
        QTest::newRow("a password in the address") << QStringLiteral("BTC/USD") << QStringLiteral("https://me:it@example.com");
    }
    void refusesInWords()
    {
        QFETCH(QString, symbols);
        QFETCH(QString, endpoint);
        DownloadDialog dialog(symbols, {}, {});
        part<QLineEdit>(dialog, "endpoint").setText(endpoint);
        QVERIFY(!part<QPushButton>(dialog, "confirm").isEnabled());
        QVERIFY(!part<QLabel>(dialog, "problem").text().isEmpty());
    }

    void estimatesByTheTradesThatAreStored()
    {
        // A thousand trades an hour, and so one request.
        const DownloadDialog::Extents known = {{symbol(), {time("2022-01-01"), time("2022-01-02"), 24'000}}};
        DownloadDialog dialog(QStringLiteral("BTC/USD"), known, {});
        part<QDateEdit>(dialog, "since").setDate(QDateTime::currentDateTimeUtc().date().addDays(-1));
        const QString story = dialog.story();
        QVERIFY2(story.contains(QRegularExpression(QStringLiteral("BTC/USD: at most about (2[4-9]|[34][0-9]) s"))), qPrintable(story));
    }

    void tellsOfAnotherServerOnly()
    {
        DownloadDialog dialog(QStringLiteral("BTC/USD"), {}, {});
        QSignalSpy chosen(&dialog, &DownloadDialog::endpointChosen);
        QSignalSpy asked(&dialog, &DownloadDialog::downloadsRequested);
        part<QPushButton>(dialog, "confirm").click();
        QCOMPARE(chosen.count(), 0);
        QCOMPARE(asked.count(), 1);
        part<QLineEdit>(dialog, "endpoint").setText(QStringLiteral("http://127.0.0.1:8080"));
        part<QPushButton>(dialog, "confirm").click();
        QCOMPARE(chosen.count(), 1);
    }

    void deletingEverythingSaysHowMuchThatIs()
    {
        const Survey survey{TradeExtent{time("2022-01-01"), time("2022-01-02"), 9000}, {}};
        DeleteDialog dialog(coverage(), std::make_shared<const Survey>(survey), {time("2022-01-01"), time("2022-01-02")});
        const QString story = part<QLabel>(dialog, "story").text();
        QVERIFY2(story.contains(QStringLiteral("1\u2009440 candles")), qPrintable(story));
        QVERIFY2(story.contains(QStringLiteral("9\u2009000 trades")), qPrintable(story));
        QVERIFY(dialog.request().range.from == core::Timestamp::min());
        QVERIFY(!part<QPushButton>(dialog, "confirm").isDefault());
    }

    void deletingARangeCountsIt()
    {
        DeleteDialog dialog(coverage(), {}, {time("2022-01-01 01:00"), time("2022-01-01 03:00")});
        QVERIFY(part<QRadioButton>(dialog, "part").isChecked());
        QSignalSpy asked(&dialog, &DeleteDialog::countRequested);
        dialog.requestCount();
        QCOMPARE(asked.count(), 1);
        CoverageStrip strip;
        strip.range = {time("2022-01-01 01:00"), time("2022-01-01 03:00")};
        strip.missing = 20;
        const auto answer = std::make_shared<const CoverageStrip>(strip);
        dialog.handleCount(asked[0][0].toULongLong() - 1, symbol(), answer);
        QVERIFY(part<QLabel>(dialog, "story").text().contains(QStringLiteral("… candles")));
        dialog.handleCount(asked[0][0].toULongLong(), symbol(), answer);
        QVERIFY(part<QLabel>(dialog, "story").text().contains(QStringLiteral("100 candles")));
        QVERIFY(dialog.request().range.to == time("2022-01-01 03:00"));
    }

    void countsTheCandlesThatOpenInTheRange_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("counted");
        QTest::newRow("whole hours") << "01:00" << "03:00" << "01:00 03:00";
        QTest::newRow("within hours") << "01:30" << "03:30" << "02:00 04:00";
        QTest::newRow("within one hour") << "01:10" << "01:50" << QString();
        QTest::newRow("after the last") << "23:30" << "23:59" << QString();
    }
    void countsTheCandlesThatOpenInTheRange()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        Coverage hours = coverage();
        hours.finest = *core::market::Timeframe::parse("1h");
        hours.newest = time("2022-01-01 23:00");
        const auto at = [](const QString& clock) { return time(qPrintable(QStringLiteral("2022-01-01 ") + clock)); };
        DeleteDialog dialog(hours, {}, {at(from), at(to)});
        QSignalSpy asked(&dialog, &DeleteDialog::countRequested);
        dialog.requestCount();
        QString counted;
        if (asked.count() == 1) {
            const auto range = asked[0][2].value<TimeRange>();
            for (const core::Timestamp end : {range.from, range.to})
                counted += QString::fromStdString(core::formatTimestampShort(end)).mid(11, 5) + QLatin1Char(' ');
        }
        QTEST(counted.trimmed(), "counted");
        const QString story = part<QLabel>(dialog, "story").text();
        QCOMPARE(story.contains(QStringLiteral("Deletes 0 candles")), counted.isEmpty());
        QVERIFY(dialog.request().range.from == at(from) && dialog.request().range.to == at(to));
    }

    void namesTradesUnlessThereAreNone()
    {
        const auto story = [](const SurveyPtr& survey, const char* from) {
            const DeleteDialog dialog(coverage(), survey, {time(from), time("2022-01-02")});
            return part<QLabel>(dialog, "story").text();
        };
        for (const char* from : {"2022-01-01", "2022-01-01 01:00"}) {
            QVERIFY2(story({}, from).contains(QStringLiteral("trades")), from);
            QVERIFY2(!story(std::make_shared<const Survey>(), from).contains(QStringLiteral("trades")), from);
            QVERIFY2(story({}, from).contains(QStringLiteral("coarser timeframes")), from);
        }
    }

    void anEmptyRangeIsNotDeleted()
    {
        DeleteDialog dialog(coverage(), {}, {time("2022-01-01 01:00"), time("2022-01-01 03:00")});
        part<QDateTimeEdit>(dialog, "to").setDateTime(QDateTime(QDate(2021, 12, 31), QTime(0, 0), Qt::UTC));
        QVERIFY(!part<QPushButton>(dialog, "confirm").isEnabled());
    }
};

QTEST_MAIN(TestHistoryDialogs)
#include "tst_historydialogs.moc"
