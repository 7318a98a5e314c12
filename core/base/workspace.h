// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace core {

/// A folder that holds everything of one user's work: history.sqlite, sessions.sqlite, jobs.json, venues.ini, trust/,
/// strategies/, journal/ and, where the history lies on a server, spool/.
/// Whoever opens it for writing first holds its lock until it ends, also when it is killed.
class Workspace
{
public:
    enum class Access {
        Write,        ///< Needs the lock; fails with Busy when another program holds it.
        ReadIfBusy    ///< Takes the lock if it is free, else is read-only.
    };
    /// Creates the folders (mode 0700) as needed. Fails with Io and the reason.
    [[nodiscard]] static Result<Workspace> open(const std::filesystem::path& folder, Access access);

    Workspace(Workspace&& other) noexcept;
    Workspace& operator=(Workspace&& other) noexcept;
    ~Workspace();

    [[nodiscard]] bool readOnly() const { return m_lock < 0; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path historyFile() const { return m_folder / "history.sqlite"; }
    [[nodiscard]] std::filesystem::path sessionsFile() const { return m_folder / "sessions.sqlite"; }
    [[nodiscard]] std::filesystem::path jobsFile() const { return m_folder / "jobs.json"; }
    [[nodiscard]] std::filesystem::path trustFolder() const { return m_folder / "trust"; }
    [[nodiscard]] std::filesystem::path strategiesFolder() const { return m_folder / "strategies"; }
    [[nodiscard]] std::filesystem::path journalFolder() const { return m_folder / "journal"; }
    /// What was decided about the workspace that has this trust folder, in its journal folder.
    [[nodiscard]] static std::filesystem::path systemJournalOf(const std::filesystem::path& trustFolder)
    {
        return trustFolder.parent_path() / "journal" / "system.jsonl";
    }

private:
    Workspace(std::filesystem::path folder, int lock) : m_folder(std::move(folder)), m_lock(lock) {}
    std::filesystem::path m_folder;
    int m_lock = -1;
};

} // namespace core
