// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaycontrollerprivate.h"

#include <algorithm>
#include <cmath>

namespace core::engine {

namespace {

/// Snapshots at most 30 times a second, and the event loop is never away for longer.
constexpr int SLICE_MILLISECONDS = 33;
constexpr int BARS_BETWEEN_CLOCK_READS = 256;

} // namespace

void ReplayController::Private::publish()
{
    // Nobody sees what a crash could take back.
    acknowledge();
    if (const auto fault = session->takeFault())
        refuse(*fault);
    emit q.snapshotPublished(makeSnapshot());
}

SnapshotPtr ReplayController::Private::makeSnapshot()
{
    auto snapshot = std::make_shared<EngineSnapshot>(session->engine().snapshot());
    snapshot->sequence = ++sequence;
    snapshot->epoch = epoch;
    snapshot->barsPerSecond = barsPerSecond;
    snapshot->laterActions = session->laterActions();
    snapshot->fingerprint = fingerprint;
    return snapshot;
}

void ReplayController::Private::setPlaying(bool on)
{
    if (playing == on)
        return;
    playing = on;
    owedNanoseconds = 0.0;
    playClock.restart();
    emit q.playingChanged(on);
}

void ReplayController::Private::schedule()
{
    if (!session || (!playing && goal == Goal::None)) {
        timer.stop();
        return;
    }
    // At full speed slices follow each other; in between the event loop takes commands.
    const bool paced = playing && goal == Goal::None && speed > 0.0;
    timer.start(paced ? SLICE_MILLISECONDS : 0);
}

bool ReplayController::Private::stepOnce()
{
    session->step();
    if (session->engine().nextTime())
        return true;
    reachEnd();
    return false;
}

void ReplayController::Private::reachEnd()
{
    if (goal != Goal::None && goal != Goal::Restore)
        stopGoal();
    if (fingerprint.empty()) {
        fingerprint = session->end();
        (void)session->flush();
    }
    setPlaying(false);
}

bool ReplayController::Private::goalReached(std::int64_t fillsBefore, std::int64_t callsBefore) const
{
    const TradingEngine& engine = session->engine();
    if (goal == Goal::Restore)
        return engine.batches() >= stored->standing.batches;
    if (goal == Goal::Action)
        return engine.batches() >= goalBatches;
    if (goal == Goal::Time) {
        const auto next = engine.nextTime();
        return !next || *next + session->setup().base.length() > goalTime;
    }
    if (goal == Goal::Fill)
        return engine.fills() != fillsBefore;
    return engine.marginCalls() != callsBefore;
}

void ReplayController::Private::stopGoal()
{
    goal = Goal::None;
    emit q.busy(QStringLiteral("seek"), 1.0);
    playClock.restart();
    owedNanoseconds = 0.0;
}

void ReplayController::Private::hearJournal(const journal::WriterTrouble& trouble)
{
    switch (trouble.stage) {
    case journal::WriterTrouble::Stage::Waiting:
        emit q.journalWaits(text(trouble.error.what), text(trouble.error.remedy));
        break;
    case journal::WriterTrouble::Stage::Recovered:
        emit q.journalRecovered();
        break;
    case journal::WriterTrouble::Stage::Failed:
        emit q.journalFailed(text(trouble.error.what), text(trouble.error.remedy));
        break;
    }
}

/// What would be played without a journal would leave no trace: stands still instead.
bool ReplayController::Private::stopWithoutJournal()
{
    if (!session->journalFailed())
        return false;
    if (goal == Goal::Restore) {
        refuseRestore({ErrorCode::Io, "the journal of its continuation cannot be written",
                       "Its record is kept. Free space on the disk and start again."});
        return true;
    }
    if (goal != Goal::None)
        stopGoal();
    setPlaying(false);
    publish();
    schedule();
    return true;
}

void ReplayController::Private::slice()
{
    if (stopWithoutJournal())
        return;
    TradingEngine& engine = session->engine();
    QElapsedTimer clock;
    clock.start();
    const std::int64_t begin = engine.barsDone();
    const bool paced = goal == Goal::None && speed > 0.0;
    if (paced)
        owedNanoseconds += static_cast<double>(playClock.nsecsElapsed()) * speed;
    playClock.restart();
    const auto length = static_cast<double>(session->setup().base.length().count());
    bool more = true;
    bool arrived = false;
    for (std::int64_t bars = 1; more && !arrived; ++bars) {
        if (paced && owedNanoseconds < length)
            break;
        const bool isPlace = goal == Goal::Time || goal == Goal::Action || goal == Goal::Restore;
        if (isPlace && goalReached(0, 0)) {
            arrived = true;
            break;
        }
        if (!engine.nextTime()) {
            reachEnd();
            more = false;
            break;
        }
        const std::int64_t fills = engine.fills();
        const std::int64_t calls = engine.marginCalls();
        more = stepOnce();
        owedNanoseconds -= paced ? length : 0.0;
        arrived = more && (goal == Goal::Fill || goal == Goal::MarginCall) && goalReached(fills, calls);
        if (bars % BARS_BETWEEN_CLOCK_READS == 0 && clock.elapsed() >= SLICE_MILLISECONDS)
            break;
    }
    const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    if (!paced && engine.barsDone() > begin && seconds > 0.0)
        barsPerSecond = static_cast<double>(engine.barsDone() - begin) / seconds;
    if (goal == Goal::Restore) {
        if (arrived || !more)
            finishRestore();
        else
            emit q.busy(QStringLiteral("restore"), static_cast<double>(engine.batches()) /
                                                       static_cast<double>(stored->standing.batches));
        schedule();
        return;
    }
    if (arrived)
        stopGoal();
    publish();
    if (!more)
        emit q.finished();
    schedule();
}

void ReplayController::Private::closeSession(sessions::SessionEnd end)
{
    timer.stop();
    goal = Goal::None;
    setPlaying(false);
    if (session) {
        // A record that cannot be ended now is closed by the next one.
        (void)session->endRecord(end);
        auto closed = session->close(fingerprint);
        // A failed journal said so when it failed.
        if (!closed && !session->journalFailed())
            fail(closed.error());
    }
    session.reset();
    stored.reset();
    fingerprint.clear();
}

/// Shows a replay that was not there before.
void ReplayController::Private::announce()
{
    ++epoch;
    emit q.loaded(makeSnapshot(), text(session->folder().string()));
}

ReplayController::ReplayController(ReplayPlaces places, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(places)))
{
    qRegisterMetaType<core::engine::SnapshotPtr>("core::engine::SnapshotPtr");
    qRegisterMetaType<core::engine::ReplayRequest>("core::engine::ReplayRequest");
    qRegisterMetaType<core::Timestamp>("core::Timestamp");
    qRegisterMetaType<core::engine::StoredReplay>("core::engine::StoredReplay");
    qRegisterMetaType<core::portfolio::UserAction>("core::portfolio::UserAction");
}

