// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/csvfields.h"
#include "core/history/historystore.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace core::history {

enum class VolumeColumn { Base, Quote, Contracts };
/// Which end of a candle its time names.
enum class Stamp { Open, Close };

/// What the user said about a file; everything left out is guessed from the file.
struct ImportOptions
{
    Symbol symbol; ///< May be empty while planning, where the file's name is to tell it.
    std::string venue = "kraken";
    std::optional<market::Timeframe> timeframe;
    std::optional<std::string> columns; ///< "time,open,high,low,close,volume", '-' skips a column; of trades
                                        ///< "time,price,volume".
    std::optional<VolumeColumn> volume;
    std::optional<int> priceDecimals;
    std::optional<int> lotDecimals;
    std::string member; ///< Of an archive; empty takes the only one.
    std::optional<TimeFormat> timeFormat;
    std::optional<Stamp> stamp;
};

/// How a file will be read: shown before import, corrected by the user.
struct ImportPlan
{
    char delimiter = ',';
    bool header = true;
    std::vector<std::string>
        columns; ///< The role of each column: time open high low close volume trades, of trades
                 ///< time price volume side id; or "-".
    std::string timeFormat; ///< "ISO 8601", "epoch s", "epoch ms", "epoch µs", "epoch ns".
    Stamp stamp = Stamp::Open;
    std::optional<Symbol> symbol; ///< That the name of the file or member speaks of.
    market::Timeframe timeframe = market::ONE_MINUTE;
    VolumeColumn volume = VolumeColumn::Base;
    market::VolumeUnit volumeUnit = market::VolumeUnit::Guessed;
    int priceDecimals = 2;
    int lotDecimals = 8;
    bool newestFirst = false; ///< The times fall.
    bool ordered =
        true; ///< The times rise, or fall, throughout; else the rows are sorted in memory.
    std::int64_t dataRows = 0;   ///< Lines after the header, as counted by planning.
    std::int64_t usableRows = 0; ///< Those of them that can be read; the others will be bad rows.
    std::vector<std::vector<std::string>> preview; ///< The first rows as text, at most 20.
};

/// True for rows that are trades instead of candles.
[[nodiscard]] bool holdsTrades(const ImportPlan& plan);

struct ImportProgress
{
    std::int64_t bytesDone = 0;
    std::int64_t bytesTotal = 0;
    std::int64_t rows = 0;
    double rowsPerSecond = 0.0;
    double secondsLeft = 0.0;
};

/// A row that was left out.
struct BadRow
{
    std::int64_t line = 0;
    std::string text; ///< At most 120 characters, unprintable ones escaped.
    std::string reason;
};

struct ImportReport
{
    ImportPlan plan;
    std::int64_t rows = 0; ///< Data rows read.
    std::int64_t badRows = 0;
    std::vector<BadRow> quoted; ///< The first 20 bad rows.
    std::int64_t duplicates =
        0; ///< Rows repeating an earlier time exactly; a differing repeat is a bad row.
    WriteCount written; ///< Candles; those made of trades too.
    WriteCount trades;
    bool cancelled = false; ///< What was committed before is kept.
    Timestamp oldest;
    Timestamp newest;
    double seconds = 0.0;
};

/// Reads the whole file once for decimals and roles, unpacking gzip and zip on the way. Fails on empty,
/// binary, damaged and unreadable files, where the member of an archive is not certain, and with Cancelled when `cancel` is given and becomes true.
[[nodiscard]] Result<ImportPlan> planImport(const std::filesystem::path& file,
                                            const ImportOptions& options,
                                            const std::atomic<bool>* cancel = nullptr);

/// Imports by the plan: candles, or trades and the one-minute candles that they make. Trades without ids of
/// the venue are told apart by their place among those of the same time, so equal rows are several trades,
/// and importing them again changes nothing. `progress` is called a few times a second on this thread; `cancel` is
/// looked at between batches. Fails when nothing could be read or the store refused; bad rows are
/// no failure unless every row is bad.
[[nodiscard]] Result<ImportReport>
importCsv(HistoryStore& store, const std::filesystem::path& file, const ImportOptions& options,
          const ImportPlan& plan, const std::function<void(const ImportProgress&)>& progress,
          const std::atomic<bool>& cancel);

} // namespace core::history
