// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/openhistory.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <memory>
#include <optional>

namespace core::history {

/// What the history's panel shows of one instrument beside its coverage.
struct Survey
{
    std::optional<TradeExtent> trades;
    CoverageStrip strip; ///< Of everything that is stored.
};
using SurveyPtr = std::shared_ptr<const Survey>;
using StripPtr = std::shared_ptr<const CoverageStrip>;
using GapsPtr = std::shared_ptr<const Gaps>;

/// Looks for gaps for the window, which takes too long beside the candles of its charts. Lives on a thread of its
/// own with a connection of its own: call the slots by queued connection or functor. Every reply carries the token
/// of its request.
class HistorySurvey : public QObject
{
    Q_OBJECT
public:
    explicit HistorySurvey(DatabaseUrl url, QObject* parent = nullptr)
        : QObject(parent), m_history(std::move(url), true)
    {}

    /// Tells that only requests of strips with this or a higher token are still worth an answer; queued ones with a
    /// lower one end without a reply. Callable from any thread.
    void setNewestStrip(quint64 token) { m_newestStrip.store(token); }

public slots:
    void requestSurvey(quint64 token, core::Symbol symbol, quint64 bins);
    void requestStrip(quint64 token, core::Symbol symbol, core::history::TimeRange range, quint64 bins);
    /// At most `limit` of the gaps are named.
    void requestGaps(quint64 token, core::Symbol symbol, quint64 limit);

signals:
    void surveyReady(quint64 token, core::Symbol symbol, core::history::SurveyPtr survey);
    void stripReady(quint64 token, core::Symbol symbol, core::history::StripPtr strip);
    void gapsReady(quint64 token, core::Symbol symbol, core::history::GapsPtr gaps);
    /// `what` happened and was kept, and what to do about it; untranslated.
    void failed(quint64 token, QString what, QString remedy);

private:
    template <typename Action> void answer(quint64 token, const Action& action);
    void fail(quint64 token, const Error& error);

    OpenHistory m_history;
    std::atomic<quint64> m_newestStrip = 0;
};

} // namespace core::history
