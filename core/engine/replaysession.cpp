// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysession.h"

#include "core/engine/coveragejson.h"
#include "core/engine/enginebuild.h"
#include "core/engine/requestjson.h"
#include "core/journal/sessionfolder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace core::engine {

namespace {

/// Enough to do it all again: what, to which account, after how many batches.
nlohmann::ordered_json toJson(const std::vector<portfolio::UserAction>& done, const EngineSetup& setup)
{
    nlohmann::ordered_json actions = nlohmann::ordered_json::array();
    for (const portfolio::UserAction& action : done) {
        nlohmann::ordered_json& added = actions.emplace_back(nlohmann::ordered_json{
            {"after_batches", action.batches},
            {"account", setup.accounts[action.account].name},
            {"act", portfolio::name(action.kind)}});
        if (action.kind != portfolio::UserAction::Kind::SetLeverage)
            continue;
        added["long_leverage"] = formatDecimal(action.longLeverage, 4);
        added["short_leverage"] = formatDecimal(action.shortLeverage, 4);
    }
    return actions;
}

} // namespace

Result<std::unique_ptr<ReplaySession>> ReplaySession::open(const ReplayRequest& request,
                                                          const ReplayPlaces& places,
                                                          journal::TroubleCallback trouble,
                                                          std::stop_token hurry)
{
    auto setup = prepareReplay(request, places);
    if (!setup)
        return setup.error();
    return open(request, std::move(*setup), places, std::move(trouble), std::move(hurry));
}

Result<std::unique_ptr<ReplaySession>>
ReplaySession::open(const ReplayRequest& request, std::unique_ptr<const EngineSetup> setup,
                    const ReplayPlaces& places, journal::TroubleCallback trouble, std::stop_token hurry,
                    std::vector<portfolio::UserAction> actions)
{
    std::unique_ptr<ReplaySession> session(new ReplaySession);
    session->m_request = toJson(request);
    session->m_makesFacts = !places.sessionsFile.empty();
    session->m_setup = std::move(setup);
    session->m_journals = places.journalFolder;
    session->m_trouble = std::move(trouble);
    session->m_hurry = std::move(hurry);
    session->m_actions = std::move(actions);
    session->m_name = journal::replaySessionName(session->m_setup->digest);
    auto writer = session->openJournal();
    if (!writer)
        return writer.error();
    session->m_writer = std::move(*writer);
    if (auto started = session->startAnew(); !started)
        return started.error();
    return session;
}

/// Begins a journal in a folder of its own.
Result<std::unique_ptr<journal::SessionWriter>> ReplaySession::openJournal() const
{
    const std::string& digest = m_setup->digest;
    auto folder = journal::createSessionFolder(m_journals, SystemClock().now(), digest);
    if (!folder)
        return folder.error();
    journal::SessionPlan plan;
    plan.folder = *folder;
    plan.session = m_name;
    plan.digest = digest;
    plan.hurry = m_hurry;
    plan.allowsUnsigned = m_setup->allowsUnsigned;
    for (const AccountSetup& account : m_setup->accounts)
        plan.strategies.push_back(account.name);
    return journal::SessionWriter::open(std::move(plan), m_trouble);
}

/// A fresh engine at the beginning, where the user may have done something already.
Result<void> ReplaySession::startAnew()
{
    makeEngine();
    m_nextAction = 0;
    if (auto started = m_engine->start(); !started)
        return started;
    actAgain();
    return {};
}

void ReplaySession::makeEngine()
{
    sessions::FactSink* facts = m_makesFacts ? this : nullptr;
    m_engine = std::make_unique<TradingEngine>(*m_setup, m_writer.get(), m_writer.get(), facts);
}

Result<void> ReplaySession::restart()
{
    // What the old engine still held back is emitted again by the new one.
    m_writer->restart();
    if (m_store)
        m_store->restart();
    return startAnew();
}

bool ReplaySession::step()
{
    if (!m_engine->step())
        return false;
    m_furthest = std::max(m_furthest, m_engine->batches());
    if (m_nextAction < m_actions.size())
        actAgain();
    return true;
}

void ReplaySession::actAgain()
{
    for (; m_nextAction < m_actions.size(); ++m_nextAction) {
        const portfolio::UserAction& action = m_actions[m_nextAction];
        if (action.batches > m_engine->batches())
            return;
        const auto done = m_engine->apply(action);
        if (!done && !m_fault)
            m_fault = done.error();
    }
}

Result<ReplaySession::Acted> ReplaySession::act(portfolio::UserAction action)
{
    if (auto allowed = m_engine->check(action); !allowed)
        return allowed.error();
    action.batches = m_engine->batches();
    if (action.batches == m_furthest) {
        remember(action);
        actAgain();
        return Acted::Done;
    }
    if (auto branched = branch(); !branched)
        return branched.error();
    remember(action);
    if (auto started = startAnew(); !started)
        return started.error();
    return Acted::StartsOver;
}

/// Nothing that was done later is done any more.
void ReplaySession::remember(const portfolio::UserAction& action)
{
    m_actions.resize(m_nextAction);
    m_actions.push_back(action);
    if (m_store)
        m_store->setActions(m_actions);
}

/// What the journal tells of later will not come like that any more: another one is begun.
Result<void> ReplaySession::branch()
{
    auto another = openJournal();
    if (!another)
        return another.error();
    m_engine->handOver();
    const std::string told = summary({});
    std::swap(m_writer, *another);
    // A disk that refuses was reported by the journal itself.
    (void)(*another)->finish(told);
    m_furthest = 0;
    if (m_store) {
        m_store->restart();
        m_store->moveJournal(folder().string());
    }
    return {};
}

std::string ReplaySession::end()
{
    m_engine->finish();
    return m_writer->fingerprint();
}

Result<void> ReplaySession::flush()
{
    m_engine->handOver();
    return m_writer->flush();
}

Result<void> ReplaySession::close(const std::string& fingerprint)
{
    // A replay that is left before its end loses none of what was shown.
    m_engine->handOver();
    return m_writer->finish(summary(fingerprint));
}

std::string ReplaySession::summary(const std::string& fingerprint) const
{
    const EngineSnapshot snapshot = m_engine->snapshot();
    nlohmann::ordered_json accounts = nlohmann::ordered_json::array();
    for (const AccountSnapshot& account : snapshot.accounts)
        accounts.push_back({{"name", account.strategy},
                            {"sha256", account.sha256.hex()},
                            {"fills", account.fills},
                            {"final_equity", account.equity.toString()}});
    nlohmann::ordered_json summary = {{"session", m_name},
                                      {"engine", engineBuild()},
                                      {"digest", m_setup->digest},
                                      {"candles_sha256", m_setup->candleDigest},
                                      {"data", toJson(coverageOf(*m_setup))},
                                      {"bars", snapshot.barsDone},
                                      {"final_equity", snapshot.total.equity.toString()},
                                      {"accounts", accounts}};
    if (!fingerprint.empty())
        summary["fingerprint"] = fingerprint;
    summary["head"] = m_writer->head();
    if (!m_actions.empty())
        summary["actions"] = toJson(m_actions, *m_setup);
    return summary.dump(2);
}

} // namespace core::engine
