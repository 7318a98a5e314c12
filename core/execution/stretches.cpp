// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/stretches.h"

#include <algorithm>

namespace core::execution {

Stretches::Stretches(const BarBatch& bar, const BarDetail& detail, bool worstCase, bool mirrored, AtTrades atTrades)
    : m_bar(bar), m_detail(detail), m_worstCase(worstCase), m_mirrored(mirrored), m_lanes(bar.bars.size()),
      m_candles(bar.bars.size()), m_parts(bar.bars.size()), m_present(bar.bars.size()),
      m_opens(bar.bars.size()), m_ends(bar.bars.size()), m_paths(bar.bars.size()),
      m_trades(bar.bars.size()), m_stopsAtTrades(atTrades == AtTrades::Stop), m_batch(bar)
{
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        const DetailRange& range = detail.bySymbol[i];
        m_lanes[i].length = range.detail == Detail::Candles ? range.length : bar.length;
        m_lanes[i].next = range.first;
    }
    m_batch.bars = m_parts;
    m_batch.present = m_present;
    m_batch.finer = {};
    m_batch.length = {};
}

bool Stretches::takeTrade(SymbolIndex symbol, Timestamp time)
{
    Lane& lane = m_lanes[symbol];
    const DetailRange& range = m_detail.bySymbol[symbol];
    m_trades[symbol] = {};
    if (lane.next == range.last || range.trades->time[lane.next] != time)
        return false;
    m_trades[symbol] = range.trades->at(lane.next++);
    m_opensWithTrade = true;
    const Price price = m_trades[symbol].price;
    m_candles[symbol] = {time, price, price, price, price, 0.0, 1};
    lane.path = {price, price, price, price};
    lane.end = Timestamp::min();
    m_present[symbol] = 1;
    return true;
}

/// Takes the symbol's candle or trade that comes at `time`, if there is one.
bool Stretches::open(SymbolIndex symbol, Timestamp time, const portfolio::Account& account)
{
    Lane& lane = m_lanes[symbol];
    const DetailRange& range = m_detail.bySymbol[symbol];
    if (range.detail == Detail::Trades)
        return takeTrade(symbol, time);
    if (range.detail == Detail::Candles) {
        if (lane.next == range.last || range.candles->openTime[lane.next] != time)
            return false;
        m_candles[symbol] = range.candles->at(lane.next++);
    } else {
        if (time != m_bar.openTime || !m_bar.present[symbol] || m_present[symbol])
            return false;
        m_candles[symbol] = m_bar.bars[symbol];
    }
    const std::int64_t held = account.position(symbol).quantity.lots();
    const bool lowFirst = lowComesFirst(m_candles[symbol], m_worstCase ? held : 0);
    lane.path = barPath(m_candles[symbol], lowFirst != m_mirrored);
    lane.end = time + lane.length;
    m_present[symbol] = 1;
    return true;
}

Price Stretches::priceAt(SymbolIndex symbol, Timestamp time) const
{
    if (!m_present[symbol])
        return m_bar.marks[symbol];
    const Lane& lane = m_lanes[symbol];
    if (time >= lane.end)
        return lane.path.back();
    const Nanoseconds leg = lane.length / 3;
    const Nanoseconds walked = time - (lane.end - lane.length);
    return PathPoint{static_cast<int>(walked / leg), (walked % leg).count(), leg.count()}.priceOn(lane.path);
}

Price Stretches::known(SymbolIndex symbol) const
{
    if (!m_present[symbol])
        return m_bar.marks[symbol];
    const Lane& lane = m_lanes[symbol];
    return m_batch.openTime >= lane.end ? lane.path.back() : m_candles[symbol].open;
}

/// When the symbol's price next does something that no straight line says: a trade, a corner of its path, the
/// open of a candle. A trade at `time` itself was not yet taken.
Timestamp Stretches::nextTurn(SymbolIndex symbol, Timestamp time) const
{
    const Lane& lane = m_lanes[symbol];
    const DetailRange& range = m_detail.bySymbol[symbol];
    const Timestamp never = Timestamp::max();
    if (range.detail == Detail::Trades)
        return lane.next == range.last ? never : range.trades->time[lane.next];
    if (m_present[symbol] && time < lane.end) {
        const Nanoseconds leg = lane.length / 3;
        const Nanoseconds walked = time - (lane.end - lane.length);
        return time + leg - walked % leg;
    }
    return range.detail == Detail::Path || lane.next == range.last ? never : range.candles->openTime[lane.next];
}

Timestamp Stretches::endAfter(Timestamp time) const
{
    if (m_stopsAtTrades && m_opensWithTrade)
        return time;
    if (!m_detail.hasTrades)
        return time + m_detail.step;
    Timestamp end = m_bar.openTime + m_bar.length;
    for (SymbolIndex i = 0; i < m_lanes.size(); ++i)
        end = std::min(end, nextTurn(i, time));
    return end;
}

bool Stretches::next(const portfolio::Account& account)
{
    m_batch.openTime += m_batch.length;
    const Timestamp time = m_batch.openTime;
    if (time >= m_bar.openTime + m_bar.length)
        return false;
    m_opensWithTrade = false;
    for (SymbolIndex i = 0; i < m_lanes.size(); ++i)
        m_opens[i] = open(i, time, account);
    const Timestamp end = endAfter(time);
    m_batch.length = end - time;
    for (SymbolIndex i = 0; i < m_lanes.size(); ++i) {
        m_ends[i] = m_present[i] && end > time && m_lanes[i].end == end;
        BarPath& path = m_paths[i];
        if (m_opens[i] && m_ends[i]) {
            path = m_lanes[i].path;
        } else {
            for (std::size_t corner = 0; corner < path.size(); ++corner)
                path[corner] = priceAt(i, time + m_batch.length * static_cast<std::int64_t>(corner) / 3);
        }
        const auto [low, high] = std::minmax_element(path.begin(), path.end());
        m_parts[i] = {time, path.front(), *high, *low, path.back(), 0.0, 0};
    }
    return true;
}

} // namespace core::execution
