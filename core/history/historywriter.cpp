// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historywriter.h"

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
    if (!opener)
        opener = [url]() -> Result<std::unique_ptr<HistoryStore>> {
            auto opened = openHistory(url);
            if (!opened)
                return opened.error();
            return std::unique_ptr<HistoryStore>(std::move(*opened));
        };
    return std::unique_ptr<HistoryWriter>(new HistoryWriter(std::move(*spool), settings, std::move(opener)));
}

HistoryWriter::HistoryWriter(Spool spool, WriterSettings settings, Opener opener)
    : m_settings(settings), m_opener(std::move(opener)), m_spool(std::move(spool)), m_wait(settings.firstRetry)
{
    m_state.spool = m_spool.size();
    m_state.findings = m_spool.findings();
    if (!m_spool.isEmpty())
        m_state.phase = WriterState::Phase::Draining;
    m_thread = std::thread([this] { run(); });
}

HistoryWriter::~HistoryWriter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_filled.notify_all();
    m_thread.join();
}

std::future<Result<Kept>> HistoryWriter::submit(WriteJob job)
{
    Task task{std::move(job), {}};
    std::future<Result<Kept>> answer = task.reply.get_future();
    std::unique_lock lock(m_mutex);
    m_emptied.wait(lock, [this] { return m_tasks.empty() || m_rows < m_settings.queueRows; });
    m_rows += task.rows();
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
    const auto isOver = [](const WriterState& state) {
        return state.spool.batches == 0 || state.phase != WriterState::Phase::Draining;
    };
    while (!waitUntil(isOver, LOOK_EVERY)) {
        if (cancel.load())
            return Error{ErrorCode::Cancelled, "stopped", ""};
    }
    const WriterState now = current();
    if (now.spool.batches == 0)
        return {};
    return Error{ErrorCode::Io,
                 fmt::format("{} batches wait in the spool for the database, which cannot be written to: {}",
                             now.spool.batches, now.reason.what),
                 "What is in the spool is kept. Try again once the database is back."};
}

void HistoryWriter::tryNow()
{
    const std::lock_guard lock(m_mutex);
    m_nextTry = SteadyClock::time_point::min();
    ++m_asked;
    if (m_state.spool.batches > 0)
        m_state.phase = WriterState::Phase::Draining;
    m_filled.notify_one();
}

void HistoryWriter::tell(WriterState::Phase phase, const Error& reason)
{
    {
        const std::lock_guard lock(m_mutex);
        // An attempt that began before it was asked to try now says nothing of the one that is to come.
        if (phase == WriterState::Phase::Spooling && isOutdated() && !m_spool.isEmpty())
            phase = WriterState::Phase::Draining;
        m_state = {phase, m_spool.size(), reason, m_spool.findings()};
    }
    m_changed.notify_all();
    if (!m_told.exchange(true))
        emit stateChanged();
}

void HistoryWriter::run()
{
    pthread_setname_np(pthread_self(), "history-writer");
    for (;;) {
        if (auto task = nextTask()) {
            Result<Kept> kept = guarded([&] { return keep(task->job); });
            if (!kept)
                renewAfter(kept.error());
            task->reply.set_value(std::move(kept));
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
    const bool needsDatabase = !m_spool.isEmpty() || m_state.phase == WriterState::Phase::Failing;
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
    if (!m_spool.isEmpty() || !connect())
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
    const auto kept = m_spool.append({SystemClock().now(), job.instrument, job.batch});
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
    if (m_spool.isEmpty() && current().phase == WriterState::Phase::Failing && connect())
        tell(WriterState::Phase::Connected);
    for (int i = 0; !m_spool.isEmpty() && i < DRAINED_A_JOB && connect(); ++i) {
        if (auto drained = drainOne(); !drained)
            return drained;
    }
    return {};
}

Result<void> HistoryWriter::drainOne()
{
    const auto oldest = m_spool.front();
    if (!oldest && oldest.error().code != ErrorCode::Corrupt)
        return oldest.error();
    const auto written = oldest ? write(oldest->instrument, oldest->batch) : Result<BatchCount>(oldest.error());
    if (oldest && !written && (mayPass(written.error()) || !m_store->isConnected()))
        return written.error();
    if (auto done = written ? m_spool.pop() : m_spool.setAside(written.error()); !done)
        return done;
    tell(m_spool.isEmpty() ? WriterState::Phase::Connected : WriterState::Phase::Draining);
    return {};
}

/// True when the database can be written to; tries to reach it when it is time to.
bool HistoryWriter::connect()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isDue())
            return false;
        // An end does not wait for a server that may not answer.
        if (m_stopping && !m_store)
            return false;
    }
    if (m_store && m_store->isConnected())
        return true;
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
    // Another program gave the instrument more decimals meanwhile: the store says them when it is told again.
    if (!written && written.error().code == ErrorCode::Busy && m_instruments.erase(instrument.symbol) > 0)
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
