// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/openhistory.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

namespace core::history {

/// Reads the history for the window. Lives on the store's reader thread: call the slots by queued
/// connection or functor. Every reply carries the token of its request. The connection is opened by
/// the first request and again by the first one after a failure, so a history that appears later is
/// found.
class HistoryReader : public QObject
{
    Q_OBJECT
public:
    explicit HistoryReader(DatabaseUrl url, QObject* parent = nullptr);
    ~HistoryReader() override;

    /// Tells that only candle requests with this or a higher token are still worth an answer;
    /// queued ones with a lower token end without a reply. Callable from any thread.
    void setNewestToken(quint64 token);

public slots:
    void requestCandles(quint64 token, core::Symbol symbol, core::market::Timeframe timeframe,
                        core::history::TimeRange range);
    void requestCoverage(quint64 token);

signals:
    void candlesReady(quint64 token, std::shared_ptr<const core::market::CandleColumns> candles);
    /// Sorted by symbol; empty when nothing was imported yet, also when there is no file yet.
    void coverageReady(quint64 token, std::vector<core::history::Coverage> coverage);
    /// `what` happened and was kept, and what to do about it; untranslated.
    void failed(quint64 token, QString what, QString remedy);

private:
    void fail(quint64 token, const Error& error);

    OpenHistory m_history;
    std::atomic<quint64> m_newestToken = 0;
};

} // namespace core::history
