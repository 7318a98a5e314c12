// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historysurvey.h"

#include <exception>

namespace core::history {

void HistorySurvey::fail(quint64 token, const Error& error)
{
    m_history.close();
    emit failed(token, QString::fromStdString(error.what), QString::fromStdString(error.remedy));
}

/// Runs the action with the store; a failure of either is the reply.
template <typename Action> void HistorySurvey::answer(quint64 token, const Action& action)
{
    try {
        auto store = m_history.store();
        const Result<void> done = store ? action(**store) : Result<void>(store.error());
        if (!done)
            fail(token, done.error());
    } catch (const std::exception& exception) {
        fail(token, {ErrorCode::Internal, std::string("Looking for gaps failed: ") + exception.what(), ""});
    }
}

void HistorySurvey::requestSurvey(quint64 token, Symbol symbol, quint64 bins)
{
    answer(token, [&](HistoryDatabase& store) -> Result<void> {
        auto strip = store.strip(symbol, {}, static_cast<std::size_t>(bins));
        auto trades = store.tradeExtent(symbol);
        if (!strip || !trades)
            return strip ? trades.error() : strip.error();
        emit surveyReady(token, symbol, std::make_shared<const Survey>(Survey{*trades, std::move(*strip)}));
        return {};
    });
}

void HistorySurvey::requestStrip(quint64 token, Symbol symbol, TimeRange range, quint64 bins)
{
    if (token < m_newestStrip.load())
        return;
    answer(token, [&](HistoryDatabase& store) -> Result<void> {
        auto strip = store.strip(symbol, range, static_cast<std::size_t>(bins));
        if (!strip)
            return strip.error();
        emit stripReady(token, symbol, std::make_shared<const CoverageStrip>(std::move(*strip)));
        return {};
    });
}

void HistorySurvey::requestGaps(quint64 token, Symbol symbol, quint64 limit)
{
    answer(token, [&](HistoryDatabase& store) -> Result<void> {
        auto gaps = store.gaps(symbol, static_cast<std::size_t>(limit));
        if (!gaps)
            return gaps.error();
        emit gapsReady(token, symbol, std::make_shared<const Gaps>(std::move(*gaps)));
        return {};
    });
}

} // namespace core::history
