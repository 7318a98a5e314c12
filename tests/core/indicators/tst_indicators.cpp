// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "indicatorfixture.h"
#include "reference.h"

#include <QTest>

#include <cmath>

#include <rapidcheck.h>

using namespace core;
using namespace core::indicators;

namespace {

constexpr std::array SPECS = {
    "sma:10",        "sma:7@hl2",      "sma:5@volume",   "sma:1",       "ema:10",      "ema:9@hlc3",
    "ema:1",         "wma:10",         "wma:6@volume",   "wma:4@ohlc4", "rsi:14",      "rsi:5@high",
    "rsi:1",         "atr:14",         "atr:1",          "macd",        "macd:3:7:4",  "macd:2:3:1@open",
    "bbands:20:2",   "bbands:5:1.5@hl2", "adx:14",       "adx:3",       "adx:1",       "stddev:20",
    "stddev:4@volume", "choppiness:14", "choppiness:2",  "zscore:20",   "zscore:5@low", "zscore:5@volume",
    "volume_ratio:20", "volume_ratio:3", "highest:20@high", "highest:1", "lowest:20@low", "lowest:3",
    "roc:10",        "roc:1@volume"};

std::vector<reference::Bar> plain(const std::vector<market::Candle>& candles, int decimals)
{
    std::vector<reference::Bar> bars;
    const auto unit = static_cast<long double>(powerOfTen(decimals));
    const auto number = [unit](Price price) { return static_cast<long double>(price.ticks()) / unit; };
    for (const market::Candle& candle : candles)
        bars.push_back({number(candle.open), number(candle.high), number(candle.low),
                        number(candle.close), candle.volume});
    return bars;
}

/// `price` is how large the numbers are, since differences of theirs are rounded like them. Says where an indicator and the plain computation part, or nothing where they agree.
std::string difference(const Spec& spec, Indicator& indicator, std::size_t index,
                       const std::optional<reference::Outputs>& expected, long double price)
{
    if (indicator.ready() != expected.has_value())
        return spec.text() + " warms up at another bar than " + std::to_string(index);
    for (std::size_t i = 0; i < outputNames(spec.kind).size(); ++i) {
        const double value = indicator.value(i);
        if (!expected) {
            if (!std::isnan(value))
                return spec.text() + " has a value before warm-up";
            continue;
        }
        const long double wanted = (*expected)[i];
        if (!(std::abs(value - wanted) <= 1e-9L * (std::abs(wanted) + 1.0L) + 1e-13L * price))
            return spec.text() + " at bar " + std::to_string(index) + " output " + std::to_string(i)
                   + " is " + formatDouble(value) + " and not "
                   + formatDouble(static_cast<double>(wanted));
    }
    return {};
}

std::string compareCandles(const Spec& spec, const std::vector<market::Candle>& candles, int decimals)
{
    const auto expected = reference::compute(spec, plain(candles, decimals));
    const auto indicator = makeIndicator(spec, fixture::instrument(decimals));
    for (std::size_t i = 0; i < candles.size(); ++i) {
        indicator->update(candles[i]);
        if (std::string text = difference(spec, *indicator, i, expected[i],
                                          static_cast<long double>(candles[i].high.ticks())); !text.empty())
            return text;
    }
    return {};
}

std::string comparePushed(const Spec& spec, const std::vector<double>& numbers)
{
    std::vector<reference::Bar> bars;
    for (const double x : numbers)
        bars.push_back({x, x, x, x, x});
    const auto expected = reference::compute(spec, bars);
    const auto indicator = makeIndicator(spec, fixture::instrument());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        indicator->push(numbers[i]);
        if (std::string text = difference(spec, *indicator, i, expected[i], 500.0L); !text.empty())
            return text;
    }
    return {};
}

