// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/databasekeeper.h"

#include "core/history/databasechoice.h"
#include "core/history/historywriter.h"
#include "core/history/moveends.h"

#include <QTimer>

#include <exception>

namespace ui::models {

namespace {

using namespace core::history;

template <typename Job> auto guarded(const Job& job) -> decltype(job())
{
    try {
        return job();
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal, std::string("working with the database failed: ") + exception.what(),
                           "What was committed before is kept. Try again, and report it if it comes back."};
    }
}

core::Error noAnswer(const DatabaseUrl& url, std::chrono::milliseconds patience)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(patience).count();
    return {core::ErrorCode::Io, url.text() + " gave no answer in " + std::to_string(seconds) + " s",
            "Check that the server runs and that its name and port are right."};
}

} // namespace

DatabaseKeeper::DatabaseKeeper(Places places, std::chrono::milliseconds patience, QObject* parent)
    : QObject(parent), m_places(std::move(places)), m_patience(patience)
{
    m_lookers.setMaxThreadCount(4);
    m_mover.setMaxThreadCount(1);
}

DatabaseKeeper::~DatabaseKeeper()
{
    cancelMove();
    m_lookers.waitForDone();
    m_mover.waitForDone();
}

void DatabaseKeeper::readFacts()
{
    m_lookers.start([this, url = m_places.history] {
        auto facts = guarded([&] { return readDatabaseFacts(url); });
        QMetaObject::invokeMethod(this, [this, facts = std::move(facts)] {
            if (facts)
                emit factsRead(*facts);
            else
                emit factsFailed(facts.error());
        });
    });
}

void DatabaseKeeper::test(const DatabaseUrl& url)
{
    const quint64 token = ++m_testToken;
    QTimer::singleShot(m_patience, this, [this, token, url] {
        if (token != m_testToken)
            return;
        ++m_testToken;
        emit testFailed(noAnswer(url, m_patience));
    });
    m_lookers.start([this, token, url] {
        auto probe = guarded([&] { return probeDatabase(url); });
        QMetaObject::invokeMethod(this, [this, token, url, probe = std::move(probe)] {
            if (token != m_testToken)
                return;
            ++m_testToken;
            if (probe)
                emit tested(url, *probe);
            else
                emit testFailed(probe.error());
        });
    });
}

void DatabaseKeeper::move(const DatabaseUrl& to, OtherRows otherRows)
{
    if (m_moving)
        return;
    m_moving = true;
    m_cancel = false;
    m_mover.start([this, to, otherRows] {
        auto report = guarded([&] { return moveThere(to, otherRows); });
        QMetaObject::invokeMethod(this, [this, report = std::move(report)] { handleMoved(report); });
    });
}

/// On the mover's thread.
core::Result<MoveReport> DatabaseKeeper::moveThere(const DatabaseUrl& to, OtherRows otherRows)
{
    if (const auto ready = settleBoth(to); !ready) {
        MoveReport stopped;
        stopped.cancelled = ready.error().code == core::ErrorCode::Cancelled;
        return stopped.cancelled ? core::Result<MoveReport>(std::move(stopped)) : ready.error();
    }
    auto ends = openMoveEnds(m_places.history, to);
    if (!ends)
        return ends.error();
    MoveOptions options;
    options.otherRows = otherRows;
    const auto told = [this](const MoveProgress& progress) {
        QMetaObject::invokeMethod(this, [this, progress] { emit moveTold(progress); });
    };
    return moveHistory(*ends->source, *ends->destination, options, told, m_cancel);
}

/// What waits for the history belongs to what is moved; what waits for the destination would be written over it.
core::Result<void> DatabaseKeeper::settleBoth(const DatabaseUrl& to)
{
    if (m_places.writer) {
        if (auto settled = m_places.writer->settle(m_cancel); !settled)
            return settled;
    }
    if (auto left = checkNothingWaits(m_places.workspace, m_places.history); !left)
        return left;
    return checkNothingWaits(m_places.workspace, to);
}

void DatabaseKeeper::handleMoved(const core::Result<MoveReport>& report)
{
    m_moving = false;
    if (report)
        emit moved(*report);
    else
        emit moveFailed(report.error());
}

void DatabaseKeeper::cancelMove()
{
    m_cancel = true;
}

core::Result<std::optional<DatabaseUrl>> DatabaseKeeper::chosen() const
{
    return readDatabaseChoice(m_places.workspace);
}

core::Result<void> DatabaseKeeper::choose(const std::optional<DatabaseUrl>& url)
{
    auto done = writeDatabaseChoice(m_places.workspace, url);
    if (done)
        emit choiceChanged();
    return done;
}

} // namespace ui::models
