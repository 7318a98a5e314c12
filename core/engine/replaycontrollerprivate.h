// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaycontroller.h"
#include "core/engine/replaysession.h"

#include <QElapsedTimer>
#include <QTimer>

namespace core::engine {

inline QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

/// What the engine runs towards when it is not simply playing.
enum class Goal {
    None,
    Time,
    Fill,
    MarginCall,
    Action, ///< The place of what the user did last; the batch is goalBatches.
    Restore ///< Where a stored session stands; nobody sees anything before it is there.
};

/// What the controller plays and how far it is.
class ReplayController::Private
{
public:
    Private(ReplayController& controller, ReplayPlaces where) : q(controller), places(std::move(where)), timer(&controller)
    {
        timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer, &QTimer::timeout, &q, [this] { slice(); });
    }

    /// True when a replay is loaded and takes commands.
    [[nodiscard]] bool isReady() const { return session && goal != Goal::Restore; }
    void publish();
    [[nodiscard]] SnapshotPtr makeSnapshot();
    void slice();
    void schedule();
    bool stepOnce();
    void act(const portfolio::UserAction& action);
    void stopGoal();
    void setPlaying(bool on);
    void reachEnd();
    bool goalReached(std::int64_t fillsBefore, std::int64_t callsBefore) const;
    /// What `end` says is for whoever starts next.
    void closeSession(sessions::SessionEnd end);
    void announce();
    [[nodiscard]] sessions::SessionStore* openStore();
    void keep();
    void acknowledge();
    void restore();
    void finishRestore();
    void refuseRestore(const Error& error);
    bool stopWithoutJournal();
    void hearJournal(const journal::WriterTrouble& trouble);
    void refuse(const Error& error) { emit q.actionRefused(text(error.what), text(error.remedy)); }
    void fail(const Error& error) { emit q.failed(text(error.what), text(error.remedy)); }
    void complain(const Error& error) { emit q.notKept(text(error.what), text(error.remedy)); }

    ReplayController& q;
    ReplayPlaces places;
    QTimer timer;
    QElapsedTimer playClock;
    std::unique_ptr<sessions::SessionStore> store;
    bool triedStore = false;
    std::unique_ptr<ReplaySession> session; ///< Dies before the store it is kept in.
    std::string fingerprint;
    std::uint64_t sequence = 0;
    std::uint64_t epoch = 0;
    bool playing = false;
    double speed = 60.0;
    double owedNanoseconds = 0.0; ///< Market time that play has yet to walk.
    Goal goal = Goal::None;
    Timestamp goalTime;
    std::uint64_t goalBatches = 0;
    double barsPerSecond = 0.0;
    std::stop_source hurry;
    std::optional<sessions::StoredSession> stored; ///< Being restored.
    StoredReplay found;
};

} // namespace core::engine
