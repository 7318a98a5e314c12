// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/snapshot.h"
#include "core/history/historystore.h"

#include <QObject>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace core::engine {

/// One strategy of a replay and what the user set for it.
struct ReplayStrategy {
    std::string name;
    std::vector<std::pair<std::string, std::string>> parameters; ///< Overrides, as text.
};

/// Everything a replay is made of; equal requests over equal data and bytes give equal journals.
struct ReplayRequest {
    std::vector<ReplayStrategy> strategies;
    std::vector<Symbol> symbols;              ///< Empty: what the strategies declare.
    std::optional<market::Timeframe> timeframe; ///< Empty: what each strategy declares.
    history::TimeRange range;
    Money cash = Money(100'000LL * 100'000'000LL);
    double fee = 0.0026;                      ///< Maker and taker rate.
    double slippageBp = 5.0;
    double longLeverage = 1.5;
    double shortLeverage = 2.0;
    double maintenance = 0.25;
    double liquidationFee = 0.005;
    double participation = 0.1;               ///< 0 switches the limit off.
    bool worstCasePath = false;
    std::uint64_t seed = 1;
};

/// Where a replay finds its data and leaves its journal.
struct ReplayPlaces {
    std::filesystem::path historyFile;
    std::filesystem::path trustFolder;
    std::vector<std::filesystem::path> strategyFolders;
    std::filesystem::path journalFolder;
};

/// Plays a replay for the window. Lives on the engine thread; every slot is called through a queued
/// connection or invokeMethod. Publishes snapshots at most 30 times a second and at every stop.
class ReplayController final : public QObject
{
    Q_OBJECT

public:
    explicit ReplayController(ReplayPlaces places, QObject* parent = nullptr);
    ~ReplayController() override;

public slots:
    /// Loads data and strategies and stands at the first bar. Ends in `loaded` or `failed`.
    void load(const core::engine::ReplayRequest& request);
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
    void unload();

signals:
    void loaded(const core::engine::SnapshotPtr& snapshot, const QString& journalFolder);
    /// `what` happened and the remedy, for people. The previous replay, if any, is kept.
    void failed(const QString& what, const QString& remedy);
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
