// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace core {

/// An append-only list in immutable chunks: whoever holds a copy shares them, only the last one is
/// ever copied.
template <typename T> class ChunkedLog
{
public:
    static constexpr std::size_t CHUNK = 1024;

    ChunkedLog() = default;
    explicit ChunkedLog(std::vector<std::shared_ptr<const std::vector<T>>> chunks)
        : m_chunks(std::move(chunks))
    {}

    [[nodiscard]] std::size_t size() const
    {
        return m_chunks.empty() ? 0 : (m_chunks.size() - 1) * CHUNK + m_chunks.back()->size();
    }
    [[nodiscard]] const T& at(std::size_t index) const
    {
        return (*m_chunks[index / CHUNK])[index % CHUNK];
    }

private:
    std::vector<std::shared_ptr<const std::vector<T>>> m_chunks;
};

/// Appends to a log whose full chunks are shared with its copies; only the last one is copied.
template <typename T> class ChunkedLogWriter
{
public:
    void push(const T& item)
    {
        m_open.push_back(item);
        if (m_open.size() == ChunkedLog<T>::CHUNK) {
            m_closed.push_back(std::make_shared<const std::vector<T>>(std::move(m_open)));
            m_open.clear();
            m_open.reserve(ChunkedLog<T>::CHUNK);
        }
    }
    [[nodiscard]] std::size_t size() const
    {
        return m_closed.size() * ChunkedLog<T>::CHUNK + m_open.size();
    }
    /// Replaces an item; copies of the log keep the old one. Cheap for the last items only.
    void replace(std::size_t index, const T& item)
    {
        const std::size_t chunk = index / ChunkedLog<T>::CHUNK;
        if (chunk == m_closed.size()) {
            m_open[index % ChunkedLog<T>::CHUNK] = item;
            return;
        }
        auto changed = std::make_shared<std::vector<T>>(*m_closed[chunk]);
        (*changed)[index % ChunkedLog<T>::CHUNK] = item;
        m_closed[chunk] = std::move(changed);
    }
    [[nodiscard]] const T& at(std::size_t index) const
    {
        const std::size_t chunk = index / ChunkedLog<T>::CHUNK;
        return (chunk == m_closed.size() ? m_open : *m_closed[chunk])[index % ChunkedLog<T>::CHUNK];
    }
    [[nodiscard]] ChunkedLog<T> share() const
    {
        auto chunks = m_closed;
        if (!m_open.empty())
            chunks.push_back(std::make_shared<const std::vector<T>>(m_open));
        return ChunkedLog<T>(std::move(chunks));
    }

private:
    std::vector<std::shared_ptr<const std::vector<T>>> m_closed;
    std::vector<T> m_open;
};

} // namespace core
