// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvroles.h"
#include "core/history/csvrows.h"
#include "core/history/csvsurvey.h"
#include "core/history/seriesname.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace core::history {

using market::Timeframe;
using market::VolumeUnit;

namespace {

/// Rows that vote on how times are written.
constexpr int FORMAT_ROWS = 1000;
/// No instrument turned over ten trillion a day; beyond that the volume must be in quote currency.
constexpr double MAX_DAILY_TURNOVER = 1e13;

/// The first lines of a file, copied, since roles and formats are found before rows are read.
struct Opening
{
    std::string name;   ///< Of the file or its member.
    std::string header; ///< The first line, header or not.
    std::vector<std::string> rows;
};

Result<Opening> readOpening(const std::filesystem::path& file, const ImportOptions& options)
{
    auto reader = LineReader::open(file, options.member);
    if (!reader)
        return reader.error();
    Opening opening;
    opening.name = reader->name();
    std::string_view line;
    if (!firstLine(*reader, line))
        return reader->fault().value_or(Error{ErrorCode::InvalidInput,
                                              file.string() + " holds no rows",
                                              "Choose a file with candles or trades."});
    opening.header = line;
    for (int i = 0; i < FORMAT_ROWS && reader->next(line); ++i)
        opening.rows.emplace_back(line);
    return opening;
}

std::optional<char> guessDelimiter(std::string_view line)
{
    char best = 0;
    std::size_t most = 1; // Three columns are the least that a trade needs.
    for (const char candidate : {',', ';', '\t'}) {
        Fields fields;
        splitFields(line, candidate, fields);
        if (fields.count - 1 > most) {
            most = fields.count - 1;
            best = candidate;
        }
    }
    return best ? std::optional(best) : std::nullopt;
}

bool isHeader(const Fields& fields)
{
    for (std::size_t i = 0; i < std::min(fields.count, MAX_FIELDS); ++i) {
        Decimal number;
        if (!fields.text[i].empty() &&
            (!readDecimal(fields.text[i], number) || parseTimestamp(fields.text[i])))
            return false;
    }
    return true;
}

Result<ColumnRoles> chooseRoles(const Opening& opening, const ImportPlan& plan,
                                const ImportOptions& options)
{
    Fields header;
    splitFields(opening.header, plan.delimiter, header);
    if (header.count > MAX_FIELDS)
        return Error{ErrorCode::InvalidInput, fmt::format("The file has {} columns", header.count),
                     "Import files with at most 64 columns."};
    auto roles = options.columns ? rolesByOption(*options.columns) : rolesByCount(header.count);
    if (plan.header && !options.columns) {
        Fields row;
        for (std::size_t i = 0; i < opening.rows.size() && row.count != header.count; ++i)
            splitFields(opening.rows[i], plan.delimiter, row);
        roles = rolesByHeader(header, row, options);
    }
    if (roles && roles->roles.size() != header.count)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("{} columns are named, but the file has {}", roles->roles.size(),
                                 header.count),
                     "Name every column; '-' skips one."};
    return roles;
}

std::size_t timeColumn(const ImportPlan& plan)
{
    return static_cast<std::size_t>(std::find(plan.columns.begin(), plan.columns.end(), "time") -
                                    plan.columns.begin());
}

/// A header that calls the time a close or an end is believed.
Stamp chooseStamp(const Opening& opening, const ImportPlan& plan, const ImportOptions& options)
{
    if (options.stamp || !plan.header)
        return options.stamp.value_or(Stamp::Open);
    Fields header;
    splitFields(opening.header, plan.delimiter, header);
    return namesAnEnd(header.text[timeColumn(plan)]) ? Stamp::Close : Stamp::Open;
}

