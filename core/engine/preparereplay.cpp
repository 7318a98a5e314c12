// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysession.h"
#include "core/engine/setupdigest.h"
#include "core/engine/symboldata.h"
#include "core/strategy/catalog.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::engine {

namespace {

/// Of all accounts together, so that no sum over them leaves the range of money.
constexpr Int128 MOST_CASH = 1'000'000'000'000'000'000;

/// A strategy of the request, loaded and with its settings resolved.
struct Chosen {
    strategy::RunnableStrategy strategy;
    std::vector<Symbol> symbols;
    market::Timeframe timeframe = market::ONE_MINUTE;
    strategy::Parameters parameters;
    portfolio::RiskLimits risk;
};

Result<Chosen> choose(const ReplayRequest& request, const ReplayStrategy& wanted,
                      const strategy::Catalog& catalog)
{
    auto loaded = catalog.load(wanted.name);
    if (!loaded)
        return loaded.error();
    auto parameters = strategy::resolveParameters(loaded->metadata, wanted.parameters);
    if (!parameters)
        return parameters.error();
    auto risk = portfolio::RiskLimits::make(wanted.risk.value_or(request.risk));
    if (!risk)
        return risk.error();
    Chosen chosen{std::move(*loaded), {}, market::ONE_MINUTE, std::move(*parameters), *risk};
    chosen.symbols = request.symbols.empty() ? chosen.strategy.metadata.symbols : request.symbols;
    if (chosen.symbols.empty())
        return Error{ErrorCode::InvalidInput, wanted.name + " declares no symbol",
                     "Name one with --symbol."};
    std::sort(chosen.symbols.begin(), chosen.symbols.end());
    chosen.symbols.erase(std::unique(chosen.symbols.begin(), chosen.symbols.end()), chosen.symbols.end());
    if (request.timeframe)
        chosen.timeframe = *request.timeframe;
    else if (chosen.strategy.metadata.timeframe)
        chosen.timeframe = *chosen.strategy.metadata.timeframe;
    return chosen;
}

Result<std::vector<Chosen>> chooseAll(const ReplayRequest& request, const ReplayPlaces& places)
{
    if (request.strategies.empty())
        return Error{ErrorCode::InvalidInput, "no strategy was chosen", "Choose at least one."};
    const strategy::Catalog catalog(places.strategyFolders, places.trustFolder, places.unsignedScripts);
    std::vector<Chosen> all;
    std::set<std::string> names;
    for (const ReplayStrategy& wanted : request.strategies) {
        if (!names.insert(wanted.name).second)
            return Error{ErrorCode::InvalidInput, wanted.name + " was chosen twice",
                         "Each strategy of a replay has one account; run it once."};
        auto chosen = choose(request, wanted, catalog);
        if (!chosen)
            return chosen.error();
        all.push_back(std::move(*chosen));
    }
    std::sort(all.begin(), all.end(), [](const Chosen& a, const Chosen& b) {
        return a.strategy.metadata.name < b.strategy.metadata.name;
    });
    return all;
}

Result<void> loadSymbols(const std::vector<Chosen>& all, const ReplayRequest& request,
                         history::HistoryStore& store, EngineSetup& setup)
{
    std::map<Symbol, history::Coverage> wanted;
    for (const Chosen& chosen : all) {
        for (const Symbol& symbol : chosen.symbols) {
            auto coverage = store.coverage(symbol);
            if (!coverage)
                return coverage.error();
            wanted.emplace(symbol, *coverage);
        }
    }
    // The finest timeframe that every symbol has is what orders are matched on.
    setup.base = wanted.begin()->second.finest;
    Nanoseconds warmup{0};
    const std::string quote = wanted.begin()->first.quote();
    setup.currency = request.currency.empty() ? quote : request.currency;
    if (setup.currency != quote)
        return Error{ErrorCode::InvalidInput,
                     wanted.begin()->first.text() + " is quoted in " + quote + ", and the accounts hold " +
                         setup.currency,
                     "Trade symbols quoted in " + setup.currency + ", or give the cash in " + quote + "."};
    for (const auto& [symbol, coverage] : wanted) {
        setup.base = std::max(setup.base, coverage.finest);
        if (symbol.quote() != quote)
            return Error{ErrorCode::InvalidInput,
                         symbol.text() + " is not quoted in " + quote +
                             " like the others, and an account has one currency",
                         "Replay symbols of one quote currency together."};
    }
    for (const Chosen& chosen : all)
        warmup = std::max(warmup, chosen.timeframe.length() * chosen.strategy.metadata.warmup);
    history::TimeRange range = request.range;
    const bool open = range.from == Timestamp::min();
    if (!open)
        range.from -= warmup;
    for (const auto& [symbol, coverage] : wanted) {
        auto data = loadSymbol(coverage, request, setup.base, range, store);
        if (!data)
            return data.error();
        setup.symbols.push_back(std::move(*data));
    }
    for (const SymbolData& data : setup.symbols) {
        if (auto same = checkScale(data.instrument, store); !same)
            return same;
    }
    setup.from = Timestamp::max();
    for (const SymbolData& data : setup.symbols)
        setup.from = std::min(setup.from,
                              data.candles->openTime[data.candles->lowerBound(request.range.from)]);
    return {};
}

Result<void> takeSettings(const ReplayRequest& request, EngineSetup& setup)
{
    auto costs = execution::Costs::make(request.makerFee.value_or(request.fee), request.fee,
                                        request.slippageBp, request.liquidationFee);
    if (!costs)
        return costs.error();
    auto borrow = portfolio::BorrowTerms::make(request.borrowRate, request.openingFee, request.rollover);
    if (!borrow)
        return borrow.error();
    costs->borrow = *borrow;
    auto margin = portfolio::AccountSettings::make(request.longLeverage, request.shortLeverage,
                                                   request.maintenance);
    if (!margin)
        return margin.error();
    if (!(request.participation >= 0.0 && request.participation <= 1.0))
        return Error{ErrorCode::InvalidInput, "the participation is not between 0 and 1",
                     "Write it as a fraction of a bar's volume; 0 switches the limit off."};
    if (request.cash <= Money())
        return Error{ErrorCode::InvalidInput, "the starting cash is not positive",
                     "Give each account some cash to start with."};
    const Int128 whole =
        static_cast<Int128>(request.cash.count()) * static_cast<std::int64_t>(request.strategies.size());
    if (whole > MOST_CASH)
        return Error{ErrorCode::InvalidInput, "the accounts start with more than 10,000,000,000 in all",
                     "Give each account less."};
    setup.rules.costs = *costs;
    setup.rules.participation = *decimalNearest(request.participation, 8);
    setup.rules.worstCase = request.worstCasePath;
    setup.rules.touch = request.touchFillsLimits;
    setup.margin = *margin;
    setup.cash = request.cash;
    setup.seed = request.seed;
    return {};
}

} // namespace

