// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databasefacts.h"
#include "core/history/historymove.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>

namespace core::history {
class HistoryWriter;
}

namespace ui::models {

/// Longer than connecting may take, name and all.
inline constexpr std::chrono::seconds DATABASE_PATIENCE{15};

/// Looks at the history's database and at others, and moves the history into one. Lives on the GUI thread; the work is
/// done on pool threads, and every answer is a signal.
class DatabaseKeeper final : public QObject
{
    Q_OBJECT

public:
    struct Places
    {
        core::history::DatabaseUrl history;
        std::filesystem::path workspace;
        bool mayChoose = true; ///< False in a workspace that is read-only here.
        core::history::HistoryWriter* writer = nullptr; ///< Of the history, where it has one; it outlives the keeper.
    };
    /// A test without an answer fails after `patience`.
    explicit DatabaseKeeper(Places places, std::chrono::milliseconds patience = DATABASE_PATIENCE,
                            QObject* parent = nullptr);
    /// Stops a move and waits for the work under way.
    ~DatabaseKeeper() override;

    [[nodiscard]] const core::history::DatabaseUrl& history() const { return m_places.history; }
    [[nodiscard]] bool mayChoose() const { return m_places.mayChoose; }
    [[nodiscard]] bool isMoving() const { return m_moving; }
    /// A move was cancelled and has not ended yet.
    [[nodiscard]] bool isStopping() const { return m_moving && m_cancel; }

    /// Reads what the history's database holds.
    void readFacts();
    /// Connects to a database and changes nothing; a test under way has no answer any more.
    void test(const core::history::DatabaseUrl& url);
    /// Moves the history there, what waits for it in the spool too; one move at a time. Fails with Busy where batches wait
    /// for the destination.
    void move(const core::history::DatabaseUrl& to, core::history::OtherRows otherRows);
    /// Ends a move after the page that is being sent.
    void cancelMove();

    /// The database from the next start on; a file of a few bytes.
    [[nodiscard]] core::Result<std::optional<core::history::DatabaseUrl>> chosen() const;
    [[nodiscard]] core::Result<void> choose(const std::optional<core::history::DatabaseUrl>& url);

signals:
    void factsRead(const core::history::DatabaseFacts& facts);
    void factsFailed(const core::Error& error);
    void tested(const core::history::DatabaseUrl& url, const core::history::DatabaseProbe& probe);
    void testFailed(const core::Error& error);
    void moveTold(const core::history::MoveProgress& progress);
    void moved(const core::history::MoveReport& report);
    void moveFailed(const core::Error& error);
    void choiceChanged();

private:
    [[nodiscard]] core::Result<core::history::MoveReport> moveThere(const core::history::DatabaseUrl& to,
                                                                    core::history::OtherRows otherRows);
    [[nodiscard]] core::Result<void> settleBoth(const core::history::DatabaseUrl& to);
    void handleMoved(const core::Result<core::history::MoveReport>& report);

    Places m_places;
    std::chrono::milliseconds m_patience;
    quint64 m_testToken = 0;
    bool m_moving = false;
    std::atomic<bool> m_cancel = false;
    QThreadPool m_lookers; ///< Several: a name that is not resolved for long holds one up.
    QThreadPool m_mover;
};

} // namespace ui::models
