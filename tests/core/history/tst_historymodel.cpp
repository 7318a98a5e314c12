// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The store against a plain model in memory, under random writes: pieces in any order and overlap,
// corrections, late data, several timeframes of one instrument.
#include "historyfixture.h"

#include <QtTest>

#include <map>
#include <rapidcheck.h>

using namespace core;
using namespace core::history;
using namespace core::market;
using namespace fixture;

namespace {

using Candles = std::map<Timestamp, Candle>;

/// Keeps what was written and derives everything else anew from the documented rules.
struct Model
{
    std::map<Timeframe, Candles> written;

    WriteCount write(Timeframe timeframe, const CandleColumns& columns)
    {
        WriteCount count;
        Candles& own = written[timeframe];
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto known = own.find(columns.openTime[i]);
            ++(known == own.end()               ? count.inserted
               : known->second == columns.at(i) ? count.unchanged
                                                : count.changed);
            own[columns.openTime[i]] = columns.at(i);
        }
        return count;
    }

    void remove(TimeRange range)
    {
        for (auto& [timeframe, own] : written)
            own.erase(own.lower_bound(range.from), own.lower_bound(range.to));
        std::erase_if(written, [](const auto& one) { return one.second.empty(); });
    }

    [[nodiscard]] bool covered(Timeframe timeframe, Timestamp bucket) const
    {
        const Timestamp end = bucket + timeframe.length();
        for (const auto& [finer, candles] : written) {
            if (finer >= timeframe)
                continue;
            const auto first = candles.lower_bound(bucket);
            if (first == candles.end() || first->first >= end)
                continue;
            const auto last = std::prev(candles.lower_bound(end));
            const Nanoseconds slack = std::max(finer.length(), timeframe.length() / 20);
            if (first->first - bucket < slack && end - (last->first + finer.length()) < slack)
                return true;
        }
        return false;
    }

    /// The candles to read at the timeframe.
    [[nodiscard]] Candles readable(Timeframe timeframe) const
    {
        Candles below;
        for (const Timeframe level : ALL_TIMEFRAMES) {
            if (level > timeframe)
                break;
            Candles merged;
            for (const auto& [time, candle] : below) {
                const auto [place, opened] = merged.try_emplace(level.floor(time), candle);
                Candle& sum = place->second;
                if (opened) {
                    sum.openTime = level.floor(time);
                    continue;
                }
                sum.high = std::max(sum.high, candle.high);
                sum.low = std::min(sum.low, candle.low);
                sum.close = candle.close;
                sum.volume += candle.volume;
                sum.trades += candle.trades;
            }
            if (const auto own = written.find(level); own != written.end()) {
                for (const auto& [time, candle] : own->second) {
                    if (!merged.contains(time) || !covered(level, time))
                        merged[time] = candle;
                }
            }
            below = std::move(merged);
        }
        return below;
    }
};

/// A piece of history: some steps of a timeframe, with holes, somewhere in three weeks.
struct Piece
{
    Timeframe timeframe = ONE_MINUTE;
    CandleColumns columns;
};

Piece drawPiece(const std::vector<Timeframe>& timeframes)
{
    Piece piece;
    piece.timeframe = *rc::gen::elementOf(timeframes);
    const auto weeks = static_cast<int>(std::chrono::days(21) / piece.timeframe.length());
    const int length = *rc::gen::inRange(1, std::min(weeks, 4000));
    const int start = *rc::gen::inRange(0, weeks - length + 1);
    const int keepEvery = *rc::gen::element(1, 1, 1, 2, 7, 90);
    const int seed = *rc::gen::inRange(1, 3); // Few seeds, so that repeats are often equal.
    for (int i = start; i < start + length; i += keepEvery)
        piece.columns.push(candle(time("2022-01-03 00:00") + i * piece.timeframe.length(),
                                  i + seed * (i % 3 == 0)));
    return piece;
}