Result<TimeFormat> chooseTimeFormat(const Opening& opening, const ImportPlan& plan, const ImportOptions& options)
{
    if (options.timeFormat)
        return *options.timeFormat;
    const std::size_t column = timeColumn(plan);
    std::map<TimeFormat, int> votes;
    Fields fields;
    for (std::size_t i = plan.header ? 1 : 0; i <= opening.rows.size(); ++i) {
        splitFields(i == 0 ? opening.header : opening.rows[i - 1], plan.delimiter, fields);
        if (fields.count != plan.columns.size())
            continue;
        if (const auto format = guessTimeFormat(fields.text[column]))
            ++votes[*format];
    }
    const auto most =
        std::max_element(votes.begin(), votes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most != votes.end())
        return most->first;
    return Error{
        ErrorCode::InvalidInput, "No row has a time that can be read",
        "Times are ISO 8601 (2022-01-31 12:00:00) or seconds, ms, µs or ns since 1970. Name the "
        "columns if another one holds the time."};
}

/// True when every time of the file stamps a candle of that length, and not all of them one of a coarser timeframe: hours
/// lie on the grid of minutes too.
bool fits(const Survey& survey, Timeframe timeframe, Stamp stamp)
{
    const bool isCoarser = std::ranges::any_of(market::ALL_TIMEFRAMES, [&](Timeframe known) {
        return known > timeframe && known.length() == survey.grid;
    });
    return survey.before && !isCoarser && openTimeOf(*survey.before, timeframe, stamp) &&
           survey.grid % timeframe.length() == Nanoseconds(0);
}

Result<Timeframe> chooseTimeframe(const Survey& survey, const ImportOptions& options,
                                  std::optional<Timeframe> named, Stamp stamp)
{
    if (options.timeframe)
        return *options.timeframe;
    // Where trades are rare, minutes with them mostly lie further apart: the name knows better.
    if (named && fits(survey, *named, stamp))
        return *named;
    const auto most =
        std::max_element(survey.spacings.begin(), survey.spacings.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == survey.spacings.end())
        return Error{ErrorCode::InvalidInput, "One candle alone does not tell its timeframe",
                     "Name it, for example 1m or 1d."};
    for (const Timeframe known : market::ALL_TIMEFRAMES) {
        if (known.length() == most->first)
            return known;
    }
    const double seconds = std::chrono::duration<double>(most->first).count();
    return Error{
        ErrorCode::InvalidInput,
        fmt::format("The rows are mostly {} seconds apart, which is no stored timeframe", seconds),
        "Import candles of 1m 5m 15m 30m 1h 4h 12h 1d or 1w, or name the timeframe if the file has "
        "many gaps."};
}

void chooseVolume(ImportPlan& plan, const Survey& survey, std::optional<VolumeColumn> named,
                  const ImportOptions& options)
{
    const auto sure = options.volume ? options.volume : named;
    if (sure) {
        plan.volume = *sure;
        plan.volumeUnit =
            *sure == VolumeColumn::Contracts ? VolumeUnit::Guessed : VolumeUnit::Stated;
        return;
    }
    const double day = std::chrono::duration<double>(std::chrono::days(1)).count();
    const double step = std::chrono::duration<double>(plan.timeframe.length()).count();
    const double daily = survey.turnover / static_cast<double>(survey.usable) * day / step;
    plan.volume = daily > MAX_DAILY_TURNOVER ? VolumeColumn::Quote : VolumeColumn::Base;
    plan.volumeUnit = VolumeUnit::Guessed;
}

Result<void> checkDecimals(const ImportOptions& options)
{
    for (const auto& decimals : {options.priceDecimals, options.lotDecimals}) {
        if (decimals && (*decimals < 0 || *decimals > MAX_DECIMALS))
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{} decimals are not possible", *decimals), "Use 0 to 12."};
    }
    return {};
}

