// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyrows.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <bit>

namespace core::history {

using market::CandleColumns;
using market::FundingRate;
using market::TradeColumns;

namespace {

constexpr std::int64_t SECOND = 1'000'000; ///< In microseconds.

bool scaled(std::int64_t& value, std::int64_t factor)
{
    const Int128 wide = Int128(value) * factor;
    if (!fitsInt64(wide))
        return false;
    value = static_cast<std::int64_t>(wide);
    return true;
}

Result<Rows> scaledRows(const RowTable& table, const RowScale& scale, Rows rows)
{
    if (scale.price == 1 && scale.size == 1)
        return rows;
    bool fits = true;
    for (Row& row : rows) {
        if (table.kind == RowKind::Trades)
            fits = fits && scaled(row[3], scale.price) && scaled(row[4], scale.size);
        else if (table.kind != RowKind::FundingRates)
            for (std::size_t i = 1; i <= 4; ++i)
                fits = fits && scaled(row[i], scale.price);
    }
    if (!fits)
        return Error{ErrorCode::Overflow,
                     "The prices or sizes of " + table.symbol.text() + " do not fit with as many decimals as the other "
                     "history has", "Nothing of it was changed."};
    return rows;
}

Rows rowsOf(const CandleColumns& candles)
{
    Rows rows(candles.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        // Adding zero leaves one zero only, as databases do.
        rows[i] = {toMicroseconds(candles.openTime[i]), candles.open[i].ticks(), candles.high[i].ticks(),
                   candles.low[i].ticks(), candles.close[i].ticks(),
                   std::bit_cast<std::int64_t>(candles.volume[i] + 0.0), candles.trades[i]};
    return rows;
}

Rows rowsOf(const TradeColumns& trades)
{
    Rows rows(trades.count());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t time = toMicroseconds(trades.time[i]);
        const bool numbered = trades.id[i] != 0;
        const std::int64_t place = i > 0 && rows[i - 1][0] == time ? rows[i - 1][1] + 1 : 1;
        rows[i] = {time, numbered ? static_cast<std::int64_t>(trades.id[i]) : place, numbered ? 1 : 0,
                   trades.price[i].ticks(), trades.size[i].lots(), static_cast<std::int64_t>(trades.taker[i]), 0};
    }
    return rows;
}

Rows rowsOf(const std::vector<FundingRate>& rates)
{
    Rows rows;
    for (const FundingRate& rate : rates)
        rows.push_back({toMicroseconds(rate.time), toMicroseconds(rate.knownAt), rate.rate, 0, 0, 0, 0});
    std::ranges::sort(rows);
    return rows;
}

/// The time to read up to, so that no second is cut in two; nothing where a full page is all of one second.
std::optional<Timestamp> wholeUntil(const Rows& rows, std::size_t most, Timestamp otherwise)
{
    if (rows.size() < most)
        return otherwise;
    if (secondOf(rows.front()) == secondOf(rows.back()))
        return {};
    return fromMicroseconds(secondOf(rows.back()) * SECOND);
}

void cut(Rows& rows, Timestamp until)
{
    const auto end = std::ranges::lower_bound(rows, toMicroseconds(until), {}, [](const Row& row) { return row[0]; });
    rows.erase(end, rows.end());
}

} // namespace

std::int64_t secondOf(const Row& row)
{
    return row[0] / SECOND - (row[0] % SECOND < 0 ? 1 : 0);
}

std::string RowTable::name() const
{
    switch (kind) {
    case RowKind::Candles:
        return timeframe.text() + " candles";
    case RowKind::Rollup:
        return timeframe.text() + " rollup";
    case RowKind::Trades:
        return "trades";
    case RowKind::FundingRates:
        break;
    }
    return "funding rates";
}

RowPages::RowPages(RowTable table, RowSide source, RowSide destination, TimeRange range, std::size_t most)
    : m_table(std::move(table)), m_source(source), m_destination(destination), m_range(range), m_most(std::max<std::size_t>(most, 1))
{}

Result<Rows> RowPages::read(const RowSide& side, TimeRange range, std::optional<std::size_t> limit) const
{
    if (!side.store || range.from >= range.to)
        return Rows();
    const auto rows = [&](auto&& columns) -> Result<Rows> {
        if (!columns)
            return columns.error();
        return scaledRows(m_table, side.scale, rowsOf(*columns));
    };
    switch (m_table.kind) {
    case RowKind::Candles:
        return rows(side.store->writtenCandles(m_table.symbol, m_table.timeframe, range));
    case RowKind::Rollup:
        return rows(side.store->candles(m_table.symbol, m_table.timeframe, range));
    case RowKind::Trades:
        return rows(side.store->trades(m_table.symbol, range, limit));
    case RowKind::FundingRates:
        break;
    }
    return rows(side.store->fundingRates(m_table.symbol, range));
}

Result<std::optional<RowPages::Page>> RowPages::next()
{
    if (m_range.from >= m_range.to)
        return std::optional<Page>();
    auto page = m_table.kind == RowKind::Trades         ? nextTrades()
                : m_table.kind == RowKind::FundingRates ? nextRates()
                                                        : nextCandles();
    if (!page)
        return page.error();
    m_range.from = page->range.to;
    return std::optional(std::move(*page));
}

/// A stretch of time that has room for as many candles.
Result<RowPages::Page> RowPages::nextCandles()
{
    const Nanoseconds step = m_table.timeframe.length();
    const auto steps = static_cast<std::int64_t>(std::min<std::size_t>(
        m_most, static_cast<std::size_t>((m_range.to - m_range.from) / step) + 1));
    Page page{{m_range.from, std::min(m_range.from + steps * step, m_range.to)}, {}, {}};
    auto source = read(m_source, page.range, {});
    auto destination = read(m_destination, page.range, {});
    if (!source || !destination)
        return source ? destination.error() : source.error();
    page.source = std::move(*source);
    page.destination = std::move(*destination);
    return page;
}

/// Up to where both histories fill a page, and to the end of a second: by it the store knows which trades are the same.
Result<RowPages::Page> RowPages::nextTrades()
{
    for (std::size_t most = m_most;; most *= 2) {
        auto source = read(m_source, m_range, most);
        auto destination = read(m_destination, m_range, most);
        if (!source || !destination)
            return source ? destination.error() : source.error();
        const auto sourceEnd = wholeUntil(*source, most, m_range.to);
        const auto destinationEnd = wholeUntil(*destination, most, m_range.to);
        if (!sourceEnd || !destinationEnd)
            continue;
        const Timestamp end = std::min(*sourceEnd, *destinationEnd);
        cut(*source, end);
        cut(*destination, end);
        return Page{{m_range.from, end}, std::move(*source), std::move(*destination)};
    }
}

/// A few a day: all of them.
Result<RowPages::Page> RowPages::nextRates()
{
    auto source = read(m_source, m_range, {});
    auto destination = read(m_destination, m_range, {});
    if (!source || !destination)
        return source ? destination.error() : source.error();
    return Page{m_range, std::move(*source), std::move(*destination)};
}

CandleColumns candlesOf(const Rows& rows)
{
    CandleColumns candles;
    candles.reserve(rows.size());
    for (const Row& row : rows)
        candles.push({fromMicroseconds(row[0]), Price(row[1]), Price(row[2]), Price(row[3]), Price(row[4]),
                      std::bit_cast<double>(row[5]), static_cast<std::int32_t>(row[6])});
    return candles;
}

std::vector<FundingRate> ratesOf(const Rows& rows)
{
    std::vector<FundingRate> rates;
    for (const Row& row : rows)
        rates.push_back({fromMicroseconds(row[0]), fromMicroseconds(row[1]), row[2]});
    return rates;
}

std::vector<TradeColumns> tradesOf(const Rows& rows)
{
    std::vector<TradeColumns> pieces;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        if (i == 0 || row[2] != rows[i - 1][2])
            pieces.emplace_back();
        pieces.back().push({fromMicroseconds(row[0]), Price(row[3]), Quantity(row[4]),
                            static_cast<market::TakerSide>(row[5]), row[2] != 0 ? static_cast<std::uint64_t>(row[1]) : 0});
    }
    return pieces;
}

} // namespace core::history
