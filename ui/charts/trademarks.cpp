// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/trademarks.h"

namespace ui::charts {

void TradeMarks::clear()
{
    m_taken = 0;
    m_marks.clear();
    m_lines.clear();
    m_open.clear();
}

void TradeMarks::setAccount(std::optional<core::AccountIndex> account)
{
    if (account == m_account)
        return;
    m_account = account;
    clear();
}

void TradeMarks::update(const core::engine::EngineSnapshot& snapshot, core::SymbolIndex symbol)
{
    if (snapshot.epoch != m_epoch || symbol != m_symbol || snapshot.fills.size() < m_taken)
        clear();
    m_epoch = snapshot.epoch;
    m_symbol = symbol;
    for (; m_taken < snapshot.fills.size(); ++m_taken) {
        const core::engine::FillRecord& record = snapshot.fills.at(m_taken);
        if (record.fill.symbol == symbol && m_account.value_or(record.account) == record.account)
            add(record, snapshot.symbols[symbol].instrument);
    }
}

void TradeMarks::add(const core::engine::FillRecord& record,
                     const core::market::Instrument& instrument)
{
    const core::execution::Fill& fill = record.fill;
    const double price = instrument.toDouble(fill.price);
    const std::int64_t after = fill.positionAfter.lots();
    const std::int64_t before = after - fill.quantity.lots();
    m_marks.push_back({fill.time, price, record.account, fill.quantity.lots() > 0,
                       fill.rule == core::execution::FillRule::Liquidation});
    const auto open = m_open.find(record.account);
    const bool ended = before != 0 && (after == 0 || (after > 0) != (before > 0));
    if (ended && open != m_open.end()) {
        const Open& entry = open->second;
        m_lines.push_back({entry.time, fill.time, entry.price, price,
                           entry.isLong ? price > entry.price : price < entry.price});
        m_open.erase(open);
    }
    if (after != 0 && (before == 0 || ended))
        m_open[record.account] = {fill.time, price, after > 0};
}

} // namespace ui::charts