ReplayController::~ReplayController()
{
    if (!d->session)
        return;
    (void)d->session->endRecord(sessions::SessionEnd::Left);
    (void)d->session->close(d->fingerprint);
}

void ReplayController::hurry()
{
    d->hurry.request_stop();
}

void ReplayController::load(const ReplayRequest& request)
{
    emit busy(QStringLiteral("load"), 0.0);
    auto opened = ReplaySession::open(request, d->places,
                                      [this](const auto& trouble) { d->hearJournal(trouble); },
                                      d->hurry.get_token());
    emit busy(QStringLiteral("load"), 1.0);
    if (!opened) {
        d->fail(opened.error());
        return;
    }
    d->closeSession(sessions::SessionEnd::Closed);
    d->session = std::move(*opened);
    d->keep();
    d->announce();
}

void ReplayController::restore()
{
    if (!d->session)
        d->restore();
}

void ReplayController::play()
{
    if (!d->isReady() || !d->session->engine().nextTime())
        return;
    d->setPlaying(true);
    d->schedule();
}

void ReplayController::pause()
{
    if (!d->isReady())
        return;
    d->setPlaying(false);
    (void)d->session->flush();
    d->publish();
    d->schedule();
}

void ReplayController::flushJournal()
{
    // A disk that refuses is reported by the journal itself.
    if (d->session)
        (void)d->session->flush();
    emit journalFlushed();
}

void ReplayController::stepBar()
{
    if (!d->isReady())
        return;
    d->setPlaying(false);
    if (d->stopWithoutJournal())
        return;
    const bool more = d->stepOnce();
    d->publish();
    if (!more)
        emit finished();
    d->schedule();
}

void ReplayController::stepToNextFill()
{
    if (!d->isReady())
        return;
    d->setPlaying(false);
    d->goal = Goal::Fill;
    d->schedule();
}

void ReplayController::stepToNextMarginCall()
{
    if (!d->isReady())
        return;
    d->setPlaying(false);
    d->goal = Goal::MarginCall;
    d->schedule();
}

void ReplayController::setSpeed(double speed)
{
    d->speed = std::isfinite(speed) ? std::max(speed, 0.0) : 0.0;
    d->owedNanoseconds = 0.0;
    d->playClock.restart();
    d->schedule();
}

void ReplayController::seek(Timestamp time)
{
    if (!d->isReady())
        return;
    if (time < d->session->engine().time()) {
        d->fingerprint.clear();
        auto restarted = d->session->restart();
        if (!restarted) {
            d->fail(restarted.error());
            return;
        }
        ++d->epoch;
    }
    d->goal = Goal::Time;
    d->goalTime = time;
    d->schedule();
}

void ReplayController::actOnAccount(const portfolio::UserAction& action)
{
    if (!d->isReady()) {
        d->refuse({ErrorCode::Refused, "there is no replay with accounts", "Load one first."});
        return;
    }
    if (d->goal != Goal::None) {
        d->refuse({ErrorCode::Busy, "the replay is on its way to another time", "Wait until it is there."});
        return;
    }
    d->act(action);
}

void ReplayController::Private::act(const portfolio::UserAction& action)
{
    if (stopWithoutJournal())
        return;
    const std::uint64_t place = session->engine().batches();
    auto acted = session->act(action);
    if (!acted) {
        refuse(acted.error());
        return;
    }
    if (*acted == ReplaySession::Acted::StartsOver) {
        ++epoch;
        fingerprint.clear();
        goal = Goal::Action;
        goalBatches = place;
        emit q.journalMoved(text(session->folder().string()));
        schedule();
        return;
    }
    publish();
}

void ReplayController::unload()
{
    d->closeSession(sessions::SessionEnd::Closed);
}

} // namespace core::engine
