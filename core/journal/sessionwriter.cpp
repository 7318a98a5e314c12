// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/sessionwriter.h"

#include "core/journal/sessionstreams.h"
#include "core/journal/writerqueue.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <pthread.h>

#include <fmt/format.h>

namespace core::journal {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long a writer that is to finish, or to hurry, tries a disk that refuses.
constexpr std::chrono::milliseconds LAST_TRY{2'000};

Error refused(const std::filesystem::path& folder, int number)
{
    return {
        ErrorCode::Io,
        fmt::format("the journal {} cannot be written: {}", folder.string(), systemReason(number)),
        "Everything is kept in memory and the session waits. Free space on the disk and it goes on "
        "by itself."};
}

Error accepted(const std::filesystem::path& folder)
{
    return {ErrorCode::Io, fmt::format("the journal {} is written again", folder.string()),
            "No line was lost."};
}

Error gaveUp(const std::filesystem::path& folder, int number)
{
    return {ErrorCode::Io,
            fmt::format("the journal {} is incomplete: {}", folder.string(), systemReason(number)),
            "Its files are kept up to their last whole line. Free space on the disk and run the "
            "session "
            "again."};
}

Error divergedError()
{
    return {ErrorCode::Internal, "the replay did not repeat itself after it was sought back",
            "The journal was kept as far as it was played first. Load the replay again, and report "
            "this "
            "with the strategy that was run."};
}

Error unexpected(const char* what)
{
    return {ErrorCode::Internal, fmt::format("the journal's writer failed: {}", what),
            "The files are kept up to the last line that was written."};
}

} // namespace

/// Owns the journal thread and everything on it.
class SessionWriter::Worker
{
public:
    Worker(std::filesystem::path folder, SessionStreams streams, std::stop_token hurry,
           TroubleCallback trouble, WriterLimits limits)
        : m_folder(std::move(folder)),
          m_hurry(std::move(hurry)),
          m_limits(limits),
          m_trouble(std::move(trouble)),
          m_queue(limits.queued),
          m_streams(std::move(streams)),
          m_thread([this] { run(); })
    {}

