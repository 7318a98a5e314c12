// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessions/keptsession.h"

#include <algorithm>
#include <thread>

namespace core::sessions {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long a store that is to hurry tries a disk that refuses.
constexpr std::chrono::milliseconds LAST_TRY{2'000};

/// True for what may pass: a full disk, a lock that another program holds.
bool mayPass(const Error& error)
{
    return error.code == ErrorCode::Io || error.code == ErrorCode::Busy;
}

} // namespace

Result<void> KeptSession::open(const std::filesystem::path& file)
{
    auto database = SessionDatabase::open(file);
    if (!database)
        return database.error();
    m_database = std::move(*database);
    return {};
}

void KeptSession::close()
{
    if (m_database)
        rollback();
    m_database.reset();
}

Result<std::optional<StoredSession>> KeptSession::unfinished(SessionHead::Kind kind)
{
    // One connection would see its own transaction; what is in it is written again later.
    rollback();
    return m_database->newestUnfinished(kind);
}

void KeptSession::begin(SessionHead head)
{
    letGo();
    m_stage = Stage::Begun;
    m_head = std::move(head);
}

void KeptSession::resume(StoredSession session, std::string journal)
{
    letGo();
    m_stage = Stage::Stored;
    m_id = session.id;
    m_epoch = session.epoch;
    m_kept = std::move(session.standing);
    m_journal = std::move(journal);
}

void KeptSession::restart()
{
    if (!writes())
        return;
    rollback();
    std::move(m_pending.begin(), m_pending.end(), std::back_inserter(m_used));
    m_pending.clear();
    m_restarted = true;
}

void KeptSession::setActions(std::vector<portfolio::UserAction> actions)
{
    if (writes())
        m_actions = std::move(actions);
}

void KeptSession::moveJournal(std::string journal)
{
    if (!writes())
        return;
    // What is written at the beginning of a transaction is written again.
    rollback();
    if (m_stage == Stage::Begun)
        m_head.journal = std::move(journal);
    else
        m_journal = std::move(journal);
}

void KeptSession::take(FactBatch batch)
{
    if (!writes()) {
        m_used.push_back(std::move(batch));
        return;
    }
    m_pending.push_back(std::move(batch));
    // What is written while the engine works need not be waited for later.
    if (!m_refused && !writePending()) {
        m_refused = true;
        rollback();
    }
}

Result<void> KeptSession::acknowledge(const Standing& standing, bool patiently)
{
    if (m_stage == Stage::GivenUp)
        return *m_fault;
    if (m_stage == Stage::None)
        return Error{ErrorCode::Internal, "there is no session to keep", ""};
    const bool changed = m_stage == Stage::Begun || m_restarted || m_journal ||
                         m_actions || !m_pending.empty() || standing != m_kept;
    if (!changed)
        return {};
    auto done = commit(standing);
    if (!done && patiently && mayPass(done.error()))
        done = commitPatiently(standing);
    if (done) {
        settle(standing);
        return {};
    }
    letGo();
    m_stage = Stage::GivenUp;
    m_fault = done.error();
    return done;
}

Result<void> KeptSession::end(SessionEnd how)
{
    const bool stored = m_stage == Stage::Stored;
    const std::int64_t session = m_id;
    letGo();
    if (!stored)
        return {};
    return m_database->setEnd(session, how, SystemClock().now());
}

void KeptSession::abandon()
{
    letGo();
}

void KeptSession::letGo()
{
    rollback();
    std::move(m_pending.begin(), m_pending.end(), std::back_inserter(m_used));
    m_pending.clear();
    m_stage = Stage::None;
    m_fault.reset();
    m_head = {};
    m_id = 0;
    m_epoch = 1;
    m_kept = {};
    m_journal.reset();
    m_actions.reset();
    m_restarted = false;
    m_refused = false;
}

void KeptSession::rollback()
{
    if (m_inTransaction)
        m_database->rollback();
    m_inTransaction = false;
    m_written = 0;
}

/// Everything that comes before the facts: the session itself, or the end of what it was before.
Result<void> KeptSession::openTransaction()
{
    if (auto begun = m_database->begin(); !begun)
        return begun;
    m_inTransaction = true;
    if (m_stage == Stage::Begun) {
        auto id = m_database->insert(m_head, SystemClock().now());
        if (!id)
            return id.error();
        m_id = *id;
        return {};
    }
    if (m_journal) {
        auto done = m_database->setEnd(m_id, SessionEnd::Open, {});
        if (done)
            done = m_database->setJournal(m_id, *m_journal);
        if (!done)
            return done;
    }
    return m_restarted ? m_database->forgetFacts(m_id) : Result<void>();
}

Result<void> KeptSession::writePending()
{
    if (!m_inTransaction) {
        if (auto opened = openTransaction(); !opened)
            return opened;
    }
    const std::uint64_t held = m_restarted ? 0 : m_kept.facts;
    for (; m_written < m_pending.size(); ++m_written) {
        const FactBatch& batch = m_pending[m_written];
        for (std::size_t i = 0; i < batch.facts.size(); ++i) {
            const std::uint64_t number = batch.first + i;
            if (number <= held)
                continue;
            if (auto done = m_database->add(m_id, number, batch.facts[i]); !done)
                return done;
        }
    }
    return {};
}

Result<void> KeptSession::commit(const Standing& standing)
{
    Result<void> done = writePending();
    if (done)
        done = m_database->put(m_id, m_restarted ? m_epoch + 1 : m_epoch, standing, m_kept);
    if (done && m_actions)
        done = m_database->putActions(m_id, *m_actions);
    if (done)
        done = m_database->commit();
    if (!done)
        rollback();
    return done;
}

/// Tries again until the write is taken, however long that is within reason.
Result<void> KeptSession::commitPatiently(const Standing& standing)
{
    Result<void> done = commit(standing);
    if (done)
        return done;
    if (m_waiting)
        m_waiting(done.error());
    const auto since = SteadyClock::now();
    const auto patience = [this] {
        return m_hurry.stop_requested() ? std::min(m_limits.retryFor, LAST_TRY) : m_limits.retryFor;
    };
    while (!done && mayPass(done.error()) && SteadyClock::now() < since + patience()) {
        std::this_thread::sleep_for(m_limits.retryEvery);
        done = commit(standing);
    }
    return done;
}

void KeptSession::settle(const Standing& standing)
{
    m_inTransaction = false;
    m_written = 0;
    m_refused = false;
    std::move(m_pending.begin(), m_pending.end(), std::back_inserter(m_used));
    m_pending.clear();
    m_stage = Stage::Stored;
    m_epoch += m_restarted ? 1 : 0;
    m_restarted = false;
    m_journal.reset();
    m_actions.reset();
    m_kept = standing;
}

} // namespace core::sessions
