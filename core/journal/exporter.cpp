// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/exporter.h"

#include "core/journal/equityfile.h"
#include "core/journal/exporttable.h"
#include "core/journal/reader.h"
#include "core/journal/sessionfolder.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core::journal {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

/// Rows between two calls of progress.
constexpr std::int64_t PROGRESS_ROWS = 2048;

constexpr std::array<std::string_view, 23> TRADE_COLUMNS = {
    "time",     "decision_time", "session",         "strategy",        "strategy_sha256", "symbol",
    "side",     "quantity",      "price",           "reference_price", "notional",        "fee",
    "slippage", "spread",        "realised_profit", "position_after",  "cash_after",      "rule",
    "detail",   "ambiguous",     "order_id",        "fill_id",         "correlation"};
constexpr std::array<std::string_view, 13> ORDER_COLUMNS = {
    "time",   "order_id", "strategy", "symbol", "side",   "type",       "quantity",
    "filled", "limit",    "stop",     "status", "reason", "correlation"};
constexpr std::array<std::string_view, 8> EQUITY_COLUMNS = {
    "time",          "strategy",       "cash",         "equity",
    "long_exposure", "short_exposure", "margin_level", "drawdown"};
constexpr std::array<std::string_view, 8> JOURNAL_COLUMNS = {
    "time", "seq", "session", "stream", "level", "event", "correlation", "fields"};

using Progress = std::function<bool(double)>;

Error cancelled()
{
    return {ErrorCode::Cancelled, "the export was stopped", "The session was not touched."};
}

Error damaged(const fs::path& file, std::int64_t line)
{
    return {ErrorCode::Corrupt, fmt::format("line {} of {} is damaged", line, file.string()),
            "The rows before it were written. quarterdeck-cli journal verify says what happened to "
            "it."};
}

/// Tells how far a run is, now and then.
class Meter
{
public:
    Meter(const Progress& progress, std::int64_t total) : m_progress(progress), m_total(total) {}
    [[nodiscard]] bool tick(std::int64_t done)
    {
        if (!m_progress || ++m_ticks % PROGRESS_ROWS != 0 || m_total <= 0)
            return true;
        return m_progress(std::min(1.0, static_cast<double>(done) / static_cast<double>(m_total)));
    }

private:
    const Progress& m_progress;
    const std::int64_t m_total;
    std::int64_t m_ticks = 0;
};

std::int64_t sizeOf(const fs::path& file)
{
    std::error_code fault;
    const std::uintmax_t size = fs::file_size(file, fault);
    return fault ? 0 : static_cast<std::int64_t>(size);
}

void addCell(ExportTable& table, const Json& value)
{
    if (value.is_null())
        table.unknown();
    else if (value.is_string())
        table.text(value.get_ref<const std::string&>());
    else if (value.is_structured())
        table.text(value.dump(-1, ' ', false, Json::error_handler_t::replace));
    else
        table.literal(value.dump());
}

/// One row with the line's members by the columns' names; `time` is its ts.
void addRow(ExportTable& table, std::span<const std::string_view> columns, const Json& line)
{
    for (const std::string_view column : columns) {
        const auto member = line.find(column == "time" ? "ts" : column);
        if (member == line.end())
            table.unknown();
        else
            addCell(table, *member);
    }
    table.endRow();
}

Result<std::int64_t> finished(ExportTable& table)
{
    if (const auto flushed = table.flush(); !flushed)
        return flushed.error();
    return table.rows();
}

/// Hands each whole line of `file` whose event is `event` (every line when empty) to `take`.
Result<void> forEachLine(const fs::path& file, std::string_view event, const Progress& progress,
                         const std::function<Result<void>(const LineReader&, const Json&)>& take)
{
    auto reader = LineReader::open(file);
    if (!reader)
        return reader.error();
    Meter meter(progress, sizeOf(file));
    const std::string wanted = fmt::format("\"event\":\"{}\"", event);
    while (reader->next() && reader->ended()) {
        if (!meter.tick(reader->bytes()))
            return cancelled();
        // Quotes inside texts are escaped: without these bytes it cannot be that event.
        if (!event.empty() && reader->line().find(wanted) == std::string_view::npos)
            continue;
        const Json line = Json::parse(reader->line(), nullptr, false);
        if (!line.is_object() || reader->tooLong())
            return damaged(file, reader->number());
        if (!event.empty() && line.value("event", Json()) != event)
            continue;
        if (auto taken = take(*reader, line); !taken)
            return taken.error();
    }
    return {};
}

