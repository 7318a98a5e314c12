// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvroles.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

namespace core::history {

namespace {

using Words = std::vector<std::string>;
using Names = std::vector<std::string_view>;

const Names& timeNames()
{
    static const Names names = {"timestamp",  "time",     "datetime",    "date",
                                "open time",  "opentime", "unix time",   "unix timestamp",
                                "unix",       "ts",       "t",           "start",
                                "start time", "begin",    "candle time", "epoch",
                                "close time", "closetime", "end time",   "end"};
    return names;
}

struct PriceNames
{
    std::string_view role;
    Names names;
};

const std::vector<PriceNames>& priceNames()
{
    static const std::vector<PriceNames> names = {
        {"open", {"open", "o", "open price", "price open", "opening price", "first"}},
        {"high", {"high", "h", "high price", "price high", "max"}},
        {"low", {"low", "l", "low price", "price low", "min"}},
        {"close", {"close", "c", "close price", "price close", "closing price", "last"}},
        {"trades",
         {"trades", "count", "trade count", "tradecount", "number of trades", "num trades", "n"}}};
    return names;
}

/// "Volume_USD" → volume, usd; "openTime" → open, time.
Words wordsOf(std::string_view name)
{
    Words words(1);
    bool lowerBefore = false;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = std::isalnum(byte) != 0;
        if ((!letter || (std::isupper(byte) && lowerBefore)) && !words.back().empty())
            words.emplace_back();
        if (letter)
            words.back().push_back(static_cast<char>(std::tolower(byte)));
        lowerBefore = std::islower(byte) != 0;
    }
    if (words.back().empty())
        words.pop_back();
    return words;
}

std::string joined(const Words& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return text;
}

bool has(const Words& words, std::initializer_list<std::string_view> any)
{
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(any.begin(), any.end(), word) != any.end();
    });
}

/// A column that holds a volume, and the unit that its name states.
struct VolumeCandidate
{
    std::size_t column;
    std::optional<VolumeColumn> unit;
};

std::optional<VolumeCandidate> volumeCandidate(std::size_t column, const Words& words,
                                               const Symbol& symbol)
{
    if (!has(words, {"volume", "vol", "v", "volumefrom", "volumeto", "turnover"}) ||
        has(words, {"taker", "buy", "sell"}))
        return std::nullopt;
    const std::string base = lower(symbol.base());
    const std::string quote = lower(symbol.quote());
    if (has(words, {"contracts", "contract"}))
        return VolumeCandidate{column, VolumeColumn::Contracts};
    if (has(words, {"quote", quote, "turnover", "volumeto"}))
        return VolumeCandidate{column, VolumeColumn::Quote};
    if (has(words, {"base", base, base == "btc" ? "xbt" : base, "volumefrom"}))
        return VolumeCandidate{column, VolumeColumn::Base};
    if (has(words, {"usd", "usdt", "usdc", "eur", "gbp", "jpy"}))
        return VolumeCandidate{column, VolumeColumn::Quote};
    return VolumeCandidate{column, std::nullopt};
}

/// The column of the unit asked for; else one in base units, else an unnamed one, else any.
std::optional<VolumeCandidate> chooseVolume(std::vector<VolumeCandidate> candidates,
                                            std::optional<VolumeColumn> wanted)
{
    if (candidates.empty())
        return std::nullopt;
    const bool quoteBeside =
        std::any_of(candidates.begin(), candidates.end(),
                    [](const auto& candidate) { return candidate.unit == VolumeColumn::Quote; });
    const auto rank = [&](const VolumeCandidate& candidate) {
        if (wanted && candidate.unit == wanted)
            return 0;
        if (!candidate.unit)
            return 2;
        return candidate.unit == VolumeColumn::Base ? 1 : 3;
    };
    auto best = *std::min_element(candidates.begin(), candidates.end(),
                                  [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    // Beside a column that says "quote" the plain one is in base units.
    if (!best.unit && quoteBeside)
        best.unit = VolumeColumn::Base;
    return best;
}

std::size_t kept(const Fields& fields)
{
    return std::min(fields.count, MAX_FIELDS);
}

std::optional<std::size_t> named(const std::vector<Words>& header, const Names& names)
{
    for (const auto name : names) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (joined(header[i]) == name)
                return i;
        }
    }
    return std::nullopt;
}

/// The best-named column whose first value is a time; when that row is bad, the best-named one.
std::optional<std::size_t> timeColumn(const std::vector<Words>& header, const Fields& firstRow)
{
    for (const auto name : timeNames()) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            if (joined(header[i]) == name && i < kept(firstRow) &&
                guessTimeFormat(firstRow.text[i]))
                return i;
        }
    }
    return named(header, timeNames());
}

bool hasRole(const std::vector<std::string>& roles, std::string_view role)
{
    return std::find(roles.begin(), roles.end(), role) != roles.end();
}

