// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historywriter.h"

#include "core/history/serverline.h"

#include <algorithm>
#include <exception>

#include <pthread.h>

#include <fmt/format.h>

namespace core::history {

namespace {

/// So many batches leave the spool for each that comes in meanwhile, so that it empties however fast they come.
constexpr int DRAINED_A_JOB = 4;
/// A cancel is answered within this time.
constexpr Nanoseconds LOOK_EVERY = std::chrono::milliseconds(100);
/// A spool that is not merely in use is tried again after this time, or when it is asked for.
constexpr Nanoseconds OPEN_AGAIN = std::chrono::minutes(10);

Error bothRefuse(const Error& database, const Error& spool)
{
    return {spool.code, fmt::format("{}; and the database cannot be written to: {}", spool.what, database.what),
            spool.remedy};
}

/// What an action gives; its exceptions end here.
template <typename Action> auto guarded(Action action) -> decltype(action())
{
    try {
        return action();
    } catch (const std::exception& exception) {
        return Error{ErrorCode::Internal, std::string("Writing to the history failed: ") + exception.what(), ""};
    }
}

HistoryWriter::Opener openerOf(const DatabaseUrl& url)
{
    return [url]() -> Result<std::unique_ptr<HistoryStore>> {
        auto opened = openHistory(url);
        if (!opened)
            return opened.error();
        return std::unique_ptr<HistoryStore>(std::move(*opened));
    };
}

} // namespace

bool mayPass(const Error& error)
{
    switch (error.code) {
    case ErrorCode::InvalidInput:
    case ErrorCode::AlreadyExists:
    case ErrorCode::Overflow:
    case ErrorCode::Internal: return false;
    default: return true;
    }
}

bool isForGood(const Error& error)
{
    return error.code == ErrorCode::InvalidInput || error.code == ErrorCode::AlreadyExists ||
           error.code == ErrorCode::Overflow;
}

std::int64_t HistoryWriter::Task::rows() const
{
    // A batch without rows, which only verifies, takes its place too.
    return 1 + static_cast<std::int64_t>(job.batch.trades.count() + job.batch.candles.size());
}

Result<std::unique_ptr<HistoryWriter>> HistoryWriter::open(const DatabaseUrl& url,
                                                           const std::filesystem::path& spoolFolder,
                                                           WriterSettings settings, Opener opener)
{
    auto spool = Spool::open(spoolFolder, url, settings.spool);
    if (!spool)
        return spool.error();
    std::unique_ptr<HistoryWriter> writer(new HistoryWriter(url, spoolFolder, settings, std::move(opener)));
    writer->launch(std::move(*spool));
    return writer;
}

std::unique_ptr<HistoryWriter> HistoryWriter::start(const DatabaseUrl& url, const std::filesystem::path& spoolFolder,
                                                    WriterSettings settings, Opener opener)
{
    std::unique_ptr<HistoryWriter> writer(new HistoryWriter(url, spoolFolder, settings, std::move(opener)));
    writer->launch({});
    return writer;
}

HistoryWriter::HistoryWriter(const DatabaseUrl& url, std::filesystem::path spoolFolder, WriterSettings settings,
                             Opener opener)
    : m_url(url), m_spoolFolder(std::move(spoolFolder)), m_settings(settings),
      m_opener(opener ? std::move(opener) : openerOf(url)), m_wait(settings.firstRetry)
{}

void HistoryWriter::launch(std::optional<Spool> spool)
{
    m_state.phase = WriterState::Phase::Opening;
    if (spool)
        take(std::move(*spool));
    m_told.store(false); // Nobody listens yet.
    m_thread = std::thread([this] { run(); });
}

/// From here on what is submitted is kept.
void HistoryWriter::take(Spool spool)
{
    m_spool.emplace(std::move(spool));
    m_wait = m_settings.firstRetry;
    tell(m_spool->isEmpty() ? WriterState::Phase::Idle : WriterState::Phase::Draining);
}

HistoryWriter::~HistoryWriter()
{
    if (!m_thread.joinable())
        return;
    {
        std::unique_lock lock(m_mutex);
        m_stopping = true;
        m_filled.notify_all();
        // What a server that does not answer leaves undone goes to the spool.
        while (!m_changed.wait_for(lock, m_settings.lastWait, [this] { return m_hasEnded; }))
            hangUp(m_thread.get_id());
    }
    m_thread.join();
}

std::future<Result<Kept>> HistoryWriter::submit(WriteJob job)
{
    Task task{std::move(job), {}};
    std::future<Result<Kept>> answer = task.reply.get_future();
    std::unique_lock lock(m_mutex);
    m_emptied.wait(lock, [this] { return m_tasks.empty() || m_rows < m_settings.queueRows; });
    m_rows += task.rows();
    ++m_submitted;
    m_tasks.push_back(std::move(task));
    m_filled.notify_one();
    return answer;
}

WriterState HistoryWriter::state() const
{
    m_told.store(false);
    return current();
}

WriterState HistoryWriter::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

bool HistoryWriter::waitUntil(const std::function<bool(const WriterState&)>& wanted, Nanoseconds patience) const
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, patience, [&] { return wanted(m_state); });
}

