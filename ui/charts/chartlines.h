// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "ui/charts/axislayout.h"
#include "ui/theme.h"

#include <QRectF>

#include <optional>
#include <vector>

namespace ui::charts {

struct ChartMapping;

/// A price at which something will happen to an account. Stops and targets protect a position; what
/// opens or turns one is an entry.
struct ChartLine
{
    enum class Kind { MarginCall, Stop, StopLimit, TrailingStop, Target, EntryStop, EntryLimit };
    Kind kind = Kind::Stop;
    double price = 0.0;
    core::AccountIndex account = 0;
    bool buys = false;     ///< Of an entry.
    int orders = 1;        ///< Alike at this price.
    double distance = 0.0; ///< Of a margin call from the mark: −0.25 is a quarter down.
    QString strategy;      ///< Empty while only one account is shown.
};

/// The working orders and liquidation prices of one symbol, of one account or of all. What matters
/// most comes first: margin calls, stops, targets, entries.
[[nodiscard]] std::vector<ChartLine> chartLines(const core::engine::EngineSnapshot& snapshot,
                                                core::SymbolIndex symbol,
                                                std::optional<core::AccountIndex> account);

/// In words: "stop", "buy limit ×3", "margin call −25.1 %".
[[nodiscard]] QString lineWords(const ChartLine& line);
[[nodiscard]] Token lineToken(ChartLine::Kind kind);

/// A line on the screen with its tag.
struct LineTag
{
    double y = 0.0;
    QRectF box; ///< Empty where there is no room left for a tag.
    QString text;
    Token token = Token::Text;
    bool hint = false; ///< Of a margin call beyond the edge: a word, no line.
};

/// Lines inside the visible prices, each with its tag on it at the right of the plot; a tag without
/// room moves left. The nearest margin call beyond either edge is hinted at, unless the mark would
/// have to halve. Tags overlap nothing.
[[nodiscard]] std::vector<LineTag> lineTags(const std::vector<ChartLine>& lines,
                                            const ChartMapping& mapping, const TextWidth& width);

} // namespace ui::charts
