// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/writerqueue.h"

#include <utility>

namespace core::journal {

namespace {

/// More used tasks than this are not worth keeping.
constexpr std::size_t MAX_USED = 64;

} // namespace

std::optional<WriterTask> WriterQueue::room(std::unique_lock<std::mutex>& lock)
{
    m_emptied.wait(lock, [this] { return m_closed || m_weight < m_limit; });
    if (m_closed)
        return std::nullopt;
    if (m_used.empty())
        return WriterTask{};
    WriterTask task = std::move(m_used.back());
    m_used.pop_back();
    return task;
}

void WriterQueue::add(WriterTask task)
{
    m_weight += task.weight();
    m_tasks.push_back(std::move(task));
    m_filled.notify_one();
}

void WriterQueue::push(RecordBatch& batch)
{
    if (batch.empty())
        return;
    std::unique_lock lock(m_mutex);
    if (auto task = room(lock)) {
        task->kind = WriterTask::Kind::Records;
        std::swap(task->batch, batch);
        add(std::move(*task));
    }
    batch.clear();
}

void WriterQueue::push(AccountIndex account, std::span<const portfolio::EquityPoint> points)
{
    if (points.empty())
        return;
    std::unique_lock lock(m_mutex);
    if (auto task = room(lock)) {
        task->kind = WriterTask::Kind::Equity;
        task->account = account;
        task->points.assign(points.begin(), points.end());
        add(std::move(*task));
    }
}

std::future<WriterState> WriterQueue::pushCommand(WriterTask::Kind kind)
{
    WriterTask task;
    task.kind = kind;
    task.reply.emplace();
    std::future<WriterState> reply = task.reply->get_future();
    const std::lock_guard lock(m_mutex);
    if (m_closed)
        task.reply->set_value({});
    else
        add(std::move(task));
    if (kind == WriterTask::Kind::Finish) {
        m_closed = true;
        m_emptied.notify_all();
    }
    return reply;
}

WriterTask WriterQueue::pop()
{
    std::unique_lock lock(m_mutex);
    m_filled.wait(lock, [this] { return !m_tasks.empty(); });
    WriterTask task = std::move(m_tasks.front());
    m_tasks.pop_front();
    m_weight -= task.weight();
    m_emptied.notify_all();
    return task;
}

bool WriterQueue::empty() const
{
    const std::lock_guard lock(m_mutex);
    return m_tasks.empty();
}

void WriterQueue::recycle(WriterTask task)
{
    task.batch.clear();
    task.points.clear();
    task.reply.reset();
    const std::lock_guard lock(m_mutex);
    if (m_used.size() < MAX_USED)
        m_used.push_back(std::move(task));
}

} // namespace core::journal
