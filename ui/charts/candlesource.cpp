// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/candlesource.h"

#include "ui/charts/candleselection.h"

#include <algorithm>

namespace ui::charts {
namespace {

/// Finest candles asked for ahead of the replay's time, so that fast play does not ask for every
/// bar.
constexpr int FINE_CANDLES = 2000;

bool covers(const core::history::TimeRange& range, core::Timestamp from, core::Timestamp to)
{
    return range.from <= from && to <= range.to;
}

} // namespace

void CandleSource::setCoverage(std::optional<core::history::Coverage> coverage)
{
    m_coverage = std::move(coverage);
    m_shown = Block();
    m_fine = Block();
    emit changed();
}

void CandleSource::request(Block& block, core::market::Timeframe timeframe,
                           core::history::TimeRange range)
{
    block.pending = ++m_lastToken;
    block.pendingTimeframe = timeframe;
    block.pendingRange = range;
    const quint64 shown = m_shown.pending != 0 ? m_shown.pending : m_lastToken;
    const quint64 fine = m_fine.pending != 0 ? m_fine.pending : m_lastToken;
    emit oldestWantedChanged(std::min(shown, fine));
    emit candlesRequested(block.pending, m_coverage->instrument.symbol, timeframe, range);
}

void CandleSource::want(TimeSpan span, core::market::Timeframe timeframe)
{
    // One request at a time: a replay at full speed moves the view faster than replies come, and
    // replacing the request with every frame would mean never to see a reply.
    if (!m_coverage || m_shown.pending != 0)
        return;
    const bool loaded =
        m_shown.candles && m_shown.timeframe == timeframe && !leavesRange(span, m_shown.range);
    if (!loaded)
        request(m_shown, timeframe, rangeToLoad(span, timeframe));
}

void CandleSource::wantForming(core::market::Timeframe timeframe, core::Timestamp now)
{
    if (!m_coverage || timeframe <= m_coverage->finest || m_fine.pending != 0)
        return;
    const core::Timestamp open = timeframe.floor(now);
    if (covers(m_fine.range, open, now))
        return;
    const core::Nanoseconds ahead =
        std::max(timeframe.length(), FINE_CANDLES * m_coverage->finest.length());
    request(m_fine, m_coverage->finest, {open, open + ahead});
}

std::optional<core::market::Candle> CandleSource::forming(core::Timestamp now) const
{
    if (!m_coverage || !m_fine.candles || m_shown.timeframe <= m_coverage->finest)
        return {};
    if (!covers(m_fine.range, m_shown.timeframe.floor(now), now))
        return {};
    return formingCandle(*m_fine.candles, m_fine.timeframe, m_shown.timeframe, now);
}

void CandleSource::handleCandles(quint64 token,
                                 const std::shared_ptr<const core::market::CandleColumns>& candles)
{
    for (Block* block : {&m_shown, &m_fine}) {
        if (token == 0 || block->pending != token)
            continue;
        block->candles = candles;
        block->timeframe = block->pendingTimeframe;
        block->range = block->pendingRange;
        block->pending = 0;
        emit changed();
        return;
    }
}

bool CandleSource::handleFailed(quint64 token)
{
    for (Block* block : {&m_shown, &m_fine}) {
        if (token != 0 && block->pending == token) {
            block->pending = 0;
            return true;
        }
    }
    return false;
}

} // namespace ui::charts
