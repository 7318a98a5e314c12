// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessions/sessiondatabase.h"
#include "core/sessions/sessionstore.h"

#include <chrono>
#include <utility>

namespace core::sessions {

/// The store's side of the session that is kept: its transaction, and what is needed to write it
/// again. Lives on the store's thread.
class KeptSession
{
public:
    KeptSession(WaitCallback waiting, std::stop_token hurry, StoreLimits limits)
        : m_waiting(std::move(waiting)), m_hurry(std::move(hurry)), m_limits(limits)
    {}

    [[nodiscard]] Result<void> open(const std::filesystem::path& file);
    void close();
    [[nodiscard]] Result<std::optional<StoredSession>> unfinished(SessionHead::Kind kind);

    void begin(SessionHead head);
    void resume(StoredSession session, std::string journal);
    void restart();
    void setActions(std::vector<portfolio::UserAction> actions);
    void moveJournal(std::string journal);
    void take(FactBatch batch);
    [[nodiscard]] Result<void> acknowledge(const Standing& standing, bool patiently);
    [[nodiscard]] Result<void> end(SessionEnd how);
    void abandon();

    /// Batches that are not needed any more.
    [[nodiscard]] std::vector<FactBatch> takeUsed() { return std::exchange(m_used, {}); }

private:
    enum class Stage {
        None,  ///< No session.
        Begun, ///< Not in the file yet.
        Stored,
        GivenUp, ///< Nothing more is written.
    };
    [[nodiscard]] bool writes() const
    {
        return m_stage == Stage::Begun || m_stage == Stage::Stored;
    }
    void letGo();
    void rollback();
    [[nodiscard]] Result<void> openTransaction();
    [[nodiscard]] Result<void> writePending();
    [[nodiscard]] Result<void> commit(const Standing& standing);
    [[nodiscard]] Result<void> commitPatiently(const Standing& standing);
    void settle(const Standing& standing);

    WaitCallback m_waiting;
    std::stop_token m_hurry;
    StoreLimits m_limits;
    std::unique_ptr<SessionDatabase> m_database;

    Stage m_stage = Stage::None;
    std::optional<Error> m_fault; ///< Why it was given up.
    SessionHead m_head;           ///< Of a session that is not in the file yet.
    std::int64_t m_id = 0;
    std::uint64_t m_epoch = 1;
    Standing m_kept;                      ///< As committed.
    std::optional<std::string> m_journal; ///< Its new folder, to be written.
    bool m_restarted = false;             ///< What is committed is to be replaced.
    std::optional<std::vector<portfolio::UserAction>> m_actions; ///< All of them, to be written.

    std::vector<FactBatch> m_pending; ///< Not committed, in order.
    std::size_t m_written = 0;        ///< Of them, those inside the open transaction.
    bool m_inTransaction = false;
    bool m_refused = false; ///< The last write failed: wait for the acknowledgement to try again.
    std::vector<FactBatch> m_used;
};

} // namespace core::sessions