void checkEqual(HistoryDatabase& store, const Model& model)
{
    if (model.written.empty()) {
        const auto coverage = store.coverage();
        RC_ASSERT(coverage.ok() && coverage->empty());
        return;
    }
    const Timeframe finest = model.written.begin()->first;
    for (const Timeframe timeframe : ALL_TIMEFRAMES) {
        if (timeframe < finest)
            continue;
        auto stored = store.candles(symbol(), timeframe, {});
        RC_ASSERT(stored.ok());
        CandleColumns expected;
        for (const auto& [time, candle] : model.readable(timeframe))
            expected.push(candle);
        if (!(*stored == expected))
            RC_FAIL("the candles of " + timeframe.text() + " differ from the model");
    }
    const auto coverage = store.coverage(symbol());
    RC_ASSERT(coverage.ok());
    RC_ASSERT(coverage->finest == finest);
    const Candles& own = model.written.begin()->second;
    RC_ASSERT(coverage->candles == static_cast<std::int64_t>(own.size()));
    RC_ASSERT(coverage->oldest == own.begin()->first);
    RC_ASSERT(coverage->newest == own.rbegin()->first);
}

/// A range that takes out some minutes, some weeks or everything.
TimeRange drawRange()
{
    if (*rc::gen::inRange(0, 5) == 0)
        return {};
    const int from = *rc::gen::inRange(0, 21 * 24 * 60);
    const int length = *rc::gen::element(1, 7, 60, 600, 1440, 10'000, 40'000);
    const Timestamp start = time("2022-01-03 00:00") + std::chrono::minutes(from);
    return {start, start + std::chrono::minutes(length)};
}

/// Removes step by step; between two steps rollups and candles agree as well.
void removeAll(HistoryDatabase& store, Model& model, TimeRange range)
{
    const auto limit = *rc::gen::element<std::size_t>(50, 700, 100'000);
    for (bool isDone = false; !isDone;) {
        const auto step = store.remove(symbol(), range, limit);
        RC_ASSERT(step.ok());
        model.remove({range.from, step->reached});
        if (!model.written.empty() && *rc::gen::inRange(0, 10) == 0)
            checkEqual(store, model);
        isDone = step->isDone;
    }
}

bool agrees(const char* name, const std::vector<Timeframe>& timeframes)
{
    return rc::check(name, [&] {
        const Folder folder;
        auto store = folder.open();
        RC_ASSERT(store->putInstrument(instrument()).ok());
        Model model;
        const int writes = *rc::gen::inRange(1, 7);
        for (int i = 0; i < writes; ++i) {
            const Piece piece = drawPiece(timeframes);
            const auto count = store->write(symbol(), piece.timeframe, piece.columns);
            RC_ASSERT(count.ok());
            const auto expected = model.write(piece.timeframe, piece.columns);
            RC_ASSERT(count->inserted == expected.inserted);
            RC_ASSERT(count->changed == expected.changed);
            RC_ASSERT(count->unchanged == expected.unchanged);
        }
        checkEqual(*store, model);
        const auto sound = store->check(symbol(), {});
        RC_ASSERT(sound.ok() && sound->found == 0);
    });
}

bool agreesAfterRemovals(const char* name, const std::vector<Timeframe>& timeframes)
{
    return rc::check(name, [&] {
        const Folder folder;
        auto store = folder.open();
        Model model;
        for (int round = 0; round < 2; ++round) {
            RC_ASSERT(store->putInstrument(instrument()).ok());
            for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
                const Piece piece = drawPiece(timeframes);
                RC_ASSERT(store->write(symbol(), piece.timeframe, piece.columns).ok());
                model.write(piece.timeframe, piece.columns);
            }
            removeAll(*store, model, drawRange());
            checkEqual(*store, model);
        }
    });
}

} // namespace

class TestHistoryModel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("RC_PARAMS"))
            qputenv("RC_PARAMS", "max_success=80 max_size=60");
    }
    void minutesAgree() { QVERIFY(agrees("minutes", {ONE_MINUTE})); }
    void minutesAndDaysAgree()
    {
        QVERIFY(agrees("minutes and days", {ONE_MINUTE, timeframe("1d")}));
    }
    void minutesAgreeAfterRemovals() { QVERIFY(agreesAfterRemovals("removed minutes", {ONE_MINUTE})); }
    void everyTimeframeAgreesAfterRemovals()
    {
        QVERIFY(agreesAfterRemovals("removed of every timeframe", {ALL_TIMEFRAMES.begin(), ALL_TIMEFRAMES.end()}));
    }
    void everyTimeframeAgrees()
    {
        QVERIFY(agrees("every timeframe", {ALL_TIMEFRAMES.begin(), ALL_TIMEFRAMES.end()}));
    }
};

QTEST_GUILESS_MAIN(TestHistoryModel)
#include "tst_historymodel.moc"
