// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessions/sessionstore.h"

#include "core/sessions/factqueue.h"
#include "core/sessions/keptsession.h"

#include <future>
#include <thread>
#include <utility>

#include <pthread.h>

#include <fmt/format.h>

namespace core::sessions {

namespace {

Error unexpected(const char* what)
{
    return {ErrorCode::Internal, fmt::format("the record of sessions failed: {}", what),
            "What was acknowledged before is kept."};
}

} // namespace

/// Owns the store's thread and everything on it.
class SessionStore::Worker
{
public:
    Worker(WaitCallback waiting, std::stop_token hurry, StoreLimits limits)
        : m_queue(limits.queued),
          m_session(std::move(waiting), std::move(hurry), limits),
          m_thread([this] { run(); })
    {}
    ~Worker()
    {
        m_queue.push([this] {
            m_session.close();
            m_ends = true;
        });
        m_thread.join();
    }

    void push(FactBatch& batch) { m_queue.push(batch); }

    /// Runs `call` on the store's thread and waits for its answer.
    template <typename Call> auto ask(Call call) -> decltype(call(std::declval<KeptSession&>()))
    {
        using Answer = decltype(call(std::declval<KeptSession&>()));
        std::promise<Answer> promise;
        std::future<Answer> answer = promise.get_future();
        m_queue.push([&] {
            try {
                promise.set_value(call(m_session));
            } catch (const std::exception& fault) {
                promise.set_value(unexpected(fault.what()));
            }
        });
        return answer.get();
    }

    /// Runs `call` on the store's thread some time later.
    template <typename Call> void tell(Call call)
    {
        m_queue.push([this, call = std::move(call)]() mutable { call(m_session); });
    }

private:
    void run()
    {
        pthread_setname_np(pthread_self(), "store-sessions");
        while (!m_ends) {
            FactQueue::Task task = m_queue.pop();
            if (auto* job = std::get_if<FactQueue::Job>(&task))
                (*job)();
            else
                m_session.take(std::move(std::get<FactBatch>(task)));
            for (FactBatch& used : m_session.takeUsed())
                m_queue.recycle(std::move(used));
        }
    }

    FactQueue m_queue;
    KeptSession m_session; ///< Of the store's thread.
    bool m_ends = false;   ///< Of the store's thread.
    std::thread m_thread;  ///< Last: it starts when everything else is there.
};

Result<std::unique_ptr<SessionStore>> SessionStore::open(const std::filesystem::path& file,
                                                         WaitCallback waiting,
                                                         std::stop_token hurry, StoreLimits limits)
{
    std::unique_ptr<SessionStore> store(
        new SessionStore(std::make_unique<Worker>(std::move(waiting), std::move(hurry), limits)));
    const auto tryOpening = [&] {
        return store->m_worker->ask([&](KeptSession& session) { return session.open(file); });
    };
    auto opened = tryOpening();
    if (!opened && opened.error().code == ErrorCode::Corrupt) {
        // The damaged file has another name now.
        store->m_notice = opened.error();
        opened = tryOpening();
    }
    if (!opened)
        return opened.error();
    return store;
}

SessionStore::SessionStore(std::unique_ptr<Worker> worker) : m_worker(std::move(worker)) {}

SessionStore::~SessionStore() = default;

Result<std::optional<StoredSession>> SessionStore::unfinished(SessionHead::Kind kind)
{
    return m_worker->ask([&](KeptSession& session) { return session.unfinished(kind); });
}

void SessionStore::begin(SessionHead head)
{
    m_worker->tell(
        [head = std::move(head)](KeptSession& session) mutable { session.begin(std::move(head)); });
}

void SessionStore::resume(const StoredSession& stored, std::string journal)
{
    m_worker->tell([stored, journal = std::move(journal)](KeptSession& session) mutable {
        session.resume(std::move(stored), std::move(journal));
    });
}

void SessionStore::append(FactBatch& batch)
{
    m_worker->push(batch);
}

void SessionStore::restart()
{
    m_worker->tell([](KeptSession& session) { session.restart(); });
}

void SessionStore::setActions(std::vector<portfolio::UserAction> actions)
{
    m_worker->tell([actions = std::move(actions)](KeptSession& session) mutable {
        session.setActions(std::move(actions));
    });
}

void SessionStore::moveJournal(std::string journal)
{
    m_worker->tell([journal = std::move(journal)](KeptSession& session) mutable {
        session.moveJournal(std::move(journal));
    });
}

Result<void> SessionStore::acknowledge(const Standing& standing, Patience patience)
{
    return m_worker->ask([&](KeptSession& session) {
        return session.acknowledge(standing, patience == Patience::Wait);
    });
}

Result<void> SessionStore::end(SessionEnd how)
{
    return m_worker->ask([how](KeptSession& session) { return session.end(how); });
}

void SessionStore::abandon()
{
    m_worker->tell([](KeptSession& session) { session.abandon(); });
}

} // namespace core::sessions