Result<std::int64_t> exportTrades(const fs::path& folder, ExportFormat format, std::ostream& out,
                                  const Progress& progress)
{
    ExportTable table(out, format, TRADE_COLUMNS);
    const auto done = forEachLine(folder / "trades.jsonl", "fill", progress,
                                  [&](const LineReader&, const Json& line) {
                                      addRow(table, TRADE_COLUMNS, line);
                                      return table.flushIfFull();
                                  });
    if (!done)
        return done.error();
    return finished(table);
}

/// Where the last step of an order's life is written.
struct OrderPlace
{
    std::int64_t id = 0;
    std::uint32_t strategy = 0;
    std::int64_t offset = 0;
};

/// Finds the last step of every order: in order of id, then strategy.
Result<std::vector<OrderPlace>> findOrders(const fs::path& file, const Progress& progress)
{
    std::vector<OrderPlace> places;
    std::map<std::string, std::uint32_t> strategies;
    const auto done =
        forEachLine(file, "order", progress, [&](const LineReader& reader, const Json& line) {
            const auto id = line.find("order_id");
            if (id == line.end() || !id->is_number_integer())
                return Result<void>(damaged(file, reader.number()));
            const std::string strategy = line.value("strategy", Json()).dump();
            const auto index = static_cast<std::uint32_t>(strategies.size());
            places.push_back({id->get<std::int64_t>(),
                              strategies.emplace(strategy, index).first->second, reader.offset()});
            return Result<void>();
        });
    if (!done)
        return done.error();
    const auto key = [](const OrderPlace& place) { return std::tuple(place.id, place.strategy); };
    std::sort(places.begin(), places.end(), [&](const OrderPlace& a, const OrderPlace& b) {
        return std::tuple(key(a), b.offset) < std::tuple(key(b), a.offset);
    });
    // The last step of each now comes first among its equals.
    places.erase(
        std::unique(places.begin(), places.end(),
                    [&](const OrderPlace& a, const OrderPlace& b) { return key(a) == key(b); }),
        places.end());
    return places;
}

Result<std::int64_t> exportOrders(const fs::path& folder, ExportFormat format, std::ostream& out,
                                  const Progress& progress)
{
    const fs::path file = folder / "trades.jsonl";
    const Progress first = [&](double done) { return !progress || progress(done / 2); };
    auto places = findOrders(file, first);
    if (!places)
        return places.error();
    auto reader = LineReader::open(file);
    if (!reader)
        return reader.error();
    ExportTable table(out, format, ORDER_COLUMNS);
    const Progress second = [&](double done) { return !progress || progress(0.5 + done / 2); };
    Meter meter(second, static_cast<std::int64_t>(places->size()));
    for (const OrderPlace& place : *places) {
        reader->seek(place.offset);
        if (!meter.tick(table.rows()))
            return cancelled();
        const Json line = reader->next() ? Json::parse(reader->line(), nullptr, false) : Json();
        if (!line.is_object())
            return damaged(file, reader->number());
        addRow(table, ORDER_COLUMNS, line);
        if (auto flushed = table.flushIfFull(); !flushed)
            return flushed.error();
    }
    return finished(table);
}

/// Follows one account's highest equity.
class EquityRows
{
public:
    explicit EquityRows(std::string strategy) : m_strategy(std::move(strategy)) {}

    void add(ExportTable& table, const portfolio::EquityPoint& point)
    {
        m_peak = std::max(m_peak, point.equity);
        const double exposure = point.longExposure.toDouble() + point.shortExposure.toDouble();
        table.text(formatTimestamp(point.time));
        table.text(m_strategy);
        table.text(point.cash.toString());
        table.text(point.equity.toString());
        table.text(point.longExposure.toString());
        table.text(point.shortExposure.toString());
        if (exposure > 0.0)
            table.number(point.equity.toDouble() / exposure);
        else
            table.unknown();
        table.number(m_peak > Money() ? point.equity.toDouble() / m_peak.toDouble() - 1.0 : 0.0);
        table.endRow();
    }

private:
    const std::string m_strategy;
    Money m_peak{std::numeric_limits<std::int64_t>::min()};
};

