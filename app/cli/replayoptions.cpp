// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/replayoptions.h"

#include "app/cli/riskoptions.h"
#include "core/engine/costpreset.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace app::cli {

namespace engine = core::engine;
namespace execution = core::execution;
using core::Error;
using core::ErrorCode;
using core::Result;

namespace {

constexpr double MAX_LEVERAGE = 1000.0;

Error bad(std::string what)
{
    return {ErrorCode::InvalidInput, std::move(what), ""};
}

Result<void> readStrategies(const Options& options, engine::ReplayRequest& request)
{
    for (const std::string& text : options.all("strategy")) {
        auto strategy = parseStrategy(text);
        if (!strategy)
            return strategy.error();
        request.strategies.push_back(std::move(*strategy));
    }
    return {};
}

Result<void> readSymbols(const Options& options, engine::ReplayRequest& request)
{
    for (const std::string& text : options.all("symbol")) {
        auto symbol = core::Symbol::parse(text);
        if (!symbol)
            return Error{ErrorCode::InvalidInput, fmt::format("--symbol: {}", symbol.error().what),
                         symbol.error().remedy};
        request.symbols.push_back(std::move(*symbol));
    }
    return {};
}

Result<void> readCash(const Options& options, engine::ReplayRequest& request)
{
    const auto text = options.text("cash");
    if (!text)
        return {};
    const auto cash = core::Money::parse(*text);
    if (!cash)
        return bad(fmt::format("--cash: {}", cash.error().what));
    if (*cash <= core::Money())
        return bad("--cash is not positive");
    request.cash = *cash;
    return {};
}

Result<void> readPath(const Options& options, engine::ReplayRequest& request)
{
    const std::string path = options.text("path").value_or("nearer");
    if (path != "nearer" && path != "worst")
        return bad(fmt::format("--path: \"{}\" is not nearer or worst", path));
    request.worstCasePath = path == "worst";
    return {};
}

Result<void> readDetail(const Options& options, engine::ReplayRequest& request)
{
    const std::string detail = options.text("detail").value_or("finest");
    if (detail == "finest")
        request.detail = execution::Detail::Trades;
    else if (detail == "candles")
        request.detail = execution::Detail::Candles;
    else if (detail == "path")
        request.detail = execution::Detail::Path;
    else
        return bad(fmt::format("--detail: \"{}\" is not finest, candles or path", detail));
    return {};
}

Result<void> readCosts(const Options& options, engine::ReplayRequest& request)
{
    const auto name = options.text("costs");
    if (!name)
        return {};
    const auto* preset =
        std::ranges::find(engine::COST_PRESETS, std::string_view(*name), &engine::CostPreset::name);
    if (preset == engine::COST_PRESETS.end())
        return bad(fmt::format("--costs: \"{}\" is not kraken-spot-margin or none", *name));
    engine::applyCosts(*preset, request);
    return {};
}

/// --fee says both rates, --maker-fee and --taker-fee one of them.
Result<void> readFees(const Options& options, engine::ReplayRequest& request)
{
    if (options.has("fee"))
        request.makerFee.reset();
    if (const auto good = options.number("fee", 0.0, 0.5, request.fee); !good)
        return good;
    double maker = request.makerFee.value_or(request.fee);
    if (const auto good = options.number("maker-fee", 0.0, 0.5, maker); !good)
        return good;
    if (options.has("maker-fee") || options.has("taker-fee"))
        request.makerFee = maker;
    return options.number("taker-fee", 0.0, 0.5, request.fee);
}

Result<void> readSeed(const Options& options, engine::ReplayRequest& request)
{
    auto seed = static_cast<std::int64_t>(request.seed);
    const auto good = options.whole("seed", 0, std::numeric_limits<std::int64_t>::max(), seed);
    request.seed = static_cast<std::uint64_t>(seed);
    return good;
}

Result<void> readRange(const Options& options, engine::ReplayRequest& request)
{
    const auto range = options.range();
    if (!range)
        return range.error();
    request.range = *range;
    return {};
}

/// All but the limits of the accounts.
std::vector<OptionSpec> usualOptionSpecs()
{
    return {{"strategy", "NAME[:param=value,...]", "what to replay, on an account of its own", true,
             true},
            {"symbol", "BTC/USD", "on what (default: what the strategy declares)", true},
            {"timeframe", "1m", "the length of a bar (default: what the strategy declares)"},
            {"from", "TIME", "the first bar (default: all)"},
            {"to", "TIME", "the end, not included (default: all)"},
            {"cash", "AMOUNT", "of each account at the start (default: 100000)"},
            {"currency", "USD", "of the cash (default: that of the symbols)"},
            {"costs", "NAME", "kraken-spot-margin or none; the options below go over it"},
            {"fee", "RATE", "maker and taker, 0.001 is 0.1 % (default: 0.0026)"},
            {"maker-fee", "RATE", "of orders that waited (default: as --fee)"},
            {"taker-fee", "RATE", "of orders that did not wait (default: as --fee)"},
            {"slippage-bp", "N", "basis points against every market fill (default: 5)"},
            {"long-leverage", "N", "(default: 1.5)"},
            {"short-leverage", "N", "(default: 2)"},
            {"maintenance", "RATIO", "the margin level that brings the call (default: 0.25)"},
            {"liquidation-fee", "RATE", "(default: 0.005)"},
            {"borrow-rate", "RATE", "a year, on negative cash and on shorts (default: 0)"},
            {"path", "nearer|worst", "which extreme of a bar comes first (default: nearer)"},
            {"detail", "finest|candles|path",
             "resolve a bar by stored trades or else finer candles, by finer candles, or by its path alone "
             "(default: finest)"},
            {"touch", "", "a price that touches a limit fills it"},
            {"participation", "RATIO",
             "of a bar's volume that may be filled, 0 for no limit (default: 0.1)"},
            {"seed", "N", "of the strategies' random numbers (default: 1)"}};
}

} // namespace