    WriterQueue& queue() { return m_queue; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::int64_t lines() const { return m_lines.load(std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t tradeLines() const
    {
        return m_trades.load(std::memory_order_relaxed);
    }
    [[nodiscard]] bool inTrouble() const { return m_inTrouble.load(std::memory_order_relaxed); }
    [[nodiscard]] bool failed() const { return m_failed.load(std::memory_order_relaxed); }

    Result<void> finish(std::string_view summary)
    {
        const std::lock_guard lock(m_finishing);
        if (m_result)
            return *m_result;
        m_finishes = true;
        const WriterState state = m_queue.pushCommand(WriterTask::Kind::Finish).get();
        m_thread.join();
        m_result = state.error ? Result<void>(*state.error) : Result<void>();
        if (!summary.empty()) {
            const auto written = replaceFile(m_folder / "session.json", summary);
            if (m_result->ok())
                m_result = written;
        }
        return *m_result;
    }

private:
    void run()
    {
        pthread_setname_np(pthread_self(), "journal");
        for (bool more = true; more;) {
            WriterTask task = m_queue.pop();
            more = task.kind != WriterTask::Kind::Finish;
            try {
                handle(task);
            } catch (const std::exception& fault) {
                fail(unexpected(fault.what()));
            }
            if (task.reply)
                task.reply->set_value({m_error, m_streams.fingerprint(), m_streams.head()});
            m_queue.recycle(std::move(task));
        }
    }

    void handle(const WriterTask& task)
    {
        switch (task.kind) {
        case WriterTask::Kind::Records:
            m_streams.add(task.batch);
            break;
        case WriterTask::Kind::Equity:
            m_streams.add(task.account, task.points);
            break;
        case WriterTask::Kind::Restart:
            m_streams.restart();
            break;
        case WriterTask::Kind::Flush:
            break;
        case WriterTask::Kind::Finish:
            break;
        }
        m_lines.store(m_streams.lines(), std::memory_order_relaxed);
        m_trades.store(m_streams.tradeLines(), std::memory_order_relaxed);
        if (m_streams.diverged() && !m_error)
            fail(divergedError());
        // Commands ask for the files; otherwise small pieces wait for more while there is more. All
        // files go together, so that a program that is killed leaves them in step.
        auto& files = m_streams.files();
        const bool due = task.reply.has_value() || m_queue.empty() ||
                         std::any_of(files.begin(), files.end(), [&](const OutFile& file) {
                             return file.buffered() >= m_limits.buffered;
                         });
        if (due)
            std::for_each(files.begin(), files.end(), [this](OutFile& file) { writeOut(file); });
        if (task.kind == WriterTask::Kind::Finish)
            syncAll();
    }

    /// Writes the buffer of `file`, however long the disk takes to accept it, or gives up for good.
    void writeOut(OutFile& file)
    {
        if (m_gaveUp) {
            file.giveUp();
            return;
        }
        int number = file.flush();
        if (number == 0)
            return;
        m_inTrouble = true;
        report({WriterTrouble::Stage::Waiting, refused(m_folder, number)});
        const auto since = SteadyClock::now();
        do {
            std::this_thread::sleep_for(m_limits.retryEvery);
            number = file.flush();
        } while (number != 0 && SteadyClock::now() < since + patience());
        if (number != 0) {
            giveUp(number);
            return;
        }
        m_inTrouble = false;
        report({WriterTrouble::Stage::Recovered, accepted(m_folder)});
    }

    [[nodiscard]] std::chrono::milliseconds patience() const
    {
        return m_finishes || m_hurry.stop_requested() ? std::min(m_limits.retryFor, LAST_TRY)
                                                      : m_limits.retryFor;
    }

    void giveUp(int number)
    {
        m_gaveUp = true;
        for (OutFile& file : m_streams.files())
            file.giveUp();
        fail(gaveUp(m_folder, number));
    }

    void syncAll()
    {
        for (OutFile& file : m_streams.files()) {
            const int number = file.sync();
            if (number != 0 && !m_error)
                fail(gaveUp(m_folder, number));
        }
    }

    void fail(Error error)
    {
        m_error = error;
        m_failed = true;
        report({WriterTrouble::Stage::Failed, std::move(error)});
    }

    void report(const WriterTrouble& trouble) const
    {
        if (m_trouble)
            m_trouble(trouble);
    }

    const std::filesystem::path m_folder;
    const std::stop_token m_hurry;
    const WriterLimits m_limits;
    const TroubleCallback m_trouble;
    WriterQueue m_queue;
    SessionStreams m_streams;
    std::optional<Error> m_error; ///< Of the journal thread; crosses in WriterState.
    bool m_gaveUp = false;
    std::atomic<bool> m_finishes = false; ///< Somebody waits for the end.
    std::atomic<bool> m_inTrouble = false;
    std::atomic<bool> m_failed = false;
    std::atomic<std::int64_t> m_lines = 0;
    std::atomic<std::int64_t> m_trades = 0;
    std::mutex m_finishing;
    std::optional<Result<void>> m_result;
    std::thread m_thread; ///< Last: it starts when everything else is there.
};

Result<std::unique_ptr<SessionWriter>>
SessionWriter::open(SessionPlan plan, TroubleCallback trouble, WriterLimits limits)
{
    auto streams = SessionStreams::create(plan);
    if (!streams)
        return streams.error();
    return std::unique_ptr<SessionWriter>(new SessionWriter(std::make_unique<Worker>(
        std::move(plan.folder), std::move(*streams), plan.hurry, std::move(trouble), limits)));
}

SessionWriter::SessionWriter(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}

SessionWriter::~SessionWriter()
{
    static_cast<void>(finish());
}

void SessionWriter::append(RecordBatch& batch)
{
    m_worker->queue().push(batch);
}

void SessionWriter::append(AccountIndex account, std::span<const portfolio::EquityPoint> points)
{
    m_worker->queue().push(account, points);
}

void SessionWriter::restart()
{
    static_cast<void>(m_worker->queue().pushCommand(WriterTask::Kind::Restart));
}

Result<void> SessionWriter::flush()
{
    WriterState state = m_worker->queue().pushCommand(WriterTask::Kind::Flush).get();
    if (state.error)
        return *state.error;
    return {};
}

std::string SessionWriter::fingerprint()
{
    return m_worker->queue().pushCommand(WriterTask::Kind::Flush).get().fingerprint;
}

std::string SessionWriter::head()
{
    return m_worker->queue().pushCommand(WriterTask::Kind::Flush).get().head;
}

Result<void> SessionWriter::finish(std::string_view summary)
{
    return m_worker->finish(summary);
}

const std::filesystem::path& SessionWriter::folder() const
{
    return m_worker->folder();
}

std::int64_t SessionWriter::lines() const
{
    return m_worker->lines();
}

std::int64_t SessionWriter::tradeLines() const
{
    return m_worker->tradeLines();
}

bool SessionWriter::inTrouble() const
{
    return m_worker->inTrouble();
}

bool SessionWriter::failed() const
{
    return m_worker->failed();
}

} // namespace core::journal
