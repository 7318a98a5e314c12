// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/journal/journalseal.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace core::journal {

/// The first thing that is wrong with one file.
struct JournalFault
{
    std::string file;      ///< Its name in the session folder.
    std::int64_t line = 0; ///< From 1; one past the last when lines are missing there.
    std::string what;      ///< For people.
    bool torn = false; ///< A last line without its end, as after a crash: recoverTorn mends that.
    bool cutOff = false; ///< The session never ended, and lines at the end of one file are not yet in another.
};

/// One file that was checked.
struct VerifiedFile
{
    std::string file;
    std::int64_t lines = 0; ///< Whole lines.
};

struct VerifyReport
{
    std::vector<VerifiedFile> files;
    std::vector<JournalFault> faults; ///< At most one a file and rule.
    std::string fingerprint;          ///< SHA-256 of trades.jsonl.
    std::string head;                 ///< The chain of its last line.
    [[nodiscard]] bool good() const { return faults.empty(); }
};

/// Checks a session: every line is an object of its stream with the next seq, the chain of the
/// trades holds, all.jsonl has the same lines as the streams, and session.json, when there is one,
/// names the same fingerprint. So lines that were changed, dropped, added or put in another order
/// are found, also at the end. `progress` gets the fraction done, 0 … 1, a few times a second;
/// returning false cancels. Fails with NotFound when `folder` is no session, Cancelled. A fault is
/// no failure. Never writes.
[[nodiscard]] Result<VerifyReport> verifyJournal(const std::filesystem::path& folder,
                                                 const std::function<bool(double)>& progress = {});

/// Checks the system journal of a workspace: every line is one of the system stream with the next seq, and follows
/// from those before it by its chain, and by the seal no line is gone from its end. Fails with NotFound.
[[nodiscard]] Result<VerifyReport> verifySystemJournal(const std::filesystem::path& file,
                                                       const JournalSeal* seal = nullptr);

/// One piece that was cut off.
struct TornPiece
{
    std::string file; ///< That was cut.
    std::string kept; ///< Where the torn bytes are now.
    std::int64_t bytes = 0;
};
/// Moves what stands behind the last whole line of each stream (and the last whole point of each
/// equity file) to <file>.torn, so that the file can be read and written on. Fails with Io; nothing
/// is lost then.
[[nodiscard]] Result<std::vector<TornPiece>> recoverTorn(const std::filesystem::path& folder);

} // namespace core::journal
