// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replaycontroller.h"

#include <QStringList>

#include <optional>

namespace fixture {

using namespace core::engine;

inline constexpr int PATIENCE = 30'000;

/// A controller and what it said.
struct Player
{
    explicit Player(const ReplayPlaces& places) : controller(places)
    {
        QObject::connect(&controller, &ReplayController::loaded, &controller,
                         [this](const SnapshotPtr& shown) { snapshot = shown; });
        QObject::connect(&controller, &ReplayController::snapshotPublished, &controller,
                         [this](const SnapshotPtr& shown) { snapshot = shown; });
        QObject::connect(&controller, &ReplayController::restored, &controller,
                         [this](const StoredReplay& replay) { restored = replay; });
        QObject::connect(&controller, &ReplayController::restoreRefused, &controller,
                         [this](const StoredReplay&, const QString& what) { refused = what; });
        QObject::connect(&controller, &ReplayController::notKept, &controller,
                         [this](const QString& what) { notKept = what; });
        QObject::connect(&controller, &ReplayController::actionRefused, &controller,
                         [this](const QString& what) { actionRefused = what; });
        QObject::connect(&controller, &ReplayController::journalMoved, &controller,
                         [this](const QString& folder) { movedTo.append(folder); });
        QObject::connect(&controller, &ReplayController::failed, &controller,
                         [](const QString& what) { qWarning("%s", qPrintable(what)); });
        controller.setSpeed(0.0);
    }
    void step(int bars)
    {
        for (int i = 0; i < bars; ++i)
            controller.stepBar();
    }

    ReplayController controller;
    SnapshotPtr snapshot;
    std::optional<StoredReplay> restored;
    QString refused;
    QString notKept;
    QString actionRefused;
    QStringList movedTo; ///< Folders in which the journal went on.
};

inline bool sameAccounts(const EngineSnapshot& a, const EngineSnapshot& b)
{
    bool same =
        a.time == b.time && a.barsDone == b.barsDone && a.accounts.size() == b.accounts.size();
    for (std::size_t i = 0; same && i < a.accounts.size(); ++i) {
        const AccountSnapshot& x = a.accounts[i];
        const AccountSnapshot& y = b.accounts[i];
        same = x.cash == y.cash && x.equity == y.equity && x.fees == y.fees && x.fills == y.fills &&
               x.workingOrders == y.workingOrders && x.positions.size() == y.positions.size();
        for (std::size_t k = 0; same && k < x.positions.size(); ++k)
            same = x.positions[k].symbol == y.positions[k].symbol &&
                   x.positions[k].quantity == y.positions[k].quantity &&
                   x.positions[k].profit == y.positions[k].profit;
    }
    return same;
}

} // namespace fixture