/// Candles that walk, stand still and gap.
std::vector<market::Candle> randomCandles()
{
    std::vector<market::Candle> candles;
    std::int64_t price = *rc::gen::inRange<std::int64_t>(5'000, 10'000'000);
    const int count = *rc::gen::inRange(0, 150);
    const std::int64_t step = *rc::gen::element<std::int64_t>(1, 3, 200);
    for (int i = 0; i < count; ++i) {
        const auto move = [step] { return *rc::gen::inRange<std::int64_t>(-step, step + 1); };
        const std::int64_t open = std::max<std::int64_t>(price + move(), 2'000);
        const std::int64_t close = std::max<std::int64_t>(open + move(), 2'000);
        const std::int64_t high = std::max(open, close) + std::abs(move());
        const std::int64_t low = std::min(open, close) - std::abs(move());
        candles.push_back({Timestamp(), Price(open), Price(high), Price(low), Price(close),
                           *rc::gen::inRange(0, 400) / 4.0, 0});
        price = close;
    }
    return candles;
}

} // namespace

class TestIndicators : public QObject
{
    Q_OBJECT
private slots:
    void agreesWithThePlainComputation_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : SPECS)
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void agreesWithThePlainComputation()
    {
        QFETCH(QString, text);
        const Spec spec = *parseSpec(text.toStdString());
        QVERIFY(rc::check(text.toStdString(), [&spec] {
            const int decimals = *rc::gen::inRange(0, 9);
            const std::string found = compareCandles(spec, randomCandles(), decimals);
            RC_ASSERT(found == std::string());
        }));
    }
    void agreesOnPushedNumbers_data() { agreesWithThePlainComputation_data(); }
    void agreesOnPushedNumbers()
    {
        QFETCH(QString, text);
        const Spec spec = *parseSpec(text.toStdString());
        QVERIFY(rc::check(text.toStdString(), [&spec] {
            std::vector<double> numbers;
            for (const int x : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 4000)))
                numbers.push_back(x / 8.0);
            const std::string found = comparePushed(spec, numbers);
            RC_ASSERT(found == std::string());
        }));
    }
    void agreesOnTheRealMonth_data() { agreesWithThePlainComputation_data(); }
    void agreesOnTheRealMonth()
    {
        static const auto CANDLES = fixture::realMonth();
        if (CANDLES.empty())
            QSKIP("the shared data is not here");
        QFETCH(QString, text);
        const std::string found = compareCandles(*parseSpec(text.toStdString()), CANDLES,
                                                 fixture::MONTH_DECIMALS);
        QVERIFY2(found.empty(), found.c_str());
    }

    void matchesPublishedValues_data();
    void matchesPublishedValues();
    void warmsUpAsTaLib_data();
    void warmsUpAsTaLib();
    void leavesOutWhatIsNoNumber();
    void forgetsInfiniteSums();
    void takesCandlesOrNumbersButNotBoth();
    void answersWherePricesStandStill_data();
    void answersWherePricesStandStill();
    void readsLongWindows();
};

void TestIndicators::matchesPublishedValues_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<double>>("numbers");
    QTest::addColumn<QList<double>>("expected"); // From the first value on, at two decimals.
    // The worked examples of StockCharts' ChartSchool for RSI(14) and EMA(10).
    QTest::newRow("rsi") << QStringLiteral("rsi:14")
                         << QList<double>{44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264,
                                          45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328,
                                          45.6140, 46.2820, 46.2820, 46.0028}
                         << QList<double>{70.53, 66.32};
    QTest::newRow("ema") << QStringLiteral("ema:10")
                         << QList<double>{22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43,
                                          22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36}
                         << QList<double>{22.22, 22.21, 22.24, 22.27, 22.33, 22.52};
}

void TestIndicators::matchesPublishedValues()
{
    QFETCH(QString, text);
    QFETCH(QList<double>, numbers);
    QFETCH(QList<double>, expected);
    const auto indicator = fixture::make(text.toUtf8().constData());
    QList<double> found;
    for (const double number : numbers) {
        indicator->push(number);
        if (indicator->ready())
            found.append(std::round(indicator->value() * 100.0) / 100.0);
    }
    QCOMPARE(found, expected);
}

void TestIndicators::warmsUpAsTaLib_data()
{
    QTest::addColumn<int>("lookback");
    QTest::newRow("sma:10") << 9;
    QTest::newRow("ema:10") << 9;
    QTest::newRow("wma:10") << 9;
    QTest::newRow("rsi:14") << 14;
    QTest::newRow("atr:14") << 14;
    QTest::newRow("macd:12:26:9") << 33;
    QTest::newRow("bbands:20:2") << 19;
    QTest::newRow("adx:14") << 27;
    QTest::newRow("stddev:20") << 19;
    QTest::newRow("roc:10") << 10;
    QTest::newRow("highest:5") << 4;
    QTest::newRow("lowest:5") << 4;
}

