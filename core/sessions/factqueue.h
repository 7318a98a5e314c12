// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sessions/facts.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <variant>
#include <vector>

namespace core::sessions {

/// Hands facts and jobs from the engine's thread to the store's, in order. Holds so many facts and
/// no more: whoever brings some waits for room. Used batches come back, so that their memory serves
/// again.
class FactQueue
{
public:
    using Job = std::function<void()>;
    using Task = std::variant<FactBatch, Job>;

    explicit FactQueue(std::size_t limit) : m_limit(limit) {}

    /// Takes the facts out of `batch` and clears it. May wait.
    void push(FactBatch& batch);
    /// Does not wait for room.
    void push(Job job);
    /// Waits for the next task.
    [[nodiscard]] Task pop();
    /// Gives a used batch's memory back.
    void recycle(FactBatch batch);

private:
    const std::size_t m_limit;
    std::mutex m_mutex;
    std::condition_variable m_filled;
    std::condition_variable m_emptied;
    std::deque<Task> m_tasks;
    std::vector<FactBatch> m_used;
    std::size_t m_facts = 0;
};

} // namespace core::sessions
