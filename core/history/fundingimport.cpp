// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/fundingimport.h"

#include "core/history/csvfields.h"
#include "core/history/linereader.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::size_t MAX_QUOTED = 20;
/// Hourly rates of a century.
constexpr std::size_t MAX_RATES = 1'000'000;
constexpr std::size_t NOWHERE = MAX_FIELDS;
constexpr const char* NO_TIME = "the time cannot be read";

/// Where a row has what.
struct Columns
{
    std::size_t time = 0;
    std::size_t rate = 1;
    std::size_t knownAt = NOWHERE;
};

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), text) != names.end();
}

std::optional<Columns> namedColumns(const Fields& header)
{
    Columns columns{NOWHERE, NOWHERE, NOWHERE};
    for (std::size_t i = 0; i < header.count; ++i) {
        if (isOneOf(header.text[i], {"time", "calc_time", "fundingTime"}))
            columns.time = i;
        else if (isOneOf(header.text[i], {"rate", "last_funding_rate", "fundingRate"}))
            columns.rate = i;
        else if (header.text[i] == "known_at")
            columns.knownAt = i;
    }
    return columns.time != NOWHERE && columns.rate != NOWHERE ? std::optional(columns) : std::nullopt;
}

class FundingReader
{
public:
    /// Takes a line; the first may be the header.
    void take(std::int64_t number, std::string_view line)
    {
        if (line.empty())
            return;
        splitFields(line, ',', m_fields);
        if (!std::exchange(m_begun, true)) {
            if (const auto named = namedColumns(m_fields)) {
                m_columns = *named;
                return;
            }
            if (m_fields.count > 2)
                m_columns.knownAt = 2;
        }
        if (const char* defect = readRow())
            quote(number, line, defect);
    }
    [[nodiscard]] bool isFull() const { return m_rates.size() >= MAX_RATES; }
    [[nodiscard]] FundingReport& report() { return m_report; }
    [[nodiscard]] std::vector<market::FundingRate> rates() const
    {
        std::vector<market::FundingRate> all;
        for (const auto& [time, rate] : m_rates)
            all.push_back(rate);
        return all;
    }

private:
    [[nodiscard]] const char* readRow()
    {
        if (m_fields.quotesBroken || std::max(m_columns.time, m_columns.rate) >= m_fields.count)
            return "a field is missing";
        const auto time = timeIn(m_columns.time);
        if (!time)
            return NO_TIME;
        auto knownAt = time;
        if (m_columns.knownAt < m_fields.count)
            knownAt = timeIn(m_columns.knownAt);
        if (!knownAt)
            return NO_TIME;
        Decimal rate;
        if (readDecimal(m_fields.text[m_columns.rate], rate))
            return "the rate is not a number";
        const auto count = scaled(rate, market::FUNDING_DECIMALS);
        if (!count)
            return "the rate has more than twelve decimals";
        if (*count > MAX_FUNDING_RATE || *count < -MAX_FUNDING_RATE)
            return "the rate is beyond ten percent";
        // The last word on a time counts.
        m_rates[*time] = {*time, *knownAt, *count};
        ++m_report.rows;
        return nullptr;
    }

    [[nodiscard]] std::optional<Timestamp> timeIn(std::size_t column) const
    {
        const std::string_view text = m_fields.text[column];
        const auto format = guessTimeFormat(text);
        return format ? readTime(text, *format) : std::nullopt;
    }

    void quote(std::int64_t number, std::string_view line, const char* reason)
    {
        ++m_report.badRows;
        if (m_report.quoted.size() < MAX_QUOTED)
            m_report.quoted.push_back({number, printable(line), reason});
    }

    Fields m_fields;
    Columns m_columns;
    bool m_begun = false;
    std::map<Timestamp, market::FundingRate> m_rates;
    FundingReport m_report;
};

} // namespace

Result<FundingReport> importFunding(HistoryStore& store, const std::filesystem::path& file, const Symbol& symbol)
{
    auto lines = LineReader::open(file);
    if (!lines)
        return lines.error();
    FundingReader reader;
    std::string_view line;
    while (lines->next(line)) {
        if (reader.isFull())
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{} has more than a million funding rates", file.string()),
                         "Nothing was changed. Import it in parts."};
        reader.take(lines->lineNumber(), line);
    }
    if (lines->fault())
        return *lines->fault();
    FundingReport report = reader.report();
    if (report.rows == 0)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("{} has no funding rates{}", file.string(),
                                 report.quoted.empty() ? "" : fmt::format("; line {}: {}", report.quoted.front().line,
                                                                          report.quoted.front().reason)),
                     "Nothing was changed. A row is a time, a rate and, if you have it, when that was known."};
    auto written = store.writeFundingRates(symbol, reader.rates());
    if (!written)
        return written.error();
    report.written = *written;
    return report;
}

} // namespace core::history
