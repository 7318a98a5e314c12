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
        Opening,   ///< The spool is being opened; what is submitted waits.
        Barred,    ///< The spool cannot be opened, so nothing is taken: it would come before what may wait there.
        Idle,      ///< Nothing was to be written yet.
        Connected, ///< What is submitted goes to the database.
        Spooling,  ///< The database is away; what is submitted goes to the spool.
        Draining,  ///< It is back, and gets what the spool holds.
        Failing    ///< Neither database nor spool take anything.
    };
    Phase phase = Phase::Idle;
    SpoolSize spool;
    Error reason;                      ///< Of Barred, Spooling and Failing.
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
    Nanoseconds lastWait = std::chrono::seconds(3); ///< At the end, for a server's answer; then it is hung up on.
};

/// True for failures that say nothing about what was to be written: the database is away, full, locked or forbidden.
[[nodiscard]] bool mayPass(const Error& error);
/// True for failures that say that this batch will never be taken.
[[nodiscard]] bool isForGood(const Error& error);

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
    /// The same without waiting: the spool is opened on the writer's thread, and again later where that fails.
    [[nodiscard]] static std::unique_ptr<HistoryWriter> start(const DatabaseUrl& url,
                                                              const std::filesystem::path& spoolFolder,
                                                              WriterSettings settings = {}, Opener opener = {});
    /// Keeps what is still queued, in the database or the spool, and ends the thread.
    ~HistoryWriter() override;

    /// Hands a job over; waits while the queue is full. The answer comes once the database or the disk has it whole; or
    /// with Busy where the spool is full, with the reason where it is Barred, with Io where the disk refuses, and with
    /// what the database refuses in the batch itself. Nothing of it is kept then.
    [[nodiscard]] std::future<Result<Kept>> submit(WriteJob job);
    [[nodiscard]] WriterState state() const;
    /// Waits until the state is as wanted; false when the time is over before.
    bool waitUntil(const std::function<bool(const WriterState&)>& wanted, Nanoseconds patience) const;
    /// Waits until everything submitted before has its answer and the spool is written, which is tried at once. Fails with
    /// the reason where the database does not take it or the spool cannot be opened, and with Cancelled.
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

    HistoryWriter(const DatabaseUrl& url, std::filesystem::path spoolFolder, WriterSettings settings, Opener opener);
    /// Starts the thread, with a spool that is open already or without.
    void launch(std::optional<Spool> spool);
    void take(Spool spool);
    [[nodiscard]] WriterState current() const;
    [[nodiscard]] bool isSettled(std::uint64_t submitted) const;
    void run();
    void work();
    [[nodiscard]] bool awaitSpool();
    [[nodiscard]] bool openSpool();
    [[nodiscard]] bool refuseUntilDue();
    void answer(Task& task, Result<Kept> kept);
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

    const DatabaseUrl m_url;
    const std::filesystem::path m_spoolFolder;
    const WriterSettings m_settings;
    const Opener m_opener;

    // Of the writer's thread.
    std::optional<Spool> m_spool; ///< Nothing before it could be opened.
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
    std::uint64_t m_submitted = 0; ///< How many jobs ever came …
    std::uint64_t m_answered = 0;  ///< … and how many of them, in order, have their answer.
    bool m_stopping = false;
    bool m_hasEnded = false;
    SteadyClock::time_point m_nextTry = SteadyClock::time_point::min();
    std::uint64_t m_asked = 0;  ///< How often it was to try now …
    std::uint64_t m_served = 0; ///< … and up to which of them the present attempt knows.
    WriterState m_state;
    mutable std::atomic<bool> m_told = false; ///< The signal was sent and nobody looked since.

    std::thread m_thread; ///< Last: it starts when everything else is there.
};

} // namespace core::history
