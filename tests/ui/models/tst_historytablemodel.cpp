// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/historytablemodel.h"

#include <QSignalSpy>
#include <QtTest>

using namespace core::history;
using ui::models::HistoryTableModel;

namespace {

core::Symbol symbol(const char* text)
{
    return *core::Symbol::parse(text);
}

Coverage coverage(const char* name, const char* oldest, int candles)
{
    Coverage result;
    result.instrument.symbol = symbol(name);
    result.oldest = *core::parseTimestamp(oldest);
    result.newest = result.oldest + (candles - 1) * result.finest.length();
    result.candles = candles;
    return result;
}

SurveyPtr survey(std::int64_t missing)
{
    Survey result;
    result.strip.missing = missing;
    result.strip.gaps = missing > 0 ? 1 : 0;
    return std::make_shared<const Survey>(result);
}

QString text(const HistoryTableModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestHistoryTableModel : public QObject
{
    Q_OBJECT

private slots:
    void listsInstrumentsBySymbol()
    {
        HistoryTableModel model;
        model.setCoverage({coverage("ETH/USD", "2022-01-02", 5), coverage("BTC/USD", "2022-01-01", 45'031)});
        QCOMPARE(text(model, 0, HistoryTableModel::Instrument), QStringLiteral("BTC/USD"));
        QCOMPARE(text(model, 0, HistoryTableModel::Candles), QStringLiteral("45\u2009031"));
        QCOMPARE(text(model, 0, HistoryTableModel::Oldest), QStringLiteral("2022-01-01 00:00"));
        QCOMPARE(text(model, 1, HistoryTableModel::Finest), QStringLiteral("1m"));
    }

    void spansTheTimeOfAllInstruments()
    {
        HistoryTableModel model;
        QSignalSpy changed(&model, &HistoryTableModel::spanChanged);
        model.setCoverage({coverage("ETH/USD", "2022-01-02", 5), coverage("BTC/USD", "2022-01-01", 10)});
        QCOMPARE(changed.count(), 1);
        QVERIFY(model.span().from == *core::parseTimestamp("2022-01-01"));
        QVERIFY(model.span().to == *core::parseTimestamp("2022-01-02 00:05"));
    }

    void asksForWhatIsInSightFirst()
    {
        HistoryTableModel model;
        model.setCoverage({coverage("A/B", "2022-01-01", 1), coverage("C/D", "2022-01-01", 1), coverage("E/F", "2022-01-01", 1)});
        QVERIFY(model.unsurveyed(1, 2) == symbol("C/D"));
        model.setSurvey(symbol("C/D"), survey(0));
        QVERIFY(model.unsurveyed(1, 2) == symbol("E/F"));
        model.setSurvey(symbol("E/F"), survey(0));
        QVERIFY(model.unsurveyed(1, 2) == symbol("A/B"));
        model.setSurvey(symbol("A/B"), survey(0));
        QVERIFY(!model.unsurveyed(1, 2));
    }

    void surveysAgainWhatHasChangedOnly()
    {
        HistoryTableModel model;
        model.setCoverage({coverage("A/B", "2022-01-01", 1), coverage("C/D", "2022-01-01", 1)});
        for (const char* name : {"A/B", "C/D"})
            model.setSurvey(symbol(name), survey(7));
        model.setCoverage({coverage("A/B", "2022-01-01", 2), coverage("C/D", "2022-01-01", 1)});
        QVERIFY(model.unsurveyed(0, 1) == symbol("A/B"));
        // Until then it shows what it knew.
        QCOMPARE(text(model, 0, HistoryTableModel::Missing), QStringLiteral("7"));
        model.setSurvey(symbol("A/B"), survey(0));
        QVERIFY(!model.unsurveyed(0, 1));
        model.markChanged(symbol("C/D"));
        QVERIFY(model.unsurveyed(0, 1) == symbol("C/D"));
    }

    void aSurveyOfAnInstrumentThatIsGoneIsDropped()
    {
        HistoryTableModel model;
        model.setCoverage({coverage("A/B", "2022-01-01", 1)});
        model.setCoverage({});
        model.setSurvey(symbol("A/B"), survey(7));
        QCOMPARE(model.rowCount(), 0);
    }

    void saysInWordsWhatTheStripShows()
    {
        HistoryTableModel model;
        model.setCoverage({coverage("A/B", "2022-01-01", 1)});
        QCOMPARE(text(model, 0, HistoryTableModel::Strip), QStringLiteral("not looked at yet"));
        model.setSurvey(symbol("A/B"), survey(0));
        QCOMPARE(text(model, 0, HistoryTableModel::Strip), QStringLiteral("no gaps"));
        model.setSurvey(symbol("A/B"), survey(3));
        QCOMPARE(text(model, 0, HistoryTableModel::Strip), QStringLiteral("gaps: 1"));
    }
};

QTEST_MAIN(TestHistoryTableModel)
#include "tst_historytablemodel.moc"
