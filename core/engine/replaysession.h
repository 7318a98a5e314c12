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
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

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
         journal::TroubleCallback trouble = {}, std::stop_token hurry = {},
         std::vector<portfolio::UserAction> actions = {});

    [[nodiscard]] TradingEngine& engine() { return *m_engine; }
    [[nodiscard]] const TradingEngine& engine() const { return *m_engine; }
    [[nodiscard]] const EngineSetup& setup() const { return *m_setup; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_writer->folder(); }
    [[nodiscard]] const std::string& name() const { return m_name; }
    /// Processes the next batch and does again what the user did after it; false at the end of the data.
    bool step();
    /// What an act of the user came to.
    enum class Acted {
        Done,      ///< It is done.
        StartsOver ///< The session stands at its beginning: the act is done once it is played to its place.
    };
    /// Does what the user asks, in this place and from now on whenever the session comes by. What was
    /// done in later places is dropped. Where the journal tells of a later time already, which will not
    /// come like that any more, it stays as it is and another one is begun in a folder of its own.
    /// Refused as TradingEngine::check says; Io when no other journal can be made.
    [[nodiscard]] Result<Acted> act(portfolio::UserAction action);
    /// What the user did, in order, later places included.
    [[nodiscard]] const std::vector<portfolio::UserAction>& actions() const { return m_actions; }
    /// How many of them are in later places than this.
    [[nodiscard]] std::int64_t laterActions() const
    {
        return static_cast<std::int64_t>(m_actions.size() - m_nextAction);
    }
    /// Why something the user did could not be done again: a record that was made or changed elsewhere.
    [[nodiscard]] const std::optional<Error>& fault() const { return m_fault; }
    [[nodiscard]] std::optional<Error> takeFault() { return std::exchange(m_fault, std::nullopt); }
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
    /// The chain of the journal's last trades line.
    [[nodiscard]] std::string head() { return m_writer->head(); }
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
    [[nodiscard]] Result<std::unique_ptr<journal::SessionWriter>> openJournal() const;
    [[nodiscard]] Result<void> branch();
    void remember(const portfolio::UserAction& action);
    [[nodiscard]] Result<void> startAnew();
    void actAgain();
    [[nodiscard]] std::string summary(const std::string& fingerprint) const;
    [[nodiscard]] Result<void> acknowledge(sessions::SessionStore::Patience patience);

    std::string m_request; ///< As JSON.
    bool m_makesFacts = false;
    sessions::SessionStore* m_store = nullptr; ///< Null while nothing is kept.
    std::unique_ptr<const EngineSetup> m_setup;
    std::filesystem::path m_journals; ///< The folder of the sessions' folders.
    journal::TroubleCallback m_trouble;
    std::stop_token m_hurry;
    std::vector<portfolio::UserAction> m_actions;
    std::size_t m_nextAction = 0;  ///< The first in a later place.
    std::uint64_t m_furthest = 0;  ///< Batches that the journal tells of.
    std::optional<Error> m_fault;
    std::unique_ptr<journal::SessionWriter> m_writer;
    std::unique_ptr<TradingEngine> m_engine;
    std::string m_name;
};

} // namespace core::engine
