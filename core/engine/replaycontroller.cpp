// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaycontroller.h"

#include "core/engine/replaysession.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace core::engine {

namespace {

/// Snapshots at most 30 times a second, and the event loop is never away for longer.
constexpr int SLICE_MILLISECONDS = 33;
constexpr int BARS_BETWEEN_CLOCK_READS = 256;

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

} // namespace

/// What the engine runs towards when it is not simply playing.
enum class Goal { None, Time, Fill, MarginCall };

class ReplayController::Private
{
public:
    Private(ReplayController& controller, ReplayPlaces where) : q(controller), places(std::move(where)), timer(&controller)
    {
        timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer, &QTimer::timeout, &q, [this] { slice(); });
    }

    void publish();
    void slice();
    void schedule();
    bool stepOnce();
    void stopGoal();
    void setPlaying(bool on);
    void reachEnd();
    bool goalReached(std::int64_t fillsBefore, std::int64_t callsBefore) const;
    void closeSession();
    bool stopWithoutJournal();
    void hearJournal(const journal::WriterTrouble& trouble);
    void fail(const Error& error) { emit q.failed(text(error.what), text(error.remedy)); }

    ReplayController& q;
    ReplayPlaces places;
    QTimer timer;
    QElapsedTimer playClock;
    std::unique_ptr<ReplaySession> session;
    std::string fingerprint;
    std::uint64_t sequence = 0;
    std::uint64_t epoch = 0;
    bool playing = false;
    double speed = 60.0;
    double owedNanoseconds = 0.0; ///< Market time that play has yet to walk.
    Goal goal = Goal::None;
    Timestamp goalTime;
    double barsPerSecond = 0.0;
    std::stop_source hurry;
};

void ReplayController::Private::publish()
{
    auto snapshot = std::make_shared<EngineSnapshot>(session->engine().snapshot());
    snapshot->sequence = ++sequence;
    snapshot->epoch = epoch;
    snapshot->barsPerSecond = barsPerSecond;
    snapshot->fingerprint = fingerprint;
    emit q.snapshotPublished(std::move(snapshot));
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
    session->engine().step();
    if (session->engine().nextTime())
        return true;
    reachEnd();
    return false;
}

void ReplayController::Private::reachEnd()
{
    if (goal != Goal::None)
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
        if (goal == Goal::Time && goalReached(0, 0)) {
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
        arrived = more && goal != Goal::None && goal != Goal::Time && goalReached(fills, calls);
        if (bars % BARS_BETWEEN_CLOCK_READS == 0 && clock.elapsed() >= SLICE_MILLISECONDS)
            break;
    }
    const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    if (!paced && engine.barsDone() > begin && seconds > 0.0)
        barsPerSecond = static_cast<double>(engine.barsDone() - begin) / seconds;
    if (arrived)
        stopGoal();
    publish();
    if (!more)
        emit q.finished();
    schedule();
}

void ReplayController::Private::closeSession()
{
    timer.stop();
    goal = Goal::None;
    setPlaying(false);
    if (session) {
        auto closed = session->close(fingerprint);
        // A failed journal said so when it failed.
        if (!closed && !session->journalFailed())
            fail(closed.error());
    }
    session.reset();
    fingerprint.clear();
}

ReplayController::ReplayController(ReplayPlaces places, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(places)))
{
    qRegisterMetaType<core::engine::SnapshotPtr>("core::engine::SnapshotPtr");
    qRegisterMetaType<core::engine::ReplayRequest>("core::engine::ReplayRequest");
    qRegisterMetaType<core::Timestamp>("core::Timestamp");
}

ReplayController::~ReplayController()
{
    if (d->session)
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
    d->closeSession();
    d->session = std::move(*opened);
    ++d->epoch;
    auto snapshot = std::make_shared<EngineSnapshot>(d->session->engine().snapshot());
    snapshot->sequence = ++d->sequence;
    snapshot->epoch = d->epoch;
    emit loaded(std::move(snapshot), text(d->session->folder().string()));
}

void ReplayController::play()
{
    if (!d->session || !d->session->engine().nextTime())
        return;
    d->setPlaying(true);
    d->schedule();
}

void ReplayController::pause()
{
    if (!d->session)
        return;
    d->setPlaying(false);
    (void)d->session->flush();
    d->publish();
    d->schedule();
}

void ReplayController::stepBar()
{
    if (!d->session)
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
    if (!d->session)
        return;
    d->setPlaying(false);
    d->goal = Goal::Fill;
    d->schedule();
}

void ReplayController::stepToNextMarginCall()
{
    if (!d->session)
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
    if (!d->session)
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

void ReplayController::unload()
{
    d->closeSession();
}

} // namespace core::engine
