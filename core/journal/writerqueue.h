// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/journal/record.h"
#include "core/portfolio/equitypoint.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core::journal {

/// What a reader of the files waits for.
struct WriterState
{
    std::optional<Error> error;
    std::string fingerprint;
    std::string head;
};

/// One thing for the journal thread to do.
struct WriterTask
{
    enum class Kind { Records, Equity, Restart, Flush, Finish };
    Kind kind = Kind::Records;
    RecordBatch batch;
    AccountIndex account = 0;
    std::vector<portfolio::EquityPoint> points;
    std::optional<std::promise<WriterState>> reply; ///< Of Flush and Finish.

    [[nodiscard]] std::size_t weight() const { return batch.size() + points.size(); }
};

/// Hands tasks from the engine's thread to the journal's, in order. Holds so much and no more:
/// whoever brings records waits for room. Used tasks come back, so that their memory serves again.
class WriterQueue
{
public:
    explicit WriterQueue(std::size_t limit) : m_limit(limit) {}

    /// Takes the records out of `batch` and leaves it empty. May wait.
    void push(RecordBatch& batch);
    void push(AccountIndex account, std::span<const portfolio::EquityPoint> points);
    /// Does not wait for room. Finish closes the queue: records that come later are forgotten.
    [[nodiscard]] std::future<WriterState> pushCommand(WriterTask::Kind kind);

    /// Waits for the next task.
    [[nodiscard]] WriterTask pop();
    [[nodiscard]] bool empty() const;
    /// Gives a used task's memory back.
    void recycle(WriterTask task);

private:
    /// Waits for room and gives a task to fill; nothing once the queue is closed.
    std::optional<WriterTask> room(std::unique_lock<std::mutex>& lock);
    void add(WriterTask task);

    const std::size_t m_limit;
    mutable std::mutex m_mutex;
    std::condition_variable m_filled;
    std::condition_variable m_emptied;
    std::deque<WriterTask> m_tasks;
    std::vector<WriterTask> m_used;
    std::size_t m_weight = 0;
    bool m_closed = false;
};

} // namespace core::journal
