// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysession.h"

#include "core/engine/requestjson.h"
#include "core/journal/sessionfolder.h"

#include <nlohmann/json.hpp>

namespace core::engine {

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

Result<std::unique_ptr<ReplaySession>> ReplaySession::open(const ReplayRequest& request,
                                                          std::unique_ptr<const EngineSetup> setup,
                                                          const ReplayPlaces& places,
                                                          journal::TroubleCallback trouble,
                                                          std::stop_token hurry)
{
    std::unique_ptr<ReplaySession> session(new ReplaySession);
    session->m_request = toJson(request);
    session->m_makesFacts = !places.sessionsFile.empty();
    session->m_setup = std::move(setup);
    const std::string& digest = session->m_setup->digest;
    auto folder = journal::createSessionFolder(places.journalFolder, SystemClock().now(), digest);
    if (!folder)
        return folder.error();
    journal::SessionPlan plan;
    plan.folder = *folder;
    plan.session = journal::replaySessionName(digest);
    plan.digest = digest;
    plan.hurry = std::move(hurry);
    for (const AccountSetup& account : session->m_setup->accounts)
        plan.strategies.push_back(account.name);
    session->m_name = plan.session;
    auto writer = journal::SessionWriter::open(std::move(plan), std::move(trouble));
    if (!writer)
        return writer.error();
    session->m_writer = std::move(*writer);
    session->makeEngine();
    auto started = session->m_engine->start();
    if (!started)
        return started.error();
    return session;
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
    makeEngine();
    return m_engine->start();
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
    const EngineSnapshot snapshot = m_engine->snapshot();
    nlohmann::ordered_json accounts = nlohmann::ordered_json::array();
    for (const AccountSnapshot& account : snapshot.accounts)
        accounts.push_back({{"name", account.strategy},
                            {"sha256", account.sha256.hex()},
                            {"fills", account.fills},
                            {"final_equity", account.equity.toString()}});
    nlohmann::ordered_json summary = {{"session", m_name},
                                      {"digest", m_setup->digest},
                                      {"candles_sha256", m_setup->candleDigest},
                                      {"bars", snapshot.barsDone},
                                      {"final_equity", snapshot.total.equity.toString()},
                                      {"accounts", accounts}};
    if (!fingerprint.empty())
        summary["fingerprint"] = fingerprint;
    return m_writer->finish(summary.dump(2));
}

} // namespace core::engine