std::vector<OptionSpec> replayOptionSpecs()
{
    std::vector<OptionSpec> specs = usualOptionSpecs();
    const std::vector<OptionSpec> risk = riskOptionSpecs();
    specs.insert(specs.end(), risk.begin(), risk.end());
    return specs;
}

Result<engine::ReplayStrategy> parseStrategy(std::string_view text)
{
    const std::size_t colon = text.find(':');
    engine::ReplayStrategy strategy;
    strategy.name = text.substr(0, colon);
    if (strategy.name.empty())
        return bad("--strategy names no strategy");
    if (colon == std::string_view::npos)
        return strategy;
    for (std::string_view rest = text.substr(colon + 1);;) {
        const std::size_t comma = rest.find(',');
        const std::string_view pair = rest.substr(0, comma);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return bad(fmt::format("--strategy: \"{}\" is no param=value", pair));
        strategy.parameters.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
        if (comma == std::string_view::npos)
            return strategy;
        rest.remove_prefix(comma + 1);
    }
}

Result<engine::ReplayRequest> readReplayRequest(const Options& options)
{
    engine::ReplayRequest request;
    for (const auto& good :
         {readStrategies(options, request), readSymbols(options, request),
          readCash(options, request), readRange(options, request), readPath(options, request),
          readDetail(options, request), readSeed(options, request), readRisk(options, request),
          options.timeframe("timeframe", request.timeframe),
          readCosts(options, request), readFees(options, request),
          options.number("borrow-rate", 0.0, 10.0, request.borrowRate),
          options.number("slippage-bp", 0.0, 5000.0, request.slippageBp),
          options.number("long-leverage", 1e-6, MAX_LEVERAGE, request.longLeverage),
          options.number("short-leverage", 1e-6, MAX_LEVERAGE, request.shortLeverage),
          options.number("maintenance", 0.0, 1.0, request.maintenance),
          options.number("liquidation-fee", 0.0, 0.5, request.liquidationFee),
          options.number("participation", 0.0, 1.0, request.participation)}) {
        if (!good)
            return good.error();
    }
    request.currency = options.text("currency").value_or("");
    request.touchFillsLimits = options.has("touch");
    return request;
}

} // namespace app::cli