Result<std::unique_ptr<const EngineSetup>> prepareReplay(const ReplayRequest& request,
                                                         const ReplayPlaces& places)
{
    auto setup = std::make_unique<EngineSetup>();
    if (auto taken = takeSettings(request, *setup); !taken)
        return taken.error();
    auto all = chooseAll(request, places);
    if (!all)
        return all.error();
    auto store = history::openHistory(places.history, true);
    if (!store)
        return store.error();
    if (auto loaded = loadSymbols(*all, request, **store, *setup); !loaded)
        return loaded.error();
    for (Chosen& chosen : *all) {
        AccountSetup account;
        account.name = chosen.strategy.metadata.name;
        account.sha256 = chosen.strategy.sha256;
        account.timeframe = chosen.timeframe;
        account.warmup = chosen.strategy.metadata.warmup;
        account.hearsTrades = chosen.strategy.metadata.hearsTrades;
        account.parameters = std::move(chosen.parameters);
        account.risk = chosen.risk;
        account.factory = std::move(chosen.strategy.factory);
        if (!account.timeframe.isMultipleOf(setup->base))
            return Error{ErrorCode::InvalidInput,
                         account.name + " wants " + account.timeframe.text() +
                             " candles, but the finest stored are " + setup->base.text(),
                         "Choose a coarser timeframe with --timeframe, or import finer candles."};
        for (std::uint32_t i = 0; i < setup->symbols.size(); ++i) {
            const Symbol& symbol = setup->symbols[i].instrument.symbol;
            if (std::binary_search(chosen.symbols.begin(), chosen.symbols.end(), symbol))
                account.symbols.push_back(i);
        }
        setup->accounts.push_back(std::move(account));
    }
    setup->allowsUnsigned = places.unsignedScripts == strategy::UnsignedScripts::Allowed;
    setup->candleDigest = digestOfCandles(*setup);
    setup->digest = digestOf(*setup);
    return std::unique_ptr<const EngineSetup>(std::move(setup));
}

} // namespace core::engine
