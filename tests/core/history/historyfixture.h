// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"
#include "tests/postgres/postgresserver.h"
#include "tests/postgres/timescaleserver.h"

#include <QByteArray>
#include <QDebug>
#include <QFile>
#include <QTemporaryDir>

#include <filesystem>
#include <memory>

/// Fails the running test slot with the error's text when a result is an error.
#define VERIFY_OK(result)                                                                          \
    QVERIFY2((result).ok(), (result).ok() ? "" : (result).error().message().c_str())

namespace fixture {

inline core::Symbol symbol(const char* text = "BTC/USD")
{
    return *core::Symbol::parse(text);
}

inline core::market::Timeframe timeframe(const char* text)
{
    return *core::market::Timeframe::parse(text);
}

inline core::Timestamp time(const char* text)
{
    return *core::parseTimestamp(text);
}

inline core::market::Instrument instrument(int priceDecimals = 2)
{
    core::market::Instrument result;
    result.symbol = symbol();
    result.priceDecimals = priceDecimals;
    return result;
}

/// A true candle whose numbers all depend on its seed.
inline core::market::Candle candle(core::Timestamp openTime, int seed)
{
    const std::int64_t open = 1000 + (seed * 37) % 101;
    const std::int64_t close = 1000 + (seed * 53) % 97;
    return {openTime,
            core::Price(open),
            core::Price(std::max(open, close) + seed % 7),
            core::Price(std::min(open, close) - seed % 5),
            core::Price(close),
            0.25 * (seed % 40),
            seed % 11};
}

inline core::market::CandleColumns series(core::Timestamp first, core::market::Timeframe step,
                                          int count, int seed = 1)
{
    core::market::CandleColumns columns;
    for (int i = 0; i < count; ++i)
        columns.push(candle(first + i * step.length(), seed + i));
    return columns;
}

/// The server of a test that runs on PostgreSQL or TimescaleDB, by the variable QUARTERDECK_TEST_DATABASE; null for
/// one that runs on a file. Fails where it should be there and is not.
inline DatabaseServer* server()
{
    const QString kind = qEnvironmentVariable("QUARTERDECK_TEST_DATABASE");
    if (kind.isEmpty())
        return nullptr;
    QString whyNot;
    DatabaseServer* shared = nullptr;
    if (kind == QLatin1String("timescaledb"))
        shared = TimescaleServer::shared(whyNot);
    else
        shared = PostgresServer::shared(whyNot);
    if (!shared)
        qFatal("%s", qPrintable(whyNot));
    return shared;
}

/// A folder, and a history that ends with the test: a file in the folder, or on the tests' server.
struct Folder
{
    Folder()
    {
        if (DatabaseServer* shared = server(); shared && !shared->clear())
            qFatal("the server's history cannot be thrown away");
    }
    QTemporaryDir directory;
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(directory.path().toStdString()) / name;
    }
    [[nodiscard]] std::filesystem::path file() const { return path("history.sqlite"); }
    [[nodiscard]] core::history::DatabaseUrl history() const
    {
        return server() ? server()->url() : core::history::DatabaseUrl(file());
    }
    std::unique_ptr<core::history::HistoryDatabase> open() const
    {
        auto opened = core::history::openHistory(history());
        if (!opened)
            qFatal("%s", opened.error().message().c_str());
        return std::move(*opened);
    }
    std::filesystem::path write(const char* name, const QByteArray& bytes) const
    {
        QFile file(QString::fromStdString(path(name).string()));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", name);
        return path(name);
    }
};

} // namespace fixture
