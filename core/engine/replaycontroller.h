// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/replayrequest.h"
#include "core/engine/restorereplay.h"
#include "core/engine/snapshot.h"
#include "core/portfolio/useraction.h"

#include <QObject>

#include <memory>

namespace core::engine {

/// Plays a replay for the window. Lives on the engine thread; every slot is called through a queued
/// connection or invokeMethod. Publishes snapshots at most 30 times a second and at every stop, each after
/// the store acknowledged everything it shows.
class ReplayController final : public QObject
{
    Q_OBJECT

public:
    explicit ReplayController(ReplayPlaces places, QObject* parent = nullptr);
    ~ReplayController() override;

    /// Frees an engine thread that waits for a disk to take the journal, within two seconds: the
    /// program ends. Any thread.
    void hurry();

public slots:
    /// Loads data and strategies and stands at the first bar. Ends in `loaded` or `failed`.
    void load(const core::engine::ReplayRequest& request);
    /// Looks for the replay that was loaded when the program last ended, or was killed, and continues it:
    /// `restoring`, then `loaded` and `restored`, or `restoreRefused`. Says nothing when there is none.
    void restore();
    void play();
    void pause();
    void stepBar();
    /// Runs at full speed to the next fill (of any account), margin call, or the end.
    void stepToNextFill();
    void stepToNextMarginCall();
    /// Market time per wall time: 1 is real time; 0 is as fast as possible.
    void setSpeed(double speed);
    /// Runs to the batch at or before `time`; backwards re-runs from the start and lands on the same bytes.
    void seek(core::Timestamp time);
    /// Does to an account what the user asks, where the replay stands; `batches` of the action is not looked
    /// at. Ends in a snapshot or in `actionRefused`. What was done later in this replay is dropped. Where
    /// the journal tells of a later time already, the replay goes once more to this place, with
    /// `journalMoved`, and does it there.
    void actOnAccount(const core::portfolio::UserAction& action);
    /// Puts the replay away: the next start does not continue it.
    void unload();
    /// Puts everything that has happened into the journal's files, for who reads them while the
    /// replay goes on. Ends in `journalFlushed`, also without a replay.
    void flushJournal();

signals:
    void loaded(const core::engine::SnapshotPtr& snapshot, const QString& journalFolder);
    /// `what` happened and the remedy, for people. The previous replay, if any, is kept.
    void failed(const QString& what, const QString& remedy);
    /// The disk refuses the journal: the replay waits until it recovers or fails. These three are
    /// emitted on the journal's thread.
    void journalWaits(const QString& what, const QString& remedy);
    void journalRecovered();
    /// Nothing more is written, and the replay stands still until another one is loaded.
    void journalFailed(const QString& what, const QString& remedy);
    void journalFlushed();
    /// A replay is found and runs to where it stood.
    void restoring(const core::engine::StoredReplay& replay);
    void restored(const core::engine::StoredReplay& replay);
    /// It cannot be continued, for the reason given; its record is kept.
    void restoreRefused(const core::engine::StoredReplay& replay, const QString& what, const QString& remedy);
    /// The record of sessions cannot be written now: the replay waits and goes on by itself. Emitted on
    /// the store's thread.
    void keepingWaits(const QString& what, const QString& remedy);
    /// The replay goes on, but the next start cannot continue it; or what was kept before is lost.
    void notKept(const QString& what, const QString& remedy);
    /// Nothing was done, for the reason given; `remedy` says what can be done instead.
    void actionRefused(const QString& what, const QString& remedy);
    /// What happens from now on is told in another folder; the one before is kept.
    void journalMoved(const QString& journalFolder);
    void snapshotPublished(const core::engine::SnapshotPtr& snapshot);
    void playingChanged(bool playing);
    /// Progress of a long run (seek, load), 0 … 1; 1 ends it.
    void busy(const QString& what, double fraction);
    void finished();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace core::engine
