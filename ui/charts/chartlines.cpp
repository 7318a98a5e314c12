// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartlines.h"

#include "ui/charts/chartmapping.h"
#include "ui/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ui::charts {
namespace {

constexpr double TAG_HEIGHT = 18.0;
constexpr double TAG_PADDING = 8.0;
constexpr double TAG_GAP = 4.0;
constexpr double EDGE_GAP = 6.0;      ///< Between a tag and the right edge of the plot.
constexpr double WIDEST_SHARE = 0.3;  ///< Of the plot: a wider tag leaves its strategy out.
constexpr double COLUMNS_SHARE = 0.6; ///< Of the plot: tags leave the rest to the candles.
/// A margin call farther away than this share of the mark is not hinted at: no news.
constexpr double FARTHEST_HINT = 0.5;
constexpr qsizetype LONGEST_NAME = 20;
constexpr std::size_t MOST_LINES = 40; ///< More on the screen would be a curtain.

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ChartLines)
};

using core::execution::BracketLeg;
using core::execution::Order;
using core::execution::OrderType;
using Kind = ChartLine::Kind;

std::optional<core::Price> priceOf(const Order& order)
{
    return order.awaitsStop() ? order.stop : order.isAtLimit() ? order.limit : std::nullopt;
}

Kind kindOf(const Order& order)
{
    const bool protects = order.reducesOnly() || order.leg != BracketLeg::None;
    if (!protects)
        return order.awaitsStop() ? Kind::EntryStop : Kind::EntryLimit;
    if (order.type == OrderType::Limit)
        return Kind::Target;
    return order.type == OrderType::TrailingStop ? Kind::TrailingStop
           : order.type == OrderType::StopLimit  ? Kind::StopLimit
                                                 : Kind::Stop;
}

auto rank(const ChartLine& line)
{
    return std::tuple(line.kind, line.account, line.buys, line.price);
}

void addOrders(std::vector<ChartLine>& lines, const core::engine::AccountSnapshot& account,
               core::AccountIndex index, core::SymbolIndex symbol,
               const core::market::Instrument& instrument)
{
    for (const Order& order : account.workingOrders) {
        const auto price = priceOf(order);
        if (order.symbol != symbol || !price || !order.isWorking())
            continue;
        ChartLine line;
        line.kind = kindOf(order);
        line.price = instrument.toDouble(*price);
        line.account = index;
        line.buys = core::execution::isBuying(order.side);
        lines.push_back(line);
    }
}

void addMarginCalls(std::vector<ChartLine>& lines, const core::engine::AccountSnapshot& account,
                    core::AccountIndex index, core::SymbolIndex symbol)
{
    for (const auto& position : account.positions) {
        if (position.symbol != symbol || !position.liquidationPrice || !position.distance)
            continue;
        ChartLine line;
        line.kind = Kind::MarginCall;
        line.price = *position.liquidationPrice;
        line.account = index;
        line.distance = *position.distance;
        lines.push_back(line);
    }
}

/// Orders alike at one price are one line that says how many they are.
std::vector<ChartLine> merged(std::vector<ChartLine> lines)
{
    std::sort(lines.begin(), lines.end(),
              [](const ChartLine& a, const ChartLine& b) { return rank(a) < rank(b); });
    std::vector<ChartLine> kept;
    for (ChartLine& line : lines) {
        if (!kept.empty() && rank(kept.back()) == rank(line))
            ++kept.back().orders;
        else
            kept.push_back(std::move(line));
    }
    return kept;
}

QString shortName(const QString& name)
{
    return name.size() <= LONGEST_NAME ? name : name.left(LONGEST_NAME - 1) + QChar(u'\u2026');
}

/// Finds tags their places; what is placed first has the better one.
class Placer
{
public:
    Placer(const ChartMapping& mapping, const TextWidth& width) : m_map(mapping), m_width(width) {}

    /// Gives the tag a text and a box around `tag.y`, both empty where there is no room.
    void place(LineTag& tag, const QString& strategy, const QString& words)
    {
        const double room = m_map.plot.width();
        tag.text = strategy.isEmpty()
                       ? words
                       : Text::tr("%1 · %2", "strategy, line").arg(shortName(strategy), words);
        if (boxWidth(tag.text) > room * WIDEST_SHARE)
            tag.text = words;
        const double wide = boxWidth(tag.text);
        const double top = std::clamp(std::round(tag.y - TAG_HEIGHT / 2), m_map.plot.top(),
                                      std::max(m_map.plot.top(), m_map.priceBottom - TAG_HEIGHT));
        QRectF box(m_map.plot.right() - EDGE_GAP - wide, top, wide, TAG_HEIGHT);
        const double leftmost = m_map.plot.right() - room * COLUMNS_SHARE;
        while (const QRectF* other = obstacle(box))
            box.moveRight(other->left() - TAG_GAP);
        if (box.left() < leftmost)
            return;
        tag.box = box;
        m_taken.push_back(box.adjusted(-TAG_GAP / 2, 0, TAG_GAP / 2, 0));
    }

private:
    [[nodiscard]] double boxWidth(const QString& text) const
    {
        return std::ceil(m_width(text)) + 2 * TAG_PADDING;
    }
    [[nodiscard]] const QRectF* obstacle(const QRectF& box) const
    {
        const auto found =
            std::find_if(m_taken.begin(), m_taken.end(),
                         [&box](const QRectF& other) { return other.intersects(box); });
        return found == m_taken.end() ? nullptr : &*found;
    }

