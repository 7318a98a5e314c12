// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/indicator.h"

#include <QTest>

#include <rapidcheck.h>

using namespace core;
using namespace core::indicators;

class TestIndicatorSpec : public QObject
{
    Q_OBJECT
private slots:
    void readsWhatUsersWrite_data();
    void readsWhatUsersWrite();
    void refuses_data();
    void refuses();
    void roundTrips();
    void namesOutputs();
    void fillsInDefaults();
};

void TestIndicatorSpec::readsWhatUsersWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("whole");
    const auto row = [](const char* text, const char* whole) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(whole);
    };
    row("sma", "sma:20");
    row("sma:7", "sma:7");
    row("ema:100000", "ema:100000");
    row("wma", "wma:20");
    row("rsi", "rsi:14");
    row("atr", "atr:14");
    row("macd", "macd:12:26:9");
    row("macd:5", "macd:5:26:9");
    row("macd:5:10", "macd:5:10:9");
    row("bbands", "bbands:20:2");
    row("bbands:30:2.5@hl2", "bbands:30:2.5@hl2");
    row("adx", "adx:14");
    row("stddev", "stddev:20");
    row("choppiness", "choppiness:14");
    row("zscore", "zscore:20");
    row("volume_ratio", "volume_ratio:20");
    row("highest:3@high", "highest:3@high");
    row("lowest:3@low", "lowest:3@low");
    row("roc", "roc:10");
    row("sma:1@close", "sma:1");
    row("sma:3@ohlc4", "sma:3@ohlc4");
}

void TestIndicatorSpec::readsWhatUsersWrite()
{
    QFETCH(QString, text);
    QFETCH(QString, whole);
    const auto spec = parseSpec(text.toStdString());
    QVERIFY2(spec.ok(), spec ? "" : spec.error().message().c_str());
    QCOMPARE(QString::fromStdString(spec->text()), whole);
    QVERIFY(*parseSpec(spec->text()) == *spec);
}

void TestIndicatorSpec::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"", ":", "sma:", "SMA:3", "sma :3", "smaa", "sma:0", "sma:-1", "sma:1.5", "sma:100001", "sma:nan",
          "sma:inf", "sma:1e400", "sma:2:3", "sma: 2", "sma:2 ", "sma:0x10", "sma:2@", "sma:2@Close",
          "sma:2@close@high", "sma@close:2", "bbands:20:0", "bbands:20:-1", "bbands:20:101", "bbands:20:nan",
          "bbands:2.5:2", "macd:26:12", "macd:12:12", "macd:30", "macd:1:2:3:4", "choppiness:1", "rsi:+5"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestIndicatorSpec::refuses()
{
    QFETCH(QString, text);
    const auto spec = parseSpec(text.toStdString());
    QVERIFY(!spec.ok());
    QCOMPARE(spec.error().code, ErrorCode::InvalidInput);
    QVERIFY(!spec.error().what.empty());
    QVERIFY(!spec.error().remedy.empty());
}

void TestIndicatorSpec::roundTrips()
{
    QVERIFY(rc::check("parseSpec(spec.text()) is the spec, whatever its numbers", [] {
        const auto kind = static_cast<Kind>(*rc::gen::inRange(0, 15));
        Spec spec = *parseSpec(kindName(kind));
        const double period = *rc::gen::inRange(2, 100'001);
        if (kind == Kind::Macd)
            spec.parameters = {period - 1, period, *rc::gen::inRange(1, 100) + 0.0};
        else
            spec.parameters[0] = period;
        if (kind == Kind::BollingerBands)
            spec.parameters[1] = *rc::gen::inRange(1, 1'000'000) / 12345.0;
        spec.source = static_cast<Source>(*rc::gen::inRange(0, 8));
        const auto again = parseSpec(spec.text());
        RC_ASSERT(again.ok());
        RC_ASSERT(*again == spec);
    }));
    QVERIFY(rc::check("any text gives a spec or an error", [](const std::string& text) {
        const auto spec = parseSpec(text);
        if (spec)
            RC_ASSERT(*parseSpec(spec->text()) == *spec);
        else
            RC_ASSERT(!spec.error().what.empty());
    }));
}

void TestIndicatorSpec::namesOutputs()
{
    const auto names = [](const char* text) {
        QStringList list;
        for (const std::string_view name : outputNames(parseSpec(text)->kind))
            list.append(QString::fromUtf8(name.data()));
        return list.join(QLatin1Char(' '));
    };
    QCOMPARE(names("bbands"), QStringLiteral("middle upper lower"));
    QCOMPARE(names("macd"), QStringLiteral("macd signal histogram"));
    QCOMPARE(names("adx"), QStringLiteral("adx plus_di minus_di"));
    QCOMPARE(names("volume_ratio"), QStringLiteral("volume_ratio"));
}

void TestIndicatorSpec::fillsInDefaults()
{
    const Spec written{Kind::Macd, {}, Source::Close};
    QCOMPARE(QString::fromStdString(written.text()), QStringLiteral("macd:12:26:9"));
    const auto indicator = makeIndicator(Spec{Kind::Sma, {}, Source::Close}, market::Instrument());
    for (int i = 0; i < 20; ++i) {
        QVERIFY(!indicator->ready());
        indicator->push(3.0);
    }
    QCOMPARE(indicator->value(), 3.0);
}

QTEST_GUILESS_MAIN(TestIndicatorSpec)
#include "tst_indicatorspec.moc"
