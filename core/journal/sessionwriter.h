// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/journal/equitysink.h"
#include "core/journal/record.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace core::journal {

/// What a journal is written for.
struct SessionPlan
{
    std::filesystem::path folder; ///< Exists and is this session's own (createSessionFolder).
    std::string session;          ///< The name inside the lines (replaySessionName).
    std::string digest;           ///< Of the configuration, hexadecimal, at least 8 digits.
    std::vector<std::string> strategies; ///< By account; each different, of a–z, 0–9, '_' and '-'.
    bool allowsUnsigned = false; ///< Said in every line.
    std::stop_token hurry = {}; ///< Once stopped, a disk that refuses is waited for two seconds at most.
};

/// Bounds of the writer. The defaults suit; tests make them small.
struct WriterLimits
{
    /// Records and points that may wait for the journal thread before the engine waits.
    std::size_t queued = 65'536;
    /// Bytes of a file that are gathered before they are written.
    std::size_t buffered = 256 * 1024;
    /// How long a refused write is tried again before the writer gives up on the session.
    std::chrono::milliseconds retryFor{60'000};
    std::chrono::milliseconds retryEvery{100};
};

/// Reports a refused write, and its end. Called on the journal thread.
struct WriterTrouble
{
    enum class Stage {
        Waiting,   ///< The write is tried again, and the engine waits.
        Recovered, ///< Everything was written after all.
        Failed,    ///< Nothing more is written.
    };
    Stage stage = Stage::Waiting;
    Error error; ///< What happened, what was kept, what to do.
};
using TroubleCallback = std::function<void(const WriterTrouble&)>;

/// Writes the journal of one session: its thread "journal" formats the records, numbers them by
/// stream, chains the trades and writes system.jsonl, trades.jsonl, strategy-<name>.jsonl,
/// all.jsonl and equity-<name>.bin. Made and used by the engine's thread; counters and `finish` may
/// be used from any.
///
/// When the disk refuses, nothing is dropped: the unwritten tail is kept and tried again, and the
/// engine waits in `append`. After WriterLimits::retryFor the writer gives up: the files end with
/// their last whole line, `append` returns at once, and `finish` fails.
class SessionWriter final : public RecordSink, public EquitySink
{
public:
    /// Makes the files and starts the thread. Fails with Io, or with AlreadyExists when the folder
    /// holds a journal.
    [[nodiscard]] static Result<std::unique_ptr<SessionWriter>>
    open(SessionPlan plan, TroubleCallback trouble = {}, WriterLimits limits = {});
    /// Finishes without a summary if nobody did.
    ~SessionWriter() override;
    SessionWriter(const SessionWriter&) = delete;
    SessionWriter& operator=(const SessionWriter&) = delete;

    void append(RecordBatch& batch) override;
    void append(AccountIndex account, std::span<const portfolio::EquityPoint> points) override;

    /// Says that the engine starts over: what it appends next repeats what is already written. The
    /// writer passes over as many records of each stream, and points of each account, as it has,
    /// and goes on behind them. It compares a hash of what it passes over with the first time's;
    /// when they differ the session was not deterministic, which is reported as trouble and fails
    /// `finish`.
    void restart();

    /// Waits until everything appended so far is in the files, for readers of this session.
    [[nodiscard]] Result<void> flush();
    /// SHA-256 of trades.jsonl with everything appended so far, hexadecimal. Waits as `flush` does.
    [[nodiscard]] std::string fingerprint();
    /// The chain of the last line of trades.jsonl (chain.h), with everything appended so far: whoever knows it
    /// can tell whether any line was changed later. Zeros where there is none. Waits as `flush` does.
    [[nodiscard]] std::string head();
    /// Writes everything, syncs it to the disk, writes `summary` (JSON text; none when empty) as
    /// session.json and ends the thread. Fails when lines could not be written. Later calls repeat
    /// the first one's result.
    Result<void> finish(std::string_view summary = {});

    [[nodiscard]] const std::filesystem::path& folder() const;
    /// Lines of all.jsonl so far. Any thread.
    [[nodiscard]] std::int64_t lines() const;
    /// Lines of trades.jsonl so far. Any thread.
    [[nodiscard]] std::int64_t tradeLines() const;
    /// True while the disk refuses writes. Any thread.
    [[nodiscard]] bool inTrouble() const;
    /// True once nothing more is written, after WriterTrouble::Stage::Failed. Any thread.
    [[nodiscard]] bool failed() const;

private:
    class Worker;
    explicit SessionWriter(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> m_worker;
};

} // namespace core::journal