    const ChartMapping& m_map;
    const TextWidth& m_width;
    std::vector<QRectF> m_taken;
};

/// The margin call nearest to the visible prices below or above them.
const ChartLine* hinted(const std::vector<ChartLine>& lines, const ChartMapping& mapping,
                        bool below)
{
    const ChartLine* nearest = nullptr;
    for (const ChartLine& line : lines) {
        if (line.kind != Kind::MarginCall)
            break;
        const bool beyond = below ? line.price < mapping.low : line.price > mapping.high;
        const bool near = std::abs(line.distance) <= FARTHEST_HINT;
        if (beyond && near && (!nearest || std::abs(line.distance) < std::abs(nearest->distance)))
            nearest = &line;
    }
    return nearest;
}

} // namespace

std::vector<ChartLine> chartLines(const core::engine::EngineSnapshot& snapshot,
                                  core::SymbolIndex symbol,
                                  std::optional<core::AccountIndex> account)
{
    std::vector<ChartLine> lines;
    if (symbol >= snapshot.symbols.size())
        return lines;
    for (std::size_t i = 0; i < snapshot.accounts.size(); ++i) {
        const auto index = static_cast<core::AccountIndex>(i);
        if (account.value_or(index) != index)
            continue;
        addMarginCalls(lines, snapshot.accounts[i], index, symbol);
        addOrders(lines, snapshot.accounts[i], index, symbol, snapshot.symbols[symbol].instrument);
    }
    lines = merged(std::move(lines));
    if (!account && snapshot.accounts.size() > 1)
        for (ChartLine& line : lines)
            line.strategy = QString::fromStdString(snapshot.accounts[line.account].strategy);
    return lines;
}

QString lineWords(const ChartLine& line)
{
    const auto many = [&line](const QString& text) {
        return line.orders > 1 ? Text::tr("%1 ×%2", "line, orders").arg(text).arg(line.orders)
                               : text;
    };
    switch (line.kind) {
    case Kind::MarginCall:
        return Text::tr("margin call %1").arg(format::percent(line.distance, 1));
    case Kind::Stop:
        return many(Text::tr("stop"));
    case Kind::StopLimit:
        return many(Text::tr("stop limit"));
    case Kind::TrailingStop:
        return many(Text::tr("trailing stop"));
    case Kind::Target:
        return many(Text::tr("target"));
    case Kind::EntryStop:
        return many(line.buys ? Text::tr("buy stop") : Text::tr("sell stop"));
    case Kind::EntryLimit:
        return many(line.buys ? Text::tr("buy limit") : Text::tr("sell limit"));
    }
    return {};
}

Token lineToken(Kind kind)
{
    switch (kind) {
    case Kind::MarginCall:
        return Token::Bad;
    case Kind::Stop:
    case Kind::StopLimit:
    case Kind::TrailingStop:
        return Token::Down;
    case Kind::Target:
        return Token::Up;
    case Kind::EntryStop:
    case Kind::EntryLimit:
        break;
    }
    return Token::Dim;
}

std::vector<LineTag> lineTags(const std::vector<ChartLine>& lines, const ChartMapping& mapping,
                              const TextWidth& width)
{
    std::vector<LineTag> tags;
    if (lines.empty() || !(mapping.high > mapping.low) || mapping.plot.width() <= 0.0)
        return tags;
    Placer placer(mapping, width);
    for (const bool below : {true, false}) {
        if (const ChartLine* line = hinted(lines, mapping, below)) {
            LineTag tag{below ? mapping.priceBottom : mapping.plot.top(), {}, {}, Token::Dim, true};
            placer.place(tag, line->strategy,
                         lineWords(*line) +
                             (below ? QStringLiteral(" \u2193") : QStringLiteral(" \u2191")));
            tags.push_back(std::move(tag));
        }
    }
    for (const ChartLine& line : lines) {
        if (line.price < mapping.low || line.price > mapping.high)
            continue;
        if (tags.size() == MOST_LINES)
            break;
        LineTag tag{mapping.y(line.price), {}, {}, lineToken(line.kind), false};
        placer.place(tag, line.strategy, lineWords(line));
        tags.push_back(std::move(tag));
    }
    return tags;
}

} // namespace ui::charts
