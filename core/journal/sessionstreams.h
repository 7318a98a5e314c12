// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"
#include "core/journal/jsonline.h"
#include "core/journal/outfile.h"
#include "core/journal/sessionwriter.h"

#include <atomic>
#include <vector>

namespace core::journal {

/// Counts what an engine emits and notices, after a restart, what it has emitted before: equal
/// emissions have equal hashes.
class RepeatGuard
{
public:
    /// Adds one emission with its hash; true when it is new, false when it repeats an earlier one.
    bool accept(std::uint64_t hash);
    void restart();
    /// True once a repetition turned out to differ from the first time.
    [[nodiscard]] bool diverged() const { return m_diverged; }

private:
    std::int64_t m_total = 0;    ///< Emissions accepted so far.
    std::int64_t m_position = 0; ///< Emissions since the last restart.
    std::uint64_t m_totalHash = 0;
    std::uint64_t m_hash = 0;
    bool m_diverged = false;
};

/// The files of a session and the rules of their lines: seq by stream, the chain of the trades, the
/// repetition after a restart. Formats into buffers; writing them out is the caller's. On the
/// journal thread.
class SessionStreams
{
public:
    [[nodiscard]] static Result<SessionStreams> create(const SessionPlan& plan);

    void add(const RecordBatch& batch);
    void add(AccountIndex account, std::span<const portfolio::EquityPoint> points);
    void restart();

    /// Every file: streams, all.jsonl, equity.
    [[nodiscard]] std::vector<OutFile>& files() { return m_files; }
    [[nodiscard]] bool diverged() const;
    [[nodiscard]] std::int64_t lines() const { return m_lines; }
    [[nodiscard]] std::int64_t tradeLines() const { return m_seq[1]; }
    [[nodiscard]] std::string fingerprint() const { return m_content->digest().hex(); }
    /// The chain of the last line of trades.jsonl.
    [[nodiscard]] std::string head() const { return m_chain.hex(); }

private:
    explicit SessionStreams(const SessionPlan& plan);
    void addRecord(const RecordBatch& batch, const Record& record);
    /// Ends the line in `out` that began at `start` with its chain, and counts it into the
    /// fingerprint.
    void chain(std::string& out, std::size_t start);

    LineFormat m_format;
    std::vector<std::string> m_names; ///< system, trades, strategy-…
    std::vector<std::int64_t> m_seq;  ///< The last one given, by stream.
    std::vector<OutFile> m_files;     ///< The streams, then all.jsonl, then equity by account.
    RepeatGuard m_guard;
    std::vector<RepeatGuard> m_equityGuards;
    Sha256Digest m_chain;
    std::unique_ptr<Sha256> m_content;
    std::int64_t m_lines = 0;
};

} // namespace core::journal