void TestIndicators::warmsUpAsTaLib()
{
    QFETCH(int, lookback);
    const auto indicator = fixture::make(QTest::currentDataTag());
    for (int i = 0; i < lookback; ++i) {
        indicator->update(fixture::standing(1000 + i % 7));
        QVERIFY(!indicator->ready());
        QVERIFY(std::isnan(indicator->value()));
    }
    indicator->update(fixture::standing(1005));
    QVERIFY(indicator->ready());
    QVERIFY(std::isfinite(indicator->value()));
}

void TestIndicators::leavesOutWhatIsNoNumber()
{
    for (const char* text : SPECS) {
        const auto clean = fixture::make(text);
        const auto dirty = fixture::make(text);
        for (int i = 0; i < 120; ++i) {
            const double number = 100.0 + (i * 37) % 11;
            clean->push(number);
            dirty->push(number);
            dirty->push(i % 3 == 0 ? std::nan("") : HUGE_VAL);
        }
        QVERIFY2(clean->ready(), text);
        QCOMPARE(dirty->value(), clean->value());
    }
}

void TestIndicators::forgetsInfiniteSums()
{
    for (const char* text : {"sma:3", "wma:3", "stddev:3", "zscore:3", "volume_ratio:3", "choppiness:3"}) {
        const auto indicator = fixture::make(text);
        for (const double number : {1.0, 1.7e308, 1.7e308, -1.7e308, 1.7e308})
            indicator->push(number);
        for (int i = 0; i < 7; ++i)
            indicator->push(1.0 + i % 3);
        QVERIFY2(std::isfinite(indicator->value()), text);
    }
}

void TestIndicators::takesCandlesOrNumbersButNotBoth()
{
    for (const char* text : SPECS) {
        const auto alone = fixture::make(text);
        const auto mixed = fixture::make(text);
        for (int i = 0; i < 100; ++i) {
            const market::Candle candle = fixture::standing(5000 + (i * 37) % 11, 1.0 + i % 5);
            alone->update(candle);
            mixed->update(candle);
            mixed->push(1.0);
        }
        QVERIFY2(alone->ready(), text);
        QCOMPARE(mixed->value(), alone->value());
    }
}

void TestIndicators::answersWherePricesStandStill_data()
{
    QTest::addColumn<double>("expected");
    QTest::newRow("zscore:5") << 0.0;
    QTest::newRow("stddev:5") << 0.0;
    QTest::newRow("rsi:5") << 0.0;
    QTest::newRow("roc:5") << 0.0;
    QTest::newRow("atr:5") << 0.0;
    QTest::newRow("adx:5") << 0.0;
    QTest::newRow("choppiness:5") << 100.0;
    QTest::newRow("volume_ratio:5") << 0.0;
    QTest::newRow("sma:5") << 0.07;
    QTest::newRow("wma:5") << 0.07;
    QTest::newRow("macd:2:3:2") << 0.0;
}

void TestIndicators::answersWherePricesStandStill()
{
    QFETCH(double, expected);
    const auto indicator = fixture::make(QTest::currentDataTag());
    for (int i = 0; i < 30; ++i)
        indicator->update(fixture::standing(7, 0.0));
    QVERIFY(indicator->ready());
    QCOMPARE(indicator->value(), expected);
}

void TestIndicators::readsLongWindows()
{
    const auto average = fixture::make("sma:100000");
    const auto highest = fixture::make("highest:100000");
    const auto lowest = fixture::make("lowest:100000");
    for (std::int64_t i = 0; i < 250'000; ++i) {
        for (Indicator* indicator : {average.get(), highest.get(), lowest.get()})
            indicator->update(fixture::standing(1'000'000 + i));
    }
    QCOMPARE(highest->value(), 12499.99);
    QCOMPARE(lowest->value(), 11500.00);
    QCOMPARE(average->value(), 11999.995);
}

QTEST_GUILESS_MAIN(TestIndicators)
#include "tst_indicators.moc"
