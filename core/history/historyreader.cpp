// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyreader.h"

#include <exception>

namespace core::history {

HistoryReader::HistoryReader(DatabaseUrl url, QObject* parent)
    : QObject(parent), m_history(std::move(url), true)
{}

HistoryReader::~HistoryReader() = default;

void HistoryReader::setNewestToken(quint64 token)
{
    m_newestToken.store(token);
}

void HistoryReader::fail(quint64 token, const Error& error)
{
    m_history.close();
    emit failed(token, QString::fromStdString(error.what), QString::fromStdString(error.remedy));
}

void HistoryReader::requestCandles(quint64 token, Symbol symbol, market::Timeframe timeframe,
                                   TimeRange range)
{
    if (token < m_newestToken.load())
        return;
    try {
        auto opened = m_history.store();
        if (!opened)
            return fail(token, opened.error());
        auto columns = (*opened)->candles(symbol, timeframe, range);
        if (!columns)
            return fail(token, columns.error());
        emit candlesReady(token,
                          std::make_shared<const market::CandleColumns>(std::move(*columns)));
    } catch (const std::exception& exception) {
        fail(token,
             {ErrorCode::Internal, std::string("Reading candles failed: ") + exception.what(), ""});
    }
}

void HistoryReader::requestCoverage(quint64 token)
{
    try {
        auto opened = m_history.store();
        if (!opened && opened.error().code == ErrorCode::NotFound) {
            emit coverageReady(token, {});
            return;
        }
        if (!opened)
            return fail(token, opened.error());
        auto all = (*opened)->coverage();
        if (!all)
            return fail(token, all.error());
        emit coverageReady(token, std::move(*all));
    } catch (const std::exception& exception) {
        fail(token, {ErrorCode::Internal,
                     std::string("Reading the history failed: ") + exception.what(), ""});
    }
}

} // namespace core::history
