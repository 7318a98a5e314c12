// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/series.h"

namespace core::engine {

Series::Series(const market::Instrument& instrument, const market::CandleColumns& data,
               market::Timeframe base, market::Timeframe timeframe)
    : m_instrument(instrument), m_data(data), m_base(base), m_timeframe(timeframe),
      m_builder(timeframe, base)
{}

void Series::close(const market::Candle& candle)
{
    ++m_closed;
    if (m_keeps)
        m_candles.push(candle);
    for (indicators::Indicator* indicator : m_indicators)
        indicator->update(candle);
}

const market::Candle* Series::advance(const market::Candle& candle)
{
    ++m_taken;
    if (m_timeframe == m_base) {
        close(candle);
        return &candle;
    }
    const auto ended = m_builder.addAndClose(candle);
    if (ended.before)
        close(*ended.before);
    if (ended.now)
        close(*ended.now);
    m_ended = ended.now ? ended.now : ended.before;
    return m_ended ? &*m_ended : nullptr;
}

template <typename Visit> void Series::replay(Visit visit) const
{
    market::CandleBuilder builder(m_timeframe, m_base);
    for (std::size_t i = 0; i < m_taken; ++i) {
        const auto ended = builder.addAndClose(m_data.at(i));
        if (ended.before)
            visit(*ended.before);
        if (ended.now)
            visit(*ended.now);
    }
}

const indicators::Indicator* Series::indicator(const indicators::Spec& spec)
{
    auto& slot = m_bySpec[spec];
    if (!slot) {
        slot = indicators::makeIndicator(spec, m_instrument);
        replay([&](const market::Candle& candle) { slot->update(candle); });
        m_indicators.push_back(slot.get());
    }
    return slot.get();
}

const market::CandleColumns* Series::candles()
{
    if (!m_keeps) {
        m_keeps = true;
        replay([&](const market::Candle& candle) { m_candles.push(candle); });
    }
    return &m_candles;
}

} // namespace core::engine
