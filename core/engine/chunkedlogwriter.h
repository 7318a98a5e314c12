// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

namespace core::engine {

/// Appends to a log whose full chunks are shared with snapshots; only the last one is copied.
template <typename T> class ChunkedLogWriter
{
public:
    void push(const T& item)
    {
        m_open.push_back(item);
        if (m_open.size() == ChunkedLog<T>::CHUNK) {
            m_closed.push_back(std::make_shared<const std::vector<T>>(std::move(m_open)));
            m_open.clear();
        }
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

} // namespace core::engine
