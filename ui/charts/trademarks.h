// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <map>
#include <optional>
#include <vector>

namespace ui::charts {

/// One fill on the chart.
struct TradeMark
{
    core::Timestamp time;
    double price = 0.0;
    core::AccountIndex account = 0;
    bool buy = false;
    bool liquidation = false;
};

/// From where a position was opened to where it was closed or turned.
struct TradeLine
{
    core::Timestamp from;
    core::Timestamp to;
    double entry = 0.0;
    double exit = 0.0;
    bool profit = false; ///< Before costs.
};

/// The fills of one symbol as a chart shows them, kept up with the engine's append-only log.
class TradeMarks
{
public:
    /// Takes what is new in the snapshot; starts over when its epoch or the symbol changed.
    void update(const core::engine::EngineSnapshot& snapshot, core::SymbolIndex symbol);
    void clear();
    /// Only the fills of one account, or of all; from the next update on.
    void setAccount(std::optional<core::AccountIndex> account);

    /// By time, not falling.
    [[nodiscard]] const std::vector<TradeMark>& marks() const { return m_marks; }
    /// By the time they end, not falling.
    [[nodiscard]] const std::vector<TradeLine>& lines() const { return m_lines; }

private:
    struct Open
    {
        core::Timestamp time;
        double price = 0.0;
        bool isLong = false;
    };
    void add(const core::engine::FillRecord& record, const core::market::Instrument& instrument);

    std::uint64_t m_epoch = 0;
    core::SymbolIndex m_symbol = 0;
    std::optional<core::AccountIndex> m_account;
    std::size_t m_taken = 0;
    std::vector<TradeMark> m_marks;
    std::vector<TradeLine> m_lines;
    std::map<core::AccountIndex, Open> m_open;
};

} // namespace ui::charts