Result<void> HistoryWriter::settle(const std::atomic<bool>& cancel)
{
    tryNow();
    WriterState now;
    {
        std::unique_lock lock(m_mutex);
        const std::uint64_t submitted = m_submitted;
        while (!m_changed.wait_for(lock, LOOK_EVERY, [&] { return isSettled(submitted); })) {
            if (cancel.load())
                return Error{ErrorCode::Cancelled, "stopped", ""};
        }
        now = m_state;
    }
    if (now.phase == WriterState::Phase::Barred)
        return now.reason;
    if (now.spool.batches == 0)
        return {};
    return Error{now.reason.what.empty() ? ErrorCode::Io : now.reason.code,
                 fmt::format("{} batches wait in the spool for the database, which cannot be written to: {}",
                             now.spool.batches, now.reason.what),
                 "What is in the spool is kept. Try again once the database is back."};
}

/// True when so many jobs have their answer and no more can be done of the spool; m_mutex is held.
bool HistoryWriter::isSettled(std::uint64_t submitted) const
{
    const bool isAtWork = m_state.phase == WriterState::Phase::Opening ||
                          (m_state.phase == WriterState::Phase::Draining && m_state.spool.batches > 0);
    return m_answered >= submitted && !isAtWork;
}

void HistoryWriter::tryNow()
{
    const std::lock_guard lock(m_mutex);
    m_nextTry = SteadyClock::time_point::min();
    ++m_asked;
    if (m_state.phase == WriterState::Phase::Barred)
        m_state.phase = WriterState::Phase::Opening;
    if (m_state.spool.batches > 0)
        m_state.phase = WriterState::Phase::Draining;
    m_filled.notify_one();
}

void HistoryWriter::tell(WriterState::Phase phase, const Error& reason)
{
    {
        const std::lock_guard lock(m_mutex);
        // An attempt that began before it was asked to try now says nothing of the one that is to come.
        if (phase == WriterState::Phase::Spooling && isOutdated() && !m_spool->isEmpty())
            phase = WriterState::Phase::Draining;
        if (phase == WriterState::Phase::Barred && isOutdated())
            phase = WriterState::Phase::Opening;
        m_state = {phase, {}, reason, {}};
        if (m_spool) {
            m_state.spool = m_spool->size();
            m_state.findings = m_spool->findings();
        }
    }
    m_changed.notify_all();
    if (!m_told.exchange(true))
        emit stateChanged();
}

void HistoryWriter::run()
{
    pthread_setname_np(pthread_self(), "history-writer");
    if (awaitSpool())
        work();
    m_store.reset();
    const std::lock_guard lock(m_mutex);
    m_hasEnded = true;
    m_changed.notify_all();
}

