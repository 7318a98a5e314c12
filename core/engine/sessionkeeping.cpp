// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a replay is kept, for the next start of the program.
#include "core/engine/replaysession.h"

namespace core::engine {

namespace {

sessions::SessionHead headOf(const EngineSetup& setup, std::string request, std::string journal)
{
    sessions::SessionHead head;
    head.request = std::move(request);
    head.digest = setup.digest;
    head.candleDigest = setup.candleDigest;
    head.journal = std::move(journal);
    for (const SymbolData& data : setup.symbols)
        head.symbols.push_back({data.instrument.symbol.text(), data.instrument.priceDecimals,
                                data.instrument.lotDecimals});
    for (const AccountSetup& account : setup.accounts)
        head.accounts.push_back({account.name, account.sha256.hex(), setup.margin});
    return head;
}

} // namespace

void ReplaySession::append(sessions::FactBatch& batch)
{
    if (m_store)
        m_store->append(batch);
    else
        batch.clear();
}

Result<void> ReplaySession::keepIn(sessions::SessionStore& store)
{
    require(m_makesFacts, "a session that is kept makes facts");
    store.begin(headOf(*m_setup, m_request, folder().string()));
    m_store = &store;
    return acknowledge(sessions::SessionStore::Patience::Once);
}

Result<void> ReplaySession::keepAs(const sessions::StoredSession& stored, sessions::SessionStore& store)
{
    // What the engine made on its way here is in the store already.
    m_engine->handOverFacts();
    store.resume(stored, folder().string());
    m_store = &store;
    return acknowledge(sessions::SessionStore::Patience::Once);
}

Result<void> ReplaySession::acknowledge()
{
    return acknowledge(sessions::SessionStore::Patience::Wait);
}

Result<void> ReplaySession::acknowledge(sessions::SessionStore::Patience patience)
{
    if (!m_store)
        return {};
    m_engine->handOverFacts();
    auto done = m_store->acknowledge(m_engine->standing(), patience);
    if (!done)
        m_store = nullptr;
    return done;
}

Result<void> ReplaySession::endRecord(sessions::SessionEnd how)
{
    sessions::SessionStore* store = std::exchange(m_store, nullptr);
    return store ? store->end(how) : Result<void>();
}

} // namespace core::engine
