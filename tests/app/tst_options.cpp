// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "app/cli/options.h"

using namespace app::cli;

namespace {

const Grammar GRAMMAR = {"FILE...",
                         1,
                         2,
                         {{"symbol", "BTC/USD", "", false, true},
                          {"fee", "RATE", ""},
                          {"strategy", "NAME", "", true},
                          {"from", "TIME", ""},
                          {"to", "TIME", ""},
                          {"timeframe", "1m", ""},
                          {"help", "", ""},
                          {"json", "", ""}}};

core::Result<Options> parse(std::vector<std::string> words)
{
    return Options::parse(GRAMMAR, words);
}

} // namespace

class TestOptions : public QObject
{
    Q_OBJECT

private slots:
    void readsBothSpellingsInAnyOrder()
    {
        const auto options = parse({"--json", "a.csv", "--symbol=BTC/USD", "--strategy", "x",
                                    "--strategy=y:a=1", "--", "--odd"});
        QVERIFY(options.ok());
        QVERIFY(options->arguments() == (std::vector<std::string>{"a.csv", "--odd"}));
        QVERIFY(options->has("json"));
        QVERIFY(!options->has("help"));
        QVERIFY(options->all("strategy") == (std::vector<std::string>{"x", "y:a=1"}));
        QCOMPARE(options->symbol()->text(), std::string("BTC/USD"));
    }

    void refusesAndSaysWhy_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* words, const char* part) {
            QTest::newRow(name) << QString::fromUtf8(words).split(QLatin1Char(' '),
                                                                  Qt::SkipEmptyParts)
                                << QString::fromUtf8(part);
        };
        row("nothing", "", "FILE... is missing");
        row("no symbol", "a", "--symbol BTC/USD is missing");
        row("too much", "a b c --symbol X/Y", "\"c\" is too much");
        row("unknown", "a --symbol X/Y --cash 5", "--cash is no option");
        row("short", "a -s X/Y", "-s is no option");
        row("no value", "a --symbol", "--symbol needs a value");
        row("value of a switch", "a --symbol X/Y --json=1", "--json takes no value");
        row("twice", "a --symbol X/Y --symbol X/Z", "--symbol was given twice");
    }

    void refusesAndSaysWhy()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, part);
        std::vector<std::string> list;
        for (const QString& word : words)
            list.push_back(word.toStdString());
        const auto options = parse(list);
        QVERIFY(!options.ok());
        QVERIFY2(QString::fromStdString(options.error().what).contains(part),
                 options.error().what.c_str());
    }

    void helpNeedsNothingElse() { QVERIFY(parse({"--help"}).ok()); }

    void readsNumbersInTheirRange()
    {
        for (const char* good : {"0", "0.001", "1e-3", "1"}) {
            double fee = -1.0;
            QVERIFY(
                parse({"a", "--symbol", "X/Y", "--fee", good})->number("fee", 0.0, 1.0, fee).ok());
            QCOMPARE(fee, std::stod(good));
        }
        for (const char* bad : {"", "x", "-0.1", "1.5", "nan", "inf", "0.1%", "1e999"}) {
            double fee = 0.5;
            QVERIFY(
                !parse({"a", "--symbol", "X/Y", "--fee", bad})->number("fee", 0.0, 1.0, fee).ok());
        }
        double untouched = 0.25;
        QVERIFY(parse({"a", "--symbol", "X/Y"})->number("fee", 0.0, 1.0, untouched).ok());
        QCOMPARE(untouched, 0.25);
    }

    void readsRanges()
    {
        const auto range =
            parse({"a", "--symbol", "X/Y", "--from", "2022-01-01", "--to", "2022-01-02"})->range();
        QVERIFY(range.ok());
        QVERIFY(range->to - range->from == std::chrono::hours(24));
        QVERIFY(!parse({"a", "--symbol", "X/Y", "--from", "2022-01-02", "--to", "2022-01-02"})
                     ->range()
                     .ok());
        QVERIFY(!parse({"a", "--symbol", "X/Y", "--from", "yesterday"})->range().ok());
        std::optional<core::market::Timeframe> timeframe;
        QVERIFY(!parse({"a", "--symbol", "X/Y", "--timeframe", "7m"})
                     ->timeframe("timeframe", timeframe)
                     .ok());
        QVERIFY(!parse({"a", "--symbol", "BTC"})->symbol().ok());
    }
};

QTEST_APPLESS_MAIN(TestOptions)
#include "tst_options.moc"