/// A row is a candle or, with a price, a trade.
Result<void> checkComplete(const std::vector<std::string>& roles)
{
    static const Names OF_CANDLES = {"time", "open", "high", "low", "close"};
    static const Names OF_TRADES = {"time", "price", "volume"};
    const bool trades = hasRole(roles, "price");
    for (const std::string_view needed : trades ? OF_TRADES : OF_CANDLES) {
        if (!hasRole(roles, needed))
            return Error{ErrorCode::InvalidInput, fmt::format("No column holds the {}", needed),
                         "Name the columns, for example time,open,high,low,close,volume or, of trades, "
                         "time,price,volume ('-' skips one)."};
    }
    for (const char* other : {"open", "high", "low", "close", "trades"}) {
        if (trades && hasRole(roles, other))
            return Error{ErrorCode::InvalidInput, fmt::format("A row has both a price and {}", other),
                         "A row is a candle with open, high, low and close, or a trade with one price."};
    }
    if (!trades && (hasRole(roles, "side") || hasRole(roles, "id")))
        return Error{ErrorCode::InvalidInput, "A candle has neither a side nor an id", "Skip the column with '-'."};
    return {};
}

/// Turns the roles of candles that were found into those of trades.
void nameTradeColumns(const std::vector<Words>& header, std::size_t price, std::vector<std::string>& roles)
{
    for (std::string& role : roles) {
        if (role != "time" && role != "volume")
            role = "-";
    }
    roles[price] = "price";
    const auto nameFirst = [&](const char* role, const Names& known) {
        const auto column = named(header, known);
        if (column && !hasRole(roles, role) && roles[*column] == "-")
            roles[*column] = role;
    };
    nameFirst("volume", {"size", "amount", "qty", "quantity"});
    nameFirst("side", {"side", "taker side", "takerside"});
    nameFirst("id", {"trade id", "tradeid", "id"});
}

} // namespace

bool holdsTrades(const ImportPlan& plan)
{
    return hasRole(plan.columns, "price");
}

Result<ColumnRoles> rolesByOption(const std::string& columns)
{
    static const std::set<std::string_view> known = {"time",   "open",   "high",  "low",  "close",
                                                     "volume", "trades", "price", "side", "id"};
    Fields fields;
    splitFields(columns, ',', fields);
    ColumnRoles result;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < kept(fields); ++i) {
        const std::string role(fields.text[i]);
        if (role != "-" && !known.contains(role))
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("\"{}\" is no role of a column", printable(role)),
                "Use time, open, high, low, close, volume, trades, of trades price, side, id; '-' skips a column."};
        if (role != "-" && !seen.insert(role).second)
            return Error{ErrorCode::InvalidInput, fmt::format("Two columns are named {}", role),
                         "Name each role once and skip the other column with '-'."};
        result.roles.push_back(role);
    }
    if (auto complete = checkComplete(result.roles); !complete)
        return complete.error();
    return result;
}

Result<ColumnRoles> rolesByHeader(const Fields& header, const Fields& firstRow,
                                  const ImportOptions& options)
{
    std::vector<Words> names;
    std::vector<VolumeCandidate> volumes;
    for (std::size_t i = 0; i < kept(header); ++i) {
        names.push_back(wordsOf(header.text[i]));
        if (const auto volume = volumeCandidate(i, names.back(), options.symbol))
            volumes.push_back(*volume);
    }
    ColumnRoles result;
    result.roles.assign(names.size(), "-");
    if (const auto column = timeColumn(names, firstRow))
        result.roles[*column] = "time";
    for (const auto& [role, known] : priceNames()) {
        if (const auto column = named(names, known))
            result.roles[*column] = role;
    }
    if (const auto volume = chooseVolume(volumes, options.volume)) {
        result.roles[volume->column] = "volume";
        result.namedVolume = volume->unit;
    }
    // A price of its own where there is no candle.
    if (const auto price = named(names, {"price", "rate"}); price && !hasRole(result.roles, "open"))
        nameTradeColumns(names, *price, result.roles);
    if (auto complete = checkComplete(result.roles); !complete)
        return complete.error();
    return result;
}

bool namesAnEnd(std::string_view name)
{
    return has(wordsOf(name), {"close", "closetime", "end"});
}

Result<ColumnRoles> rolesByCount(std::size_t columns)
{
    switch (columns) {
    case 3:
        return rolesByOption("time,price,volume");
    case 5:
        return rolesByOption("time,open,high,low,close");
    case 6:
        return rolesByOption("time,open,high,low,close,volume");
    case 7:
        return rolesByOption("time,open,high,low,close,volume,trades");
    case 8:
        return rolesByOption("time,open,high,low,close,-,volume,trades");
    case 12:
        return rolesByOption("time,open,high,low,close,volume,-,-,trades,-,-,-");
    default:
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("The file has no header and {} columns, which is no known layout", columns),
            "Name the columns, for example time,open,high,low,close,volume ('-' skips one)."};
    }
}

} // namespace core::history
