// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sessions/facts.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace core::sessions {

/// Bounds of the store. The defaults suit; tests make them small.
struct StoreLimits
{
    /// Facts that may wait for the store's thread before the engine waits.
    std::size_t queued = 65'536;
    /// How long a refused write is tried again before the store gives up on the session.
    std::chrono::milliseconds retryFor{60'000};
    std::chrono::milliseconds retryEvery{100};
};

/// Hears that the disk, or another program, refuses a write, which is tried again. Called on the
/// store's thread, once for each trouble.
using WaitCallback = std::function<void(const Error&)>;

/// Keeps one session at a time in sessions.sqlite, so that it can go on after the program was
/// killed at any moment. Facts are written by the thread "store-sessions" as they come and are
/// committed, together with where the accounts stand, by `acknowledge`: after a crash the file
/// holds what was acknowledged last, all of it and nothing else. Made and used by the engine's
/// thread.
///
/// When a write is refused, nothing is dropped: the facts are kept and written again, and whoever
/// asked for the acknowledgement waits. After StoreLimits::retryFor, or at once when the file is
/// damaged, the store gives up on the session and every later acknowledgement fails.
class SessionStore final : public FactSink
{
public:
    /// Opens the file, makes it as needed and starts the thread. A damaged file is set aside and a
    /// new one begun (see `notice`). Fails with Unsupported on the file of a newer program.
    [[nodiscard]] static Result<std::unique_ptr<SessionStore>>
    open(const std::filesystem::path& file, WaitCallback waiting = {}, std::stop_token hurry = {},
         StoreLimits limits = {});
    /// Ends the thread; what was not acknowledged is forgotten.
    ~SessionStore() override;
    SessionStore(const SessionStore&) = delete;
    SessionStore& operator=(const SessionStore&) = delete;

    /// What opening met and the user should know: a damaged file that was set aside.
    [[nodiscard]] const std::optional<Error>& notice() const { return m_notice; }

    /// The newest session of that kind that was not closed, as acknowledged. Fails with Corrupt
    /// when its record contradicts itself.
    [[nodiscard]] Result<std::optional<StoredSession>> unfinished(SessionHead::Kind kind);

    /// Begins a session. The first acknowledgement writes it, closes every other one of its kind
    /// and deletes the oldest closed ones.
    void begin(SessionHead head);
    /// Goes on with a stored session: facts up to those it holds are passed over, and the next
    /// acknowledgement says that it is open and has its journal in another folder.
    void resume(const StoredSession& session, std::string journal);
    void append(FactBatch& batch) override;
    /// Says that the session starts over: in the next acknowledgement the facts that follow replace
    /// all there are, and its epoch rises.
    void restart();

    /// Says what the user did to the accounts, all of it, in order: the next acknowledgement commits it
    /// with what it led to.
    void setActions(std::vector<portfolio::UserAction> actions);
    /// Says that the journal goes on in another folder; the next acknowledgement commits it.
    void moveJournal(std::string journal);

    enum class Patience {
        Wait, ///< Tries a refused write for StoreLimits::retryFor.
        Once  ///< Fails at the first refusal.
    };
    /// Waits until every fact so far and this standing are committed. Does nothing when they are.
    [[nodiscard]] Result<void> acknowledge(const Standing& standing,
                                           Patience patience = Patience::Wait);
    /// Ends the session; facts that were not acknowledged are forgotten.
    [[nodiscard]] Result<void> end(SessionEnd how);
    /// Lets go of the session and leaves its record as it is.
    void abandon();

private:
    class Worker;
    explicit SessionStore(std::unique_ptr<Worker> worker);

    std::unique_ptr<Worker> m_worker;
    std::optional<Error> m_notice;
};

} // namespace core::sessions
