// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the controller keeps its replay and continues a stored one.
#include "core/engine/replaycontrollerprivate.h"

namespace core::engine {

namespace {

Error goesOnUnkept(const Error& error)
{
    return {error.code, "the replay is not kept any more: " + error.what,
            "It goes on; the next start continues it from where it was kept last. " + error.remedy};
}

Error startsUnkept(const Error& error)
{
    return {error.code, "what is replayed cannot be kept: " + error.what,
            "It runs, but the next start cannot continue it. " + error.remedy};
}

} // namespace

/// The store, opened when it is first needed; null when nothing can be kept, which was said then.
sessions::SessionStore* ReplayController::Private::openStore()
{
    if (triedStore || places.sessionsFile.empty())
        return store.get();
    triedStore = true;
    auto opened = sessions::SessionStore::open(
        places.sessionsFile,
        [this](const Error& error) { emit q.keepingWaits(text(error.what), text(error.remedy)); },
        hurry.get_token());
    if (!opened) {
        complain(startsUnkept(opened.error()));
        return nullptr;
    }
    store = std::move(*opened);
    if (store->notice())
        complain(*store->notice());
    return store.get();
}

void ReplayController::Private::keep()
{
    sessions::SessionStore* into = openStore();
    if (!into)
        return;
    if (auto kept = session->keepIn(*into); !kept)
        complain(startsUnkept(kept.error()));
}

void ReplayController::Private::acknowledge()
{
    if (auto done = session->acknowledge(); !done)
        complain(goesOnUnkept(done.error()));
}

void ReplayController::Private::restore()
{
    sessions::SessionStore* from = openStore();
    if (!from)
        return;
    auto unfinished = from->unfinished(sessions::SessionHead::Kind::Replay);
    if (!unfinished) {
        complain(unfinished.error());
        return;
    }
    if (!*unfinished)
        return;
    auto described = describeStored(**unfinished);
    if (!described) {
        complain(described.error());
        return;
    }
    found = *described;
    emit q.restoring(found);
    emit q.busy(QStringLiteral("restore"), 0.0);
    auto opened = reopenReplay(**unfinished, found.request, places,
                               [this](const auto& trouble) { hearJournal(trouble); }, hurry.get_token());
    if (!opened) {
        refuseRestore(opened.error());
        return;
    }
    session = std::move(*opened);
    stored = std::move(*unfinished);
    goal = Goal::Restore;
    schedule();
}

void ReplayController::Private::finishRestore()
{
    auto same = compareStanding(*stored, *session);
    if (!same) {
        refuseRestore(same.error());
        return;
    }
    goal = Goal::None;
    emit q.busy(QStringLiteral("restore"), 1.0);
    if (auto kept = session->keepAs(*stored, *store); !kept)
        complain(goesOnUnkept(kept.error()));
    stored.reset();
    announce();
    emit q.restored(found);
}

/// The record stays as it is; what ran again is put away.
void ReplayController::Private::refuseRestore(const Error& error)
{
    emit q.busy(QStringLiteral("restore"), 1.0);
    closeSession(sessions::SessionEnd::Open);
    emit q.restoreRefused(found, text(error.what), text(error.remedy));
}

} // namespace core::engine
