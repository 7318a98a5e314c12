// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/seriesname.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace core::history {

using market::Timeframe;

namespace {

/// The longer of two endings first.
constexpr std::array<std::string_view, 12> QUOTES = {"USDT", "USDC", "USD", "EUR", "GBP", "JPY",
                                                     "CHF",  "CAD",  "AUD", "XBT", "BTC", "ETH"};
/// What stands as a word of its own behind the base; a lone "eth" may mean anything.
constexpr std::size_t WORD_QUOTES = 9;
constexpr std::size_t MAX_BASE = 6;

std::string upper(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
    return result;
}

bool isAlnum(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// The words of the last part of a path, without the endings that say how a file is kept.
std::vector<std::string> wordsOf(std::string_view file)
{
    file.remove_prefix(std::min(file.find_last_of("/\\") + 1, file.size()));
    std::vector<std::string> words(1);
    for (const char c : file) {
        if (isAlnum(c))
            words.back().push_back(c);
        else if (!words.back().empty())
            words.emplace_back();
    }
    const auto isEnding = [](const std::string& word) {
        const std::string text = upper(word);
        return text.empty() || text == "GZ" || text == "ZIP" || text == "CSV" || text == "TXT" || text == "TSV";
    };
    while (!words.empty() && isEnding(words.back()))
        words.pop_back();
    return words;
}

bool isBase(std::string_view text)
{
    const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    return text.size() >= 2 && text.size() <= MAX_BASE && !std::all_of(text.begin(), text.end(), isDigit);
}

std::optional<Symbol> pairOf(std::string_view base, std::string_view quote)
{
    const auto symbol = Symbol::parse(assetName(base) + "/" + assetName(quote));
    return symbol ? std::optional(*symbol) : std::nullopt;
}

std::optional<Symbol> symbolOf(const std::vector<std::string>& words)
{
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string quote = upper(words[i + 1]);
        const auto* end = QUOTES.begin() + WORD_QUOTES;
        if (isBase(words[i]) && std::find(QUOTES.begin(), end, quote) != end)
            return pairOf(words[i], quote);
    }
    for (const std::string& one : words) {
        const std::string word = upper(one);
        for (const std::string_view quote : QUOTES) {
            if (word.ends_with(quote) && isBase(std::string_view(word).substr(0, word.size() - quote.size())))
                return pairOf(std::string_view(word).substr(0, word.size() - quote.size()), quote);
        }
    }
    return std::nullopt;
}

std::optional<Timeframe> timeframeOf(const std::string& word)
{
    if (const auto known = Timeframe::parse(word))
        return *known;
    const std::string text = upper(word);
    if (text == "D" || text == "DAY" || text == "DAILY")
        return Timeframe::minutes(1440);
    if (text == "H" || text == "HOUR" || text == "HOURLY")
        return Timeframe::minutes(60);
    return text == "MINUTE" ? std::optional(market::ONE_MINUTE) : std::nullopt;
}

/// Kraken writes minutes: "1", "1440".
std::optional<Timeframe> minutesOf(const std::string& word)
{
    int count = 0;
    const char* end = word.data() + word.size();
    if (const auto [rest, fault] = std::from_chars(word.data(), end, count); fault != std::errc() || rest != end)
        return std::nullopt;
    for (const Timeframe known : market::ALL_TIMEFRAMES) {
        if (known.length() == std::chrono::minutes(count))
            return known;
    }
    return std::nullopt;
}

} // namespace

std::string assetName(std::string_view name)
{
    const std::string text = upper(name);
    return text == "XBT" ? "BTC" : text == "XDG" ? "DOGE" : text;
}

SeriesName readSeriesName(std::string_view file)
{
    const auto words = wordsOf(file);
    SeriesName name;
    name.symbol = symbolOf(words);
    if (name.symbol && words.size() == 2) {
        name.timeframe = minutesOf(words[1]);
        name.krakenArchive = name.timeframe.has_value();
    }
    for (const std::string& word : words) {
        if (!name.timeframe)
            name.timeframe = timeframeOf(word);
    }
    return name;
}

} // namespace core::history
