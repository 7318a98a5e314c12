// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/desk.h"

#include <utility>
#include <variant>

namespace core::engine {

using journal::Level;
using journal::RecordBatch;
using journal::Stream;

void Desk::writeOrder(const execution::Order& order, Timestamp time)
{
    const market::Instrument& instrument = m_instruments[order.symbol];
    const bool refused = order.status == execution::OrderStatus::Rejected;
    RecordBatch& line = m_session.records.add(Stream::trades(), refused ? Level::Warning : Level::Info,
                                              "order", time,
                                              m_session.isActing ? m_session.correlation : order.correlation);
    line.integer("order_id", static_cast<std::int64_t>(order.id.value))
        .text("strategy", m_setup.name)
        .text("symbol", instrument.symbol.text())
        .word("side", execution::name(order.side))
        .word("type", execution::name(order.type))
        .decimal("quantity", order.size.lots(), instrument.lotDecimals)
        .decimal("filled", order.filled.lots(), instrument.lotDecimals);
    if (order.limit)
        line.decimal("limit", order.limit->ticks(), instrument.priceDecimals);
    if (order.stop)
        line.decimal("stop", order.stop->ticks(), instrument.priceDecimals);
    if (order.type == execution::OrderType::TrailingStop) {
        if (order.trailFraction > 0)
            line.decimal("trail_fraction", order.trailFraction, 8);
        else
            line.decimal("trail", order.trail.ticks(), instrument.priceDecimals);
    }
    line.word("tif", execution::name(order.tif));
    if (order.tif == execution::TimeInForce::GoodTillDate)
        line.time("expires", order.expires);
    if (order.reduceOnly)
        line.flag("reduce_only", true);
    if (order.forced)
        line.flag("forced", true);
    if (order.triggered)
        line.flag("triggered", true);
    if (order.stopLoss)
        line.decimal("stop_loss", order.stopLoss->ticks(), instrument.priceDecimals);
    if (order.takeProfit)
        line.decimal("take_profit", order.takeProfit->ticks(), instrument.priceDecimals);
    if (order.leg != execution::BracketLeg::None)
        line.integer("parent", static_cast<std::int64_t>(order.parent.value))
            .word("leg", execution::name(order.leg));
    line.word("status", execution::name(order.status)).word("reason", execution::name(order.reason));
}

void Desk::writeFill(const execution::Fill& fill)
{
    const market::Instrument& instrument = m_instruments[fill.symbol];
    RecordBatch& line =
        m_session.records.add(Stream::trades(), Level::Info, "fill", fill.time, fill.correlation);
    line.text("strategy", m_setup.name)
        .text("strategy_sha256", m_sha256)
        .text("symbol", instrument.symbol.text())
        .word("side", execution::name(fill.side))
        .decimal("quantity", fill.quantity.lots(), instrument.lotDecimals)
        .decimal("price", fill.price.ticks(), instrument.priceDecimals)
        .decimal("reference_price", fill.referencePrice.ticks(), instrument.priceDecimals)
        .money("notional", fill.notional)
        .money("fee", fill.fee)
        .word("liquidity", execution::name(fill.liquidity))
        .money("liquidation_fee", fill.liquidationFee)
        .money("slippage", fill.slippage)
        .money("spread", fill.spread)
        .money("realised_profit", fill.realisedProfit)
        .decimal("position_after", fill.positionAfter.lots(), instrument.lotDecimals)
        .money("cash_after", fill.cashAfter)
        .word("rule", execution::name(fill.rule))
        .word("detail", execution::name(fill.detail))
        .flag("ambiguous", fill.ambiguous)
        .integer("order_id", static_cast<std::int64_t>(fill.order.value))
        .integer("fill_id", static_cast<std::int64_t>(fill.id.value))
        .time("decision_time", fill.decisionTime);
    if (fill.openingFee != Money())
        line.money("opening_fee", fill.openingFee);
    if (fill.ambiguous)
        line.money("stake", fill.stake);
    if (fill.leg != execution::BracketLeg::None)
        line.integer("parent", static_cast<std::int64_t>(fill.parent.value))
            .word("leg", execution::name(fill.leg));
}

void Desk::writeEntry(const portfolio::LedgerEntry& entry)
{
    const market::Instrument& instrument = m_instruments[entry.symbol];
    RecordBatch& line = m_session.records.add(Stream::trades(), Level::Info, "ledger", entry.time,
                                              entry.correlation);
    line.text("strategy", m_setup.name)
        .word("kind", portfolio::name(entry.kind))
        .money("cash", entry.cash);
    if (!portfolio::concernsSymbol(entry.kind))
        return;
    line.text("symbol", instrument.symbol.text())
        .decimal("quantity", entry.quantity.lots(), instrument.lotDecimals);
    if (entry.kind == portfolio::EntryKind::Reset)
        line.decimal("mark", m_marks[entry.symbol].ticks(), instrument.priceDecimals);
    else if (entry.kind != portfolio::EntryKind::Funding)
        line.integer("fill_id", static_cast<std::int64_t>(m_session.lastFill));
}

void Desk::writeCut(const execution::MarginCut& cut)
{
    const int decimals = m_instruments[order(cut.order)->symbol].lotDecimals;
    const bool isRisk = cut.reason != execution::Reason::InsufficientMargin;
    RecordBatch& line = m_session.records.add(Stream::trades(), Level::Warning,
                                              isRisk ? "risk_cut" : "margin_cut", cut.time, cut.correlation);
    line.text("strategy", m_setup.name)
        .integer("order_id", static_cast<std::int64_t>(cut.order.value))
        .decimal("asked", cut.asked.lots(), decimals)
        .decimal("granted", cut.granted.lots(), decimals);
    if (isRisk)
        line.word("reason", execution::name(cut.reason));
}

void Desk::writeCall(const execution::MarginCall& call)
{
    m_session.records.add(Stream::trades(), Level::Error, "margin_call", call.time, call.correlation)
        .text("strategy", m_setup.name)
        .money("equity", call.equity)
        .money("maintenance", call.maintenance)
        .money("exposure", call.exposure)
        .number("margin_level", call.level);
}

void Desk::writeRisk(const portfolio::RiskChange& change)
{
    const portfolio::RiskBreach& breach = change.breach;
    m_session.records
        .add(Stream::trades(), change.begins ? Level::Warning : Level::Info, "risk_limit", change.time,
             change.correlation)
        .text("strategy", m_setup.name)
        .word("limit", portfolio::name(breach.limit))
        .word("state", change.begins ? "breached" : "ended")
        .number("value", breach.value)
        .number("threshold", breach.threshold)
        .word("action", portfolio::name(change.action))
        .time("since", breach.since)
        .money("equity", change.equity);
}

void Desk::writeAmbiguity(const execution::Ambiguity& ambiguity)
{
    m_session.records
        .add(Stream::trades(), Level::Info, "ambiguity", ambiguity.time, ambiguity.correlation)
        .text("strategy", m_setup.name)
        .integer("fills", ambiguity.fills)
        .money("stake", ambiguity.stake);
}

void Desk::writeLiquidated(const execution::Liquidated& end)
{
    m_session.records.add(Stream::trades(), Level::Error, "liquidated", end.time, end.correlation)
        .text("strategy", m_setup.name)
        .money("bad_debt", end.badDebt)
        .money("cash", m_book.account.cash());
}

void Desk::writeWaiting(const execution::MarginCallWaiting& waiting)
{
    m_session.records
        .add(Stream::trades(), Level::Warning, "margin_call_waiting", waiting.time, waiting.correlation)
        .text("strategy", m_setup.name)
        .money("equity", waiting.equity)
        .money("maintenance", waiting.maintenance);
}

void Desk::writeRefusal(const execution::DetailRefused& refused)
{
    const bool isTrades = refused.detail == execution::Detail::Trades;
    if (std::exchange(isTrades ? m_session.saidTradesRefused : m_session.saidCandlesRefused, true))
        return;
    m_session.records
        .add(Stream::system(), Level::Warning, "detail_refused", refused.time, refused.correlation)
        .text("symbol", m_instruments[refused.symbol].symbol.text())
        .text("detail", execution::name(refused.detail))
        .text("message", isTrades
                             ? "The trades inside this bar do not add up to it: the first, the highest, the lowest "
                               "and the last must be its open, high, low and close. Finer candles or its own path "
                               "resolve it, and any other bar that this is true of. Import the candles again from "
                               "the trades."
                             : "The finer candles inside this bar do not add up to it: open, high, low and close "
                               "must be the same. Its own path resolves it, and any other bar that this is true "
                               "of. Import the candles of both timeframes again from one source.");
}

void Desk::log(std::string_view message, const strategy::LogFields& fields)
{
    RecordBatch& line = m_session.records.add(Stream::strategy(m_index), Level::Info, "log",
                                              m_session.time, m_session.correlation);
    std::string text(message);
    for (const auto& [key, value] : fields) {
        // Keys are the script's own, so they go into the text: a line's members are ours alone.
        text += (text.empty() ? "" : " ") + key + "=";
        if (const auto* flag = std::get_if<bool>(&value))
            text += *flag ? "true" : "false";
        else if (const auto* whole = std::get_if<std::int64_t>(&value))
            text += std::to_string(*whole);
        else if (const auto* number = std::get_if<double>(&value))
            text += formatDouble(*number);
        else
            text += std::get<std::string>(value);
    }
    line.text("message", text);
}

void Desk::plot(std::string_view name, double value, std::string_view pane)
{
    m_session.records
        .add(Stream::strategy(m_index), Level::Debug, "plot", m_session.time, m_session.correlation)
        .text("name", name)
        .number("value", value)
        .text("pane", pane);
}

void Desk::mark(SymbolIndex symbol, std::string_view text)
{
    RecordBatch& line = m_session.records.add(Stream::strategy(m_index), Level::Info, "mark",
                                              m_session.time, m_session.correlation);
    if (symbol < m_instruments.size())
        line.text("symbol", m_instruments[symbol].symbol.text());
    line.text("text", text);
}

} // namespace core::engine