Error nothingUsable(const std::filesystem::path& file, const Survey& survey)
{
    if (survey.rows == 0)
        return {ErrorCode::InvalidInput, file.string() + " has a header but no rows",
                "Choose a file with candles or trades."};
    return {
        ErrorCode::InvalidInput,
        fmt::format("None of the {} rows of {} can be read; the first problem is in line {}: {}",
                    survey.rows, file.string(), survey.firstFaultLine, survey.firstFault.text()),
        "Nothing was changed. Check the columns and the delimiter."};
}

/// Everything that the opening lines settle: delimiter, header and roles.
Result<std::optional<VolumeColumn>> planColumns(const std::filesystem::path& file,
                                                const Opening& opening,
                                                const ImportOptions& options, ImportPlan& plan)
{
    const auto delimiter = guessDelimiter(opening.header);
    if (!delimiter)
        return Error{ErrorCode::InvalidInput,
                     file.string() + " has no columns separated by comma, semicolon or tab",
                     "A file of candles has at least time, open, high, low and close, one of trades time, price and volume."};
    plan.delimiter = *delimiter;
    Fields first;
    splitFields(opening.header, plan.delimiter, first);
    plan.header = isHeader(first);
    auto roles = chooseRoles(opening, plan, options);
    if (!roles)
        return roles.error();
    plan.columns = roles->roles;
    if (holdsTrades(plan) && options.volume.value_or(roles->namedVolume.value_or(VolumeColumn::Base)) != VolumeColumn::Base)
        return Error{ErrorCode::InvalidInput, "The sizes of trades can only be imported in base currency",
                     "Nothing was changed. Choose a column in base currency as the volume."};
    return roles->namedVolume;
}

/// Everything that the whole file settles: timeframe, order, decimals and volume.
Result<void> settle(ImportPlan& plan, const Survey& seen, const ImportOptions& options, const SeriesName& name,
                    std::optional<VolumeColumn> namedVolume)
{
    auto timeframe = holdsTrades(plan)
                         ? Result(market::ONE_MINUTE)
                         : chooseTimeframe(seen, options, name.timeframe, plan.stamp);
    if (!timeframe)
        return timeframe.error();
    plan.timeframe = *timeframe;
    plan.dataRows = seen.rows;
    plan.usableRows = seen.usable;
    plan.ordered = seen.rises || seen.falls;
    plan.newestFirst = !seen.rises && seen.falls;
    plan.priceDecimals = options.priceDecimals.value_or(seen.decimals);
    plan.lotDecimals = options.lotDecimals.value_or(std::max(plan.lotDecimals, seen.lotDecimals));
    if (holdsTrades(plan) || (!namedVolume && name.krakenArchive))
        namedVolume = VolumeColumn::Base;
    chooseVolume(plan, seen, namedVolume, options);
    return {};
}

} // namespace

Result<ImportPlan> planImport(const std::filesystem::path& file, const ImportOptions& wanted,
                              const std::atomic<bool>* cancel)
{
    if (auto good = checkDecimals(wanted); !good)
        return good.error();
    auto opening = readOpening(file, wanted);
    if (!opening)
        return opening.error();
    const SeriesName name = readSeriesName(opening->name);
    ImportOptions options = wanted;
    if (options.symbol.text().empty() && name.symbol)
        options.symbol = *name.symbol;
    ImportPlan plan;
    plan.symbol = name.symbol;
    auto namedVolume = planColumns(file, *opening, options, plan);
    if (!namedVolume)
        return namedVolume.error();
    plan.stamp = chooseStamp(*opening, plan, options);
    auto format = chooseTimeFormat(*opening, plan, options);
    if (!format)
        return format.error();
    plan.timeFormat = timeFormatText(*format);
    auto reader = LineReader::open(file, options.member);
    if (!reader)
        return reader.error();
    auto seen = surveyRows(*reader, plan, *format, cancel);
    if (!seen)
        return seen.error();
    if (seen->usable == 0)
        return nothingUsable(file, *seen);
    if (auto settled = settle(plan, *seen, options, name, *namedVolume); !settled)
        return settled.error();
    return plan;
}

} // namespace core::history