/// Comes back once the spool is open; false where the end comes before.
bool HistoryWriter::awaitSpool()
{
    while (!m_spool && !openSpool()) {
        if (!refuseUntilDue())
            return false;
    }
    return true;
}

bool HistoryWriter::openSpool()
{
    auto opened = guarded([this] { return Spool::open(m_spoolFolder, m_url, m_settings.spool); });
    if (opened) {
        take(std::move(*opened));
        return true;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (!isOutdated())
            m_nextTry = SteadyClock::now() + (opened.error().code == ErrorCode::Busy ? m_wait : OPEN_AGAIN);
    }
    m_wait = std::min(2 * m_wait, m_settings.longestRetry);
    tell(WriterState::Phase::Barred, opened.error());
    return false;
}

/// Answers every job with why there is no spool, until it is time to try again; false at the end.
bool HistoryWriter::refuseUntilDue()
{
    std::unique_lock lock(m_mutex);
    while (m_stopping || !isDue()) {
        const Error why = m_state.reason;
        for (; !m_tasks.empty(); m_tasks.pop_front(), ++m_answered)
            m_tasks.front().reply.set_value(why);
        m_rows = 0;
        m_emptied.notify_all();
        m_changed.notify_all();
        if (m_stopping)
            return false;
        m_filled.wait_until(lock, m_nextTry);
    }
    m_served = m_asked;
    return true;
}

void HistoryWriter::answer(Task& task, Result<Kept> kept)
{
    task.reply.set_value(std::move(kept));
    const std::lock_guard lock(m_mutex);
    ++m_answered;
    m_changed.notify_all();
}

void HistoryWriter::work()
{
    for (;;) {
        if (auto task = nextTask()) {
            Result<Kept> kept = guarded([&] { return keep(task->job); });
            if (!kept)
                renewAfter(kept.error());
            answer(*task, std::move(kept));
        } else {
            const std::lock_guard lock(m_mutex);
            if (m_stopping)
                return;
        }
        if (const auto drained = guarded([this] { return drain(); }); !drained) {
            renewAfter(drained.error());
            lose(drained.error());
        }
    }
}

/// An exception may have left the connection in the middle of a transaction.
void HistoryWriter::renewAfter(const Error& error)
{
    if (error.code == ErrorCode::Internal)
        m_store.reset();
}

/// Waits for a job; comes back without one when it is time to drain, or to end.
std::optional<HistoryWriter::Task> HistoryWriter::nextTask()
{
    std::unique_lock lock(m_mutex);
    const bool needsDatabase = !m_spool->isEmpty() || m_state.phase == WriterState::Phase::Failing;
    while (!m_stopping && m_tasks.empty() && !(needsDatabase && isDue())) {
        if (needsDatabase)
            m_filled.wait_until(lock, m_nextTry);
        else
            m_filled.wait(lock);
    }
    m_served = m_asked;
    if (m_tasks.empty())
        return std::nullopt;
    std::optional<Task> task = std::move(m_tasks.front());
    m_tasks.pop_front();
    m_rows -= task->rows();
    m_emptied.notify_all();
    return task;
}

bool HistoryWriter::isDue() const
{
    return SteadyClock::now() >= m_nextTry;
}

/// Keeps the job behind all that came before it.
Result<Kept> HistoryWriter::keep(const WriteJob& job)
{
    if (!m_spool->isEmpty() || !connect())
        return spoolAway(job);
    auto written = write(job.instrument, job.batch);
    if (written) {
        tell(WriterState::Phase::Connected);
        return Kept{*written};
    }
    if (!mayPass(written.error()))
        return written.error();
    lose(written.error());
    return spoolAway(job);
}

