// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaysession.h"

#include "core/strategy/catalog.h"

#include <algorithm>
#include <map>
#include <set>

namespace core::engine {

namespace {

/// Held in memory for a session, at 33 bytes each.
constexpr std::size_t MOST_TRADES = 50'000'000;
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

/// A history on a server may be rescaled by somebody else between two reads.
Result<void> checkScale(const market::Instrument& read, history::HistoryStore& store)
{
    auto now = store.coverage(read.symbol);
    if (!now)
        return now.error();
    if (now->instrument.priceDecimals != read.priceDecimals || now->instrument.lotDecimals != read.lotDecimals)
        return Error{ErrorCode::Busy,
                     "the history of " + read.symbol.text() + " got more decimals while it was read",
                     "Start the replay again."};
    return {};
}

/// The stored candles that are finer than the session's, from the first bar of the range on.
Result<void> loadFiner(const history::Coverage& coverage, Timestamp from, market::Timeframe base,
                       history::HistoryStore& store, SymbolData& data)
{
    const market::CandleColumns& bars = *data.candles;
    const Timestamp first = bars.openTime[bars.lowerBound(from)];
    auto finer = store.candles(coverage.instrument.symbol, coverage.finest,
                               {first, bars.openTime.back() + base.length()});
    if (!finer)
        return finer.error();
    if (finer->empty())
        return {};
    data.finer = std::make_shared<const market::CandleColumns>(std::move(*finer));
    data.finerTimeframe = coverage.finest;
    return {};
}

/// The stored trades of the range, from its first bar on.
Result<void> loadTrades(const history::Coverage& coverage, Timestamp from, market::Timeframe base,
                        history::HistoryStore& store, SymbolData& data)
{
    const Symbol& symbol = coverage.instrument.symbol;
    const market::CandleColumns& bars = *data.candles;
    auto trades = store.trades(symbol, {bars.openTime[bars.lowerBound(from)], bars.openTime.back() + base.length()},
                               MOST_TRADES + 1);
    if (!trades)
        return trades.error();
    if (trades->count() > MOST_TRADES)
        return Error{ErrorCode::Refused,
                     "there are more than 50 million trades of " + symbol.text() + " in the chosen range",
                     "Choose a shorter range, or --detail candles to leave the trades out."};
    if (!trades->empty())
        data.trades = std::make_shared<const market::TradeColumns>(std::move(*trades));
    return {};
}

/// The funding rates of the range, from its first bar on.
Result<void> loadFunding(Timestamp from, market::Timeframe base, history::HistoryStore& store, SymbolData& data)
{
    if (data.instrument.kind == market::InstrumentKind::Spot)
        return {};
    const market::CandleColumns& bars = *data.candles;
    auto rates = store.fundingRates(data.instrument.symbol, {bars.openTime[bars.lowerBound(from)],
                                                             bars.openTime.back() + base.length()});
    if (!rates)
        return rates.error();
    data.funding = std::move(*rates);
    return {};
}

/// What bars are resolved by, as far as the request wants it.
Result<void> loadDetail(const history::Coverage& coverage, const ReplayRequest& request, market::Timeframe base,
                        history::HistoryStore& store, SymbolData& data)
{
    if (request.detail == execution::Detail::Path)
        return {};
    if (coverage.finest < base) {
        if (auto loaded = loadFiner(coverage, request.range.from, base, store, data); !loaded)
            return loaded;
    }
    return request.detail == execution::Detail::Trades
               ? loadTrades(coverage, request.range.from, base, store, data)
               : Result<void>();
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
        auto candles = store.candles(symbol, setup.base, range);
        if (!candles)
            return candles.error();
        if (candles->lowerBound(request.range.from) == candles->size())
            return Error{ErrorCode::NotFound,
                         "there are no candles of " + symbol.text() + " in the chosen range",
                         "Stored are " + formatTimestampShort(coverage.oldest) + " to " +
                             formatTimestampShort(coverage.newest) + "."};
        setup.symbols.push_back({coverage.instrument, std::make_shared<const market::CandleColumns>(
                                                          std::move(*candles))});
        if (auto loaded = loadFunding(request.range.from, setup.base, store, setup.symbols.back()); !loaded)
            return loaded;
        if (auto loaded = loadDetail(coverage, request, setup.base, store, setup.symbols.back()); !loaded)
            return loaded.error();
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

template <typename T> void addColumn(Sha256& hash, const std::vector<T>& column)
{
    hash.update(std::as_bytes(std::span<const T>(column)));
}

void addCandles(Sha256& hash, const market::CandleColumns& candles)
{
    addColumn(hash, candles.openTime);
    addColumn(hash, candles.open);
    addColumn(hash, candles.high);
    addColumn(hash, candles.low);
    addColumn(hash, candles.close);
    addColumn(hash, candles.volume);
}

void addTrades(Sha256& hash, const market::TradeColumns& trades)
{
    addColumn(hash, trades.time);
    addColumn(hash, trades.price);
    addColumn(hash, trades.size);
}

/// Of finer candles, trades and funding only where there are any, so that a session without them keeps the digest it had.
std::string digestOfCandles(const EngineSetup& setup)
{
    Sha256 hash;
    for (const SymbolData& data : setup.symbols) {
        hash.update(data.instrument.symbol.text() + "\n");
        addCandles(hash, *data.candles);
        if (data.finer) {
            hash.update("finer " + data.finerTimeframe.text() + "\n");
            addCandles(hash, *data.finer);
        }
        if (data.trades) {
            hash.update("trades\n");
            addTrades(hash, *data.trades);
        }
        for (const market::FundingRate& rate : data.funding)
            hash.update("funding " + formatTimestamp(rate.due()) + " " + std::to_string(rate.rate) + "\n");
    }
    return hash.digest().hex();
}

std::string textOf(const strategy::ParameterValue& value)
{
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&value))
        return formatDouble(*number);
    return std::get<std::string>(value);
}

/// Only what is limited, so that a replay without limits keeps the digest it always had.
template <typename Add> void addLimits(const portfolio::RiskLimits& risk, const Add& add)
{
    const auto addOne = [&add](const char* key, std::int64_t limit) {
        if (limit > 0)
            add(key, std::to_string(limit));
    };
    addOne("max_daily_loss", risk.dailyLoss);
    addOne("max_drawdown", risk.drawdown);
    addOne("max_exposure", risk.exposure);
    addOne("max_orders_a_minute", risk.ordersAMinute);
    if (risk.isOn())
        add("on_breach", std::string(portfolio::name(risk.onBreach)));
}

/// A smallest order only where there is one, for the same reason.
template <typename Add> void addInstrument(const market::Instrument& instrument, const Add& add)
{
    const std::string& symbol = instrument.symbol.text();
    add("symbol", symbol + " " + std::to_string(instrument.priceDecimals) + " " +
                      std::to_string(instrument.lotDecimals));
    if (instrument.minimumLots > 1)
        add("minimum_lots", std::to_string(instrument.minimumLots));
    if (instrument.minimumCost > Money())
        add("minimum_cost", instrument.minimumCost.toString());
    if (instrument.kind == market::InstrumentKind::Perpetual)
        add("kind", "perpetual");
}

/// Of everything that the result depends on, one "name value" a line.
std::string digestOf(const EngineSetup& setup)
{
    Sha256 hash;
    const auto add = [&hash](const std::string& key, const std::string& value) {
        hash.update(key + " " + value + "\n");
    };
    add("candles", setup.candleDigest);
    add("base", setup.base.text());
    add("from", formatTimestamp(setup.from));
    add("cash", setup.cash.toString() + " " + setup.currency);
    add("maker_fee", std::to_string(setup.rules.costs.maker));
    add("taker_fee", std::to_string(setup.rules.costs.taker));
    add("slippage", std::to_string(setup.rules.costs.slippage));
    add("liquidation_fee", std::to_string(setup.rules.costs.liquidationFee));
    add("borrow_cash", std::to_string(setup.rules.costs.borrow.cashRate));
    add("borrow_short", std::to_string(setup.rules.costs.borrow.shortRate));
    add("opening_fee", std::to_string(setup.rules.costs.borrow.openingFee));
    add("rollover", std::to_string(setup.rules.costs.borrow.rollover));
    add("limits", setup.rules.touch ? "touch" : "through");
    add("participation", std::to_string(setup.rules.participation));
    add("path", setup.rules.worstCase ? "worst" : "nearer");
    add("long_leverage", std::to_string(setup.margin.longLeverage));
    add("short_leverage", std::to_string(setup.margin.shortLeverage));
    add("maintenance", std::to_string(setup.margin.maintenance));
    add("seed", std::to_string(setup.seed));
    if (setup.allowsUnsigned)
        add("unsigned", "allowed");
    for (const SymbolData& data : setup.symbols)
        addInstrument(data.instrument, add);
    for (const AccountSetup& account : setup.accounts) {
        add("strategy", account.name + " " + account.sha256.hex() + " " + account.timeframe.text());
        for (const auto& [key, value] : account.parameters)
            add("parameter", key + " " + textOf(value));
        addLimits(account.risk, add);
    }
    return hash.digest().hex();
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
