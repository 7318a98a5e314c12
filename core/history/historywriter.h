// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/spool.h"

#include <QObject>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace core::history {

/// How a writer and its database stand.
struct WriterState
{
    enum class Phase {
        Idle,      ///< Nothing was to be written yet.
        Connected, ///< What is submitted goes to the database.
        Spooling,  ///< The database is away; what is submitted goes to the spool.
        Draining,  ///< It is back, and gets what the spool holds.
        Failing    ///< Neither database nor spool take anything.
    };
    Phase phase = Phase::Idle;
    SpoolSize spool;
    Error reason;                      ///< Of Spooling and Failing.
    std::vector<std::string> findings; ///< What was set aside, a sentence each.
};

/// What is written of an instrument in one transaction, in the ticks and lots of that instrument.
struct WriteJob
{
    market::Instrument instrument;
    HistoryBatch batch;
};

/// How a job was kept: by the database, which counts what it changed, or on disk.
struct Kept
{
    std::optional<BatchCount> count; ///< Nothing while it waits in the spool.
};

struct WriterSettings
{
    std::int64_t queueRows = 200'000; ///< Trades and candles that wait to be written; more wait with who brings them.
    SpoolLimits spool;
    Nanoseconds firstRetry = std::chrono::seconds(1);
    Nanoseconds longestRetry = std::chrono::seconds(30); ///< Each wait is twice as long as the one before, up to this.
};

/// True for failures that say nothing about what was to be written: the database is away, full, locked or forbidden.
[[nodiscard]] bool mayPass(const Error& error);

/// Writes batches to a history on a thread of its own ("history-writer"), in the order in which they come, by way of a
/// bounded queue. While the database is away they go to the spool, and from there to the database before anything newer;
/// also what an earlier start of the program left there. What the database refuses for good in the spool is set aside.
/// Every function may be called from any thread.
class HistoryWriter final : public QObject
{
    Q_OBJECT
public:
    /// Opens the database; called on the writer's thread, again after each loss.
    using Opener = std::function<Result<std::unique_ptr<HistoryStore>>()>;

    /// Opens the spool. Fails as that does.
    [[nodiscard]] static Result<std::unique_ptr<HistoryWriter>> open(const DatabaseUrl& url,
                                                                     const std::filesystem::path& spoolFolder,
                                                                     WriterSettings settings = {}, Opener opener = {});
    /// Keeps what is still queued, in the database or the spool, and ends the thread.
    ~HistoryWriter() override;

    /// Hands a job over; waits while the queue is full. The answer comes once the database or the disk has it whole; or
    /// with Busy where the spool is full, with Io where the disk refuses, and with what the database refuses in the
    /// batch itself. Nothing of it is kept then.
    [[nodiscard]] std::future<Result<Kept>> submit(WriteJob job);
    [[nodiscard]] WriterState state() const;
    /// Waits until the state is as wanted; false when the time is over before.
    bool waitUntil(const std::function<bool(const WriterState&)>& wanted, Nanoseconds patience) const;
    /// Waits until the spool is written, which is tried at once. Fails with Io and the reason where the database does not
    /// take it, and with Cancelled.
    [[nodiscard]] Result<void> settle(const std::atomic<bool>& cancel);
    /// Tries the database now rather than when it is time to; what the spool holds counts as Draining until it did.
    void tryNow();

signals:
    /// Once after each look at state(), as soon as it is another one. From the writer's thread.
    void stateChanged();

private:
    using SteadyClock = std::chrono::steady_clock;
    struct Task
    {
        WriteJob job;
        std::promise<Result<Kept>> reply;
        [[nodiscard]] std::int64_t rows() const;
    };

    HistoryWriter(Spool spool, WriterSettings settings, Opener opener);
    [[nodiscard]] WriterState current() const;
    void run();
    [[nodiscard]] std::optional<Task> nextTask();
    [[nodiscard]] bool isDue() const;
    [[nodiscard]] bool isOutdated() const { return m_served != m_asked; }
    [[nodiscard]] Result<Kept> keep(const WriteJob& job);
    [[nodiscard]] Result<Kept> spoolAway(const WriteJob& job);
    [[nodiscard]] Result<void> drain();
    [[nodiscard]] Result<void> drainOne();
    [[nodiscard]] bool connect();
    [[nodiscard]] Result<BatchCount> write(const market::Instrument& instrument, const HistoryBatch& batch);
    [[nodiscard]] Result<BatchCount> writeAs(const market::Instrument& instrument, const HistoryBatch& batch);
    void renewAfter(const Error& error);
    void lose(const Error& why);
    void tell(WriterState::Phase phase, const Error& reason = {});

    const WriterSettings m_settings;
    const Opener m_opener;

    // Of the writer's thread.
    Spool m_spool;
    std::unique_ptr<HistoryStore> m_store;
    /// As putInstrument was told on this connection, and what it answered.
    std::map<Symbol, std::pair<market::Instrument, market::Instrument>> m_instruments;
    Nanoseconds m_wait;

    mutable std::mutex m_mutex;
    std::condition_variable m_filled;
    std::condition_variable m_emptied;
    mutable std::condition_variable m_changed;
    std::deque<Task> m_tasks;
    std::int64_t m_rows = 0; ///< In the queue.
    bool m_stopping = false;
    SteadyClock::time_point m_nextTry = SteadyClock::time_point::min();
    std::uint64_t m_asked = 0;  ///< How often it was to try now …
    std::uint64_t m_served = 0; ///< … and up to which of them the present attempt knows.
    WriterState m_state;
    mutable std::atomic<bool> m_told = false; ///< The signal was sent and nobody looked since.

    std::thread m_thread; ///< Last: it starts when everything else is there.
};

} // namespace core::history
