// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sessions/factqueue.h"

#include <utility>

namespace core::sessions {

namespace {

/// More used batches than this are not worth keeping.
constexpr std::size_t MAX_USED = 64;

} // namespace

void FactQueue::push(FactBatch& batch)
{
    if (batch.empty())
        return;
    std::unique_lock lock(m_mutex);
    m_emptied.wait(lock, [this] { return m_facts < m_limit; });
    FactBatch next;
    if (!m_used.empty()) {
        next = std::move(m_used.back());
        m_used.pop_back();
    }
    next.first = batch.first + batch.facts.size();
    std::swap(next, batch);
    m_facts += next.facts.size();
    m_tasks.emplace_back(std::move(next));
    m_filled.notify_one();
}

void FactQueue::push(Job job)
{
    const std::lock_guard lock(m_mutex);
    m_tasks.emplace_back(std::move(job));
    m_filled.notify_one();
}

FactQueue::Task FactQueue::pop()
{
    std::unique_lock lock(m_mutex);
    m_filled.wait(lock, [this] { return !m_tasks.empty(); });
    Task task = std::move(m_tasks.front());
    m_tasks.pop_front();
    if (const auto* batch = std::get_if<FactBatch>(&task)) {
        m_facts -= batch->facts.size();
        m_emptied.notify_all();
    }
    return task;
}

void FactQueue::recycle(FactBatch batch)
{
    batch.facts.clear();
    const std::lock_guard lock(m_mutex);
    if (m_used.size() < MAX_USED)
        m_used.push_back(std::move(batch));
}

} // namespace core::sessions