Result<std::int64_t> exportEquity(const fs::path& folder, ExportFormat format, std::ostream& out,
                                  const Progress& progress)
{
    std::vector<EquityReader> readers;
    std::int64_t total = 0;
    for (const fs::path& file : equityFiles(folder)) {
        auto reader = EquityReader::open(file);
        if (!reader)
            return reader.error();
        total += reader->size();
        readers.push_back(std::move(*reader));
    }
    ExportTable table(out, format, EQUITY_COLUMNS);
    Meter meter(progress, total);
    std::vector<portfolio::EquityPoint> points;
    for (EquityReader& reader : readers) {
        EquityRows rows(reader.strategy());
        do {
            if (auto read = reader.read(points); !read)
                return read.error();
            for (const portfolio::EquityPoint& point : points) {
                rows.add(table, point);
                if (!meter.tick(table.rows()))
                    return cancelled();
                if (auto flushed = table.flushIfFull(); !flushed)
                    return flushed.error();
            }
        } while (!points.empty());
    }
    return finished(table);
}

/// A line's head as columns, everything else as one JSON text.
void addJournalRow(ExportTable& table, Json line)
{
    for (const std::string_view column : JOURNAL_COLUMNS) {
        const auto member = line.find(column == "time" ? "ts" : column);
        if (column == "fields")
            break;
        if (member == line.end()) {
            table.unknown();
            continue;
        }
        addCell(table, *member);
        line.erase(member);
    }
    table.text(line.dump(-1, ' ', false, Json::error_handler_t::replace));
    table.endRow();
}

Result<std::int64_t> exportJournal(const fs::path& folder, ExportFormat format, std::ostream& out,
                                   const Progress& progress)
{
    const fs::path file = folder / "all.jsonl";
    if (format == ExportFormat::Csv) {
        ExportTable table(out, format, JOURNAL_COLUMNS);
        const auto done = forEachLine(file, {}, progress, [&](const LineReader&, const Json& line) {
            addJournalRow(table, line);
            return table.flushIfFull();
        });
        if (!done)
            return done.error();
        return finished(table);
    }
    auto reader = LineReader::open(file);
    if (!reader)
        return reader.error();
    Meter meter(progress, sizeOf(file));
    std::int64_t rows = 0;
    for (; reader->next() && reader->ended(); ++rows) {
        if (!meter.tick(reader->bytes()))
            return cancelled();
        out << reader->line() << '\n';
    }
    if (!out)
        return Error{
            ErrorCode::Io, "the export could not be written to its end",
            "Check the disk's free space and write it again; the session was not touched."};
    return rows;
}

template <typename Value, std::size_t N>
Result<Value> choose(std::string_view what, std::string_view text,
                     const std::array<Value, N>& values)
{
    std::string choices;
    for (const Value value : values) {
        if (name(value) == text)
            return value;
        choices += fmt::format("{}{}", choices.empty() ? "" : ", ", name(value));
    }
    return Error{ErrorCode::InvalidInput, fmt::format("\"{}\" is no {}", text, what),
                 fmt::format("Choose one of {}.", choices)};
}

} // namespace

std::string_view name(ExportKind kind)
{
    switch (kind) {
    case ExportKind::Trades:
        return "trades";
    case ExportKind::Orders:
        return "orders";
    case ExportKind::Equity:
        return "equity";
    case ExportKind::Journal:
        return "journal";
    }
    return "";
}

std::string_view name(ExportFormat format)
{
    return format == ExportFormat::Csv ? "csv" : "jsonl";
}

Result<ExportKind> parseExportKind(std::string_view text)
{
    return choose("table to export", text,
                  std::array{ExportKind::Trades, ExportKind::Orders, ExportKind::Equity,
                             ExportKind::Journal});
}

Result<ExportFormat> parseExportFormat(std::string_view text)
{
    return choose("export format", text, std::array{ExportFormat::Csv, ExportFormat::Jsonl});
}

Result<std::int64_t> exportSession(const fs::path& folder, ExportKind kind, ExportFormat format,
                                   std::ostream& out, const Progress& progress)
{
    if (streamFiles(folder).empty())
        return Error{ErrorCode::NotFound, fmt::format("{} holds no journal", folder.string()),
                     "Name the folder of a session."};
    switch (kind) {
    case ExportKind::Trades:
        return exportTrades(folder, format, out, progress);
    case ExportKind::Orders:
        return exportOrders(folder, format, out, progress);
    case ExportKind::Equity:
        return exportEquity(folder, format, out, progress);
    case ExportKind::Journal:
        return exportJournal(folder, format, out, progress);
    }
    return Error{ErrorCode::Internal, "an unknown table was asked for", ""};
}

} // namespace core::journal
