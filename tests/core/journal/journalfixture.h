// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/sessionwriter.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <filesystem>
#include <string>
#include <vector>

/// What the journal's tests share: a made-up session that is the same every time.
namespace journaltest {

inline constexpr const char* DIGEST =
    "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809";

inline std::string readFile(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString()
                                          : std::string("<unreadable>");
}

inline void writeFile(const std::filesystem::path& path, const std::string& text)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(text)) < 0)
        qFatal("the test cannot write %s", path.c_str());
}

inline std::vector<std::string> linesOf(const std::filesystem::path& path)
{
    std::vector<std::string> lines;
    const std::string text = readFile(path);
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        lines.push_back(text.substr(start, end - start));
        start = end == std::string::npos ? text.size() : end + 1;
    }
    return lines;
}

inline std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

inline core::Timestamp timeOf(int step)
{
    return core::fromMicroseconds(1'641'000'000'000'000) + std::chrono::minutes(step);
}

inline core::journal::SessionPlan planFor(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    return {folder, "replay-1a2b3c4d5e6f", DIGEST, {"alpha", "beta"}};
}

/// Adds what an engine emits for one step: an order's life, a fill and its ledger, a log line.
inline void addStep(core::journal::RecordBatch& batch, int step)
{
    using core::journal::Level;
    using core::journal::Stream;
    const core::Timestamp time = timeOf(step);
    const core::CorrelationId correlation{static_cast<std::uint64_t>(step + 1)};
    const bool first = step % 2 == 0;
    const char* strategy = first ? "alpha" : "beta";
    if (step == 0)
        batch.add(Stream::system(), Level::Info, "session_started", time, {})
            .text("note", "a \"quoted\" one");
    for (const char* status : {"submitted", "accepted", "filled"}) {
        batch.add(Stream::trades(), Level::Info, "order", time, correlation)
            .integer("order_id", step + 1)
            .text("strategy", strategy)
            .text("symbol", "BTC/USD")
            .text("side", "buy")
            .text("type", "market")
            .decimal("quantity", 10'000'000 + step, 8)
            .decimal("filled", status[0] == 'f' ? 10'000'000 + step : 0, 8)
            .text("status", status)
            .text("reason", "");
    }
    batch.add(Stream::trades(), Level::Info, "fill", time, correlation)
        .text("strategy", strategy)
        .text("strategy_sha256", DIGEST)
        .text("symbol", "BTC/USD")
        .text("side", "buy")
        .decimal("quantity", 10'000'000 + step, 8)
        .decimal("price", 4'631'900 + step, 2)
        .decimal("reference_price", 4'631'900, 2)
        .money("notional", core::Money(463'190'000'000))
        .money("fee", core::Money(463'190'000))
        .money("liquidation_fee", core::Money())
        .money("slippage", core::Money(-1))
        .money("spread", core::Money())
        .money("realised_profit", core::Money(-12345))
        .decimal("position_after", -5, 8)
        .money("cash_after", core::Money(9'536'810'000'000))
        .text("rule", "market_open")
        .text("detail", "first, with a comma\nand a line")
        .flag("ambiguous", !first)
        .integer("order_id", step + 1)
        .integer("fill_id", step + 1)
        .time("decision_time", time - std::chrono::minutes(1));
    batch.add(Stream::strategy(first ? 0 : 1), Level::Debug, "log", time, correlation)
        .text("message", "fast over slow")
        .number("fast", 46319.5 + step)
        .integer("step", step);
}

inline core::portfolio::EquityPoint pointAt(int step)
{
    return {timeOf(step), core::Money(100 + step), core::Money(1000 - step * (step % 3)),
            core::Money(step % 4), core::Money(step % 5)};
}

/// Appends the steps [from, to) and their equity to the writer, `size` steps a batch.
inline void emitSteps(core::journal::SessionWriter& writer, int from, int to, int size = 7)
{
    core::journal::RecordBatch batch;
    for (int step = from; step < to; ++step) {
        addStep(batch, step);
        if ((step - from) % size == size - 1 || step + 1 == to)
            writer.append(batch);
        for (core::AccountIndex account = 0; account < 2; ++account) {
            const core::portfolio::EquityPoint point = pointAt(step);
            writer.append(account, std::span(&point, 1));
        }
    }
}

/// Every file of a session and its bytes.
inline std::vector<std::pair<std::string, std::string>>
contents(const std::filesystem::path& folder)
{
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        all.emplace_back(entry.path().filename().string(), readFile(entry.path()));
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace journaltest
