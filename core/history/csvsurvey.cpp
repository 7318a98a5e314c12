// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/csvsurvey.h"

#include <algorithm>
#include <numeric>

namespace core::history {

namespace {

constexpr std::size_t PREVIEW_ROWS = 20;
constexpr int CANCEL_EVERY = 4096;
/// Spacings beyond so many different ones are not counted: no candles are like that.
constexpr std::size_t MAX_SPACINGS = 1000;

std::vector<std::string> previewOf(const Fields& fields)
{
    std::vector<std::string> row;
    for (std::size_t i = 0; i < std::min(fields.count, MAX_FIELDS); ++i)
        row.push_back(printable(fields.text[i]));
    return row;
}

template <typename Row, typename Parser>
Result<Survey> surveyBy(Parser parser, LineReader& reader, ImportPlan& plan, const std::atomic<bool>* cancel)
{
    Survey result;
    std::int64_t lines = 0; ///< Blank ones too, of which there may be any number.
    std::string_view line;
    bool more = firstLine(reader, line);
    if (plan.header)
        more = more && reader.next(line);
    for (; more; more = reader.next(line)) {
        if (++lines % CANCEL_EVERY == 0 && cancel && cancel->load())
            return Error{ErrorCode::Cancelled, "Looking at the file was cancelled", "Nothing was changed."};
        if (isBlank(line))
            continue;
        Row row;
        const Reason reason = parser.parse(line, row);
        if (plan.preview.size() < PREVIEW_ROWS)
            plan.preview.push_back(previewOf(parser.fields()));
        if (!reason) {
            result.add(row);
        } else if (!result.firstFault) {
            result.firstFault = reason;
            result.firstFaultLine = reader.lineNumber();
        }
        ++result.rows;
    }
    if (reader.fault())
        return *reader.fault();
    return result;
}

} // namespace

void Survey::add(const CsvRow& row)
{
    ++usable;
    for (const Decimal* price : {&row.open, &row.high, &row.low, &row.close})
        decimals = std::max(decimals, price->decimals);
    turnover += toDouble(row.close.digits, row.close.decimals) * row.volume;
    addTime(row.time);
}

void Survey::add(const CsvTrade& trade)
{
    ++usable;
    decimals = std::max(decimals, trade.price.decimals);
    lotDecimals = std::max(lotDecimals, trade.size.decimals);
    addTime(trade.time);
}

void Survey::addTime(Timestamp time)
{
    if (before) {
        const Nanoseconds step = time - *before;
        rises = rises && step >= Nanoseconds(0);
        falls = falls && step <= Nanoseconds(0);
        grid = Nanoseconds(std::gcd(grid.count(), step.count()));
        if (step != Nanoseconds(0) &&
            (spacings.size() < MAX_SPACINGS || spacings.contains(abs(step))))
            ++spacings[abs(step)];
    }
    before = time;
}

Result<Survey> surveyRows(LineReader& reader, ImportPlan& plan, TimeFormat format,
                          const std::atomic<bool>* cancel)
{
    if (holdsTrades(plan))
        return surveyBy<CsvTrade>(TradeParser(plan.delimiter, plan.columns, format), reader, plan, cancel);
    return surveyBy<CsvRow>(RowParser(plan.delimiter, plan.columns, format), reader, plan, cancel);
}

} // namespace core::history
