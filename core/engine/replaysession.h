// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replayrequest.h"
#include "core/engine/setup.h"
#include "core/engine/tradingengine.h"
#include "core/journal/sessionwriter.h"
#include "core/sessions/sessionstore.h"

#include <filesystem>
#include <memory>
#include <string>

namespace core::engine {

/// Reads candles and approved strategies and checks every setting. Fails with one clear message:
/// nothing stored, a strategy that may not run, a parameter out of bounds.
[[nodiscard]] Result<std::unique_ptr<const EngineSetup>> prepareReplay(const ReplayRequest& request,
                                                                      const ReplayPlaces& places);

/// A prepared replay with its journal and its engine, which can be started over. Kept in a store, it can
/// be continued after the program was killed.
class ReplaySession final : private sessions::FactSink
{
public:
    /// Prepares, makes the session folder under `places.journalFolder` and starts the strategies.
    /// `trouble` hears of a disk that refuses the journal, on the journal's thread; once `hurry` is
    /// stopped, that disk is waited for two seconds at most.
    [[nodiscard]] static Result<std::unique_ptr<ReplaySession>>
    open(const ReplayRequest& request, const ReplayPlaces& places, journal::TroubleCallback trouble = {},
         std::stop_token hurry = {});
    /// The same for a request that was prepared already.
    [[nodiscard]] static Result<std::unique_ptr<ReplaySession>>
    open(const ReplayRequest& request, std::unique_ptr<const EngineSetup> setup, const ReplayPlaces& places,
         journal::TroubleCallback trouble = {}, std::stop_token hurry = {});

    [[nodiscard]] TradingEngine& engine() { return *m_engine; }
    [[nodiscard]] const EngineSetup& setup() const { return *m_setup; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_writer->folder(); }
    [[nodiscard]] const std::string& name() const { return m_name; }
    /// Keeps the session in `store`, which outlives it, from its very beginning on. Only for places with
    /// a sessionsFile, and before the first step. Nothing is kept when the store refuses.
    [[nodiscard]] Result<void> keepIn(sessions::SessionStore& store);
    /// Goes on keeping it as that stored session, where the engine stands now.
    [[nodiscard]] Result<void> keepAs(const sessions::StoredSession& stored, sessions::SessionStore& store);
    /// Waits until everything that the engine's snapshot shows is committed to the store. Once that fails
    /// nothing more is kept, and later calls do nothing.
    [[nodiscard]] Result<void> acknowledge();
    /// Ends the session in its store, if it is kept.
    [[nodiscard]] Result<void> endRecord(sessions::SessionEnd how);
    /// Throws the engine away and stands at the beginning again; the journal keeps what it has and
    /// goes on behind it.
    [[nodiscard]] Result<void> restart();
    /// Ends the engine's session at the end of the data and returns the fingerprint.
    [[nodiscard]] std::string end();
    /// Makes everything that has happened so far readable on disk.
    [[nodiscard]] Result<void> flush();
    /// True once the journal takes nothing more: playing on would leave no trace.
    [[nodiscard]] bool journalFailed() const { return m_writer->failed(); }
    /// Writes session.json and closes the journal.
    [[nodiscard]] Result<void> close(const std::string& fingerprint);

private:
    ReplaySession() = default;
    void append(sessions::FactBatch& batch) override;
    void makeEngine();
    [[nodiscard]] Result<void> acknowledge(sessions::SessionStore::Patience patience);

    std::string m_request; ///< As JSON.
    bool m_makesFacts = false;
    sessions::SessionStore* m_store = nullptr; ///< Null while nothing is kept.
    std::unique_ptr<const EngineSetup> m_setup;
    std::unique_ptr<journal::SessionWriter> m_writer;
    std::unique_ptr<TradingEngine> m_engine;
    std::string m_name;
};

} // namespace core::engine
