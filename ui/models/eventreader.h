// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "ui/models/journalline.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

namespace ui::models {

/// What one event led to: the journal's lines of a correlation id, in order.
struct EventChain
{
    std::vector<JournalLine> lines;
    bool more = false; ///< There are further lines; these are the first.
};
using EventChainPtr = std::shared_ptr<const EventChain>;

/// No answer is longer, in lines and in bytes of the journal.
inline constexpr std::size_t MOST_EVENT_LINES = 2000;
inline constexpr std::size_t MOST_EVENT_BYTES = 8 << 20;

/// Reads a session's all.jsonl, line by line in constant memory, until `cancelled`. A torn last
/// line is left out. Fails with NotFound or Cancelled.
[[nodiscard]] core::Result<EventChainPtr> readEventChain(const std::filesystem::path& session,
                                                         core::CorrelationId event,
                                                         const std::atomic<bool>& cancelled);

/// Reads chains for the window. Lives on the GUI thread; the file is read on a pool thread of its
/// own, one at a time, and a new request ends the one before it.
class EventReader final : public QObject
{
    Q_OBJECT

public:
    explicit EventReader(QObject* parent = nullptr);
    /// Ends what is being read and waits for its thread.
    ~EventReader() override;

    /// Answers `ready` or `failed` with the token returned, unless another request follows.
    quint64 request(const std::filesystem::path& session, core::CorrelationId event);
    /// Drops what was asked for.
    void cancel();

signals:
    void ready(quint64 token, const ui::models::EventChainPtr& chain);
    void failed(quint64 token, const QString& what, const QString& remedy);

private:
    void handleRead(quint64 token, const core::Result<EventChainPtr>& result);

    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    quint64 m_token = 0;
};

} // namespace ui::models
