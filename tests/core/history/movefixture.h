// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "historyfixture.h"

#include "core/history/historymove.h"

#include <QTemporaryDir>
#include <QtTest>

/// A history with something in every table, and its way into another one.
namespace fixture {

using namespace core;
using namespace core::history;
using namespace core::market;

inline const Timestamp MONDAY = fixture::time("2022-01-03 00:00");
inline const std::atomic<bool> NEVER = false;

/// Every odd minute without ids of the venue's, two or more at a time.
inline TradeColumns mixedTrades(int count)
{
    TradeColumns trades;
    for (int i = 0; i < count; ++i) {
        const bool numbered = (i / 20) % 2 == 0;
        trades.push({MONDAY + std::chrono::seconds(3 * (i - i % (numbered ? 1 : 5))), Price(100 + i % 9),
                     Quantity(1 + i % 7), static_cast<TakerSide>(i % 3),
                     numbered ? static_cast<std::uint64_t>(7'000 + i) : 0});
    }
    return trades;
}

inline void writeTrades(HistoryDatabase& store, const TradeColumns& trades)
{
    TradeColumns piece;
    for (std::size_t i = 0; i <= trades.count(); ++i) {
        const bool ends = i == trades.count() || (!piece.empty() && (piece.id.back() != 0) != (trades.id[i] != 0));
        if (ends && !piece.empty()) {
            VERIFY_OK(store.writeTrades(symbol(), piece));
            piece.clear();
        }
        if (i < trades.count())
            piece.push(trades.at(i));
    }
}

/// Something in every table.
inline void fill(HistoryDatabase& store)
{
    Instrument perpetual = instrument(3);
    perpetual.venue = "'; DROP TABLE candles; --";
    perpetual.minimumLots = 500;
    perpetual.minimumCost = Money(70'000'000);
    perpetual.volumeUnit = VolumeUnit::Stated;
    VERIFY_OK(store.putInstrument(perpetual));
    VERIFY_OK(store.write(symbol(), ONE_MINUTE, series(MONDAY, ONE_MINUTE, 3'000)));
    VERIFY_OK(store.write(symbol(), timeframe("1d"), series(MONDAY - std::chrono::days(40), timeframe("1d"), 45)));
    writeTrades(store, mixedTrades(400));
    const std::vector<FundingRate> rates = {{MONDAY, MONDAY, 100'000'000},
                                            {MONDAY + std::chrono::hours(8), MONDAY + std::chrono::hours(9), -5}};
    VERIFY_OK(store.writeFundingRates(symbol(), rates));
    HistoryBatch told;
    told.verified = VerifiedRange{ONE_MINUTE, {MONDAY, MONDAY + std::chrono::hours(2)}};
    told.sync = SyncStatus{"trades", MONDAY, MONDAY + std::chrono::hours(2), "'; -- \xE2\x82\xAC"};
    VERIFY_OK(store.commit(symbol(), told));
    HistoryBatch trades;
    trades.verified = VerifiedRange{std::nullopt, {MONDAY, MONDAY + std::chrono::hours(1)}};
    VERIFY_OK(store.commit(symbol(), trades));
    Instrument bare = instrument();
    bare.symbol = symbol("ETH/EUR");
    VERIFY_OK(store.putInstrument(bare));
}

inline MoveReport moved(HistoryDatabase& source, HistoryDatabase& destination, const MoveOptions& options = {})
{
    auto report = moveHistory(source, destination, options, {}, NEVER);
    if (!report)
        qFatal("%s", report.error().message().c_str());
    return std::move(*report);
}

/// A history in a file, to be moved.
struct Source
{
    Source() : store(*openHistory(std::filesystem::path(directory.filePath(QStringLiteral("here.sqlite")).toStdString())))
    {}
    QTemporaryDir directory;
    std::unique_ptr<HistoryDatabase> store;
};

} // namespace fixture