Result<Kept> HistoryWriter::spoolAway(const WriteJob& job)
{
    const WriterState before = current();
    const auto kept = m_spool->append({SystemClock().now(), job.instrument, job.batch});
    if (kept) {
        const bool isDraining = before.phase == WriterState::Phase::Draining;
        tell(isDraining ? WriterState::Phase::Draining : WriterState::Phase::Spooling, before.reason);
        return Kept{};
    }
    if (!mayPass(kept.error()))
        return kept.error();
    const Error error = before.reason.what.empty() ? kept.error() : bothRefuse(before.reason, kept.error());
    if (before.phase != WriterState::Phase::Draining)
        tell(WriterState::Phase::Failing, before.reason);
    return error;
}

/// Writes of the spool's oldest while the database takes them and nobody waits for long.
Result<void> HistoryWriter::drain()
{
    if (m_spool->isEmpty() && current().phase == WriterState::Phase::Failing && connect())
        tell(WriterState::Phase::Connected);
    for (int i = 0; !m_spool->isEmpty() && i < DRAINED_A_JOB && connect(); ++i) {
        if (auto drained = drainOne(); !drained)
            return drained;
    }
    return {};
}

Result<void> HistoryWriter::drainOne()
{
    const auto oldest = m_spool->front();
    if (!oldest && oldest.error().code != ErrorCode::Corrupt)
        return oldest.error();
    const auto written = oldest ? write(oldest->instrument, oldest->batch) : Result<BatchCount>(oldest.error());
    if (oldest && !written && (!isForGood(written.error()) || !m_store->isConnected()))
        return written.error();
    if (auto done = written ? m_spool->pop() : m_spool->setAside(written.error()); !done)
        return done;
    tell(m_spool->isEmpty() ? WriterState::Phase::Connected : WriterState::Phase::Draining);
    return {};
}

/// True when the database can be written to; tries to reach it when it is time to.
bool HistoryWriter::connect()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isDue())
            return false;
    }
    if (m_store && m_store->isConnected())
        return true;
    {
        // An end does not wait for a server that may not answer.
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return false;
    }
    m_store.reset();
    m_instruments.clear();
    auto opened = m_opener();
    if (!opened) {
        lose(opened.error());
        return false;
    }
    m_store = std::move(*opened);
    return true;
}

/// Notes that the database takes nothing at present, and when to try again.
void HistoryWriter::lose(const Error& why)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isOutdated())
            m_nextTry = SteadyClock::now() + m_wait;
    }
    m_wait = std::min(2 * m_wait, m_settings.longestRetry);
    // What neither takes is not spooled before the spool takes it again.
    const bool isFailing = current().phase == WriterState::Phase::Failing;
    tell(isFailing ? WriterState::Phase::Failing : WriterState::Phase::Spooling, why);
}

Result<BatchCount> HistoryWriter::write(const market::Instrument& instrument, const HistoryBatch& batch)
{
    auto written = writeAs(instrument, batch);
    // Another program gave the instrument more decimals meanwhile, or deleted it: the store is told of it again.
    const bool isOther =
        !written && (written.error().code == ErrorCode::Busy || written.error().code == ErrorCode::NotFound);
    if (isOther && m_instruments.erase(instrument.symbol) > 0)
        written = writeAs(instrument, batch);
    if (written)
        m_wait = m_settings.firstRetry;
    return written;
}

Result<BatchCount> HistoryWriter::writeAs(const market::Instrument& instrument, const HistoryBatch& batch)
{
    auto known = m_instruments.find(instrument.symbol);
    if (known == m_instruments.end() || known->second.first != instrument) {
        auto stored = m_store->putInstrument(instrument);
        if (!stored)
            return stored.error();
        known = m_instruments.insert_or_assign(instrument.symbol, std::pair(instrument, *stored)).first;
    }
    const market::Instrument& stored = known->second.second;
    if (stored.priceDecimals == instrument.priceDecimals && stored.lotDecimals == instrument.lotDecimals)
        return m_store->commit(instrument.symbol, batch);
    HistoryBatch finer = batch;
    if (auto done = rescale(finer, instrument, stored); !done)
        return done.error();
    return m_store->commit(instrument.symbol, finer);
}

} // namespace core::history
