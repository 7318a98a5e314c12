// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/riskoptions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace app::cli {

namespace engine = core::engine;
using core::Error;
using core::ErrorCode;
using core::Result;
using core::portfolio::OnBreach;
using core::portfolio::OnSuspension;
using core::portfolio::RiskLimit;
using core::portfolio::RiskLimits;
using core::portfolio::RiskRequest;

namespace {

constexpr std::array NAMES = {"max-daily-loss", "max-drawdown", "max-exposure",
                              "max-orders-a-minute", "on-breach", "on-suspension"};

Error bad(std::string what, std::string remedy = "")
{
    return {ErrorCode::InvalidInput, std::move(what), std::move(remedy)};
}

template <typename T> bool readNumber(std::string_view text, T& value)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

/// The action of that name; false when there is none.
template <typename Action> bool setAction(std::string_view text, std::initializer_list<Action> actions, Action& chosen)
{
    for (const Action action : actions) {
        if (text == core::portfolio::name(action)) {
            chosen = action;
            return true;
        }
    }
    return false;
}

std::string_view kindOf(std::string_view option)
{
    if (option == "on-breach")
        return "action: block or flatten";
    return option == "on-suspension" ? "action: keep or close" : "number";
}

/// Writes one option's value into `risk`; false when it is none.
bool set(std::string_view option, std::string_view text, RiskRequest& risk)
{
    if (option == "on-breach")
        return setAction(text, {OnBreach::Block, OnBreach::Flatten}, risk.onBreach);
    if (option == "on-suspension")
        return setAction(text, {OnSuspension::Keep, OnSuspension::Close}, risk.onSuspension);
    if (option == "max-orders-a-minute")
        return readNumber(text, risk.ordersAMinute.emplace());
    auto& limit = option == "max-daily-loss" ? risk.dailyLoss
                  : option == "max-drawdown" ? risk.drawdown
                                             : risk.exposure;
    return readNumber(text, limit.emplace());
}

Result<void> readOne(std::string_view option, std::string_view text, RiskRequest& risk)
{
    if (!set(option, text, risk))
        return bad(fmt::format("--{}: \"{}\" is no {}", option, text, kindOf(option)));
    if (const auto limits = RiskLimits::make(risk); !limits)
        return bad(fmt::format("--{}: {}", option, limits.error().what), limits.error().remedy);
    return {};
}

/// The limits of the strategy of that name, which are the replay's until one of its own is said.
Result<void> readOwn(std::string_view option, std::string_view name, std::string_view text,
                     engine::ReplayRequest& request)
{
    const auto strategy =
        std::ranges::find(request.strategies, name, &engine::ReplayStrategy::name);
    if (strategy == request.strategies.end())
        return bad(fmt::format("--{}: \"{}\" is not replayed", option, name));
    if (!strategy->risk)
        strategy->risk = request.risk;
    return readOne(option, text, *strategy->risk);
}

Json limitJson(const RiskLimits& limits, RiskLimit limit)
{
    const double value = limits.of(limit);
    return value > 0.0 ? Json(value) : Json();
}

/// An account that is as every other has nothing to say.
bool isSaid(const RiskLimits& limits)
{
    return limits.isOn() || limits.onSuspension == OnSuspension::Close;
}

} // namespace

std::vector<OptionSpec> riskOptionSpecs()
{
    return {{"max-daily-loss", "FRACTION",
             "of the equity at 00:00 UTC; NAME=FRACTION is one strategy's, here and below", true},
            {"max-drawdown", "FRACTION", "of the highest equity so far", true},
            {"max-exposure", "MULTIPLE", "of the equity, longs and shorts together", true},
            {"max-orders-a-minute", "N", "submitted within 60 s", true},
            {"on-breach", "block|flatten",
             "refuse entries, or close the positions too (default: block)", true},
            {"on-suspension", "keep|close",
             "what becomes of a suspended strategy's positions (default: keep, with their stops)", true}};
}

Result<void> readRisk(const Options& options, engine::ReplayRequest& request)
{
    // What is meant for all accounts comes first, wherever it stands.
    for (const bool forAll : {true, false}) {
        for (const char* option : NAMES) {
            for (const std::string& given : options.all(option)) {
                const std::string_view text = given;
                const std::size_t equals = text.find('=');
                if ((equals == std::string_view::npos) != forAll)
                    continue;
                const auto good = forAll ? readOne(option, text, request.risk)
                                         : readOwn(option, text.substr(0, equals),
                                                   text.substr(equals + 1), request);
                if (!good)
                    return good;
            }
        }
    }
    return {};
}

Json riskJson(const engine::AccountSnapshot& account)
{
    const RiskLimits& limits = account.riskLimits;
    if (!isSaid(limits))
        return {};
    Json exceeded = Json::array();
    for (const core::portfolio::RiskBreach& breach : account.breaches)
        exceeded.push_back({{"limit", core::portfolio::name(breach.limit)},
                            {"since", core::formatTimestampShort(breach.since)},
                            {"value", breach.value},
                            {"threshold", breach.threshold}});
    return {{"max_daily_loss", limitJson(limits, RiskLimit::DailyLoss)},
            {"max_drawdown", limitJson(limits, RiskLimit::Drawdown)},
            {"max_exposure", limitJson(limits, RiskLimit::Exposure)},
            {"max_orders_a_minute", limits.ordersAMinute > 0 ? Json(limits.ordersAMinute) : Json()},
            {"on_breach", core::portfolio::name(limits.onBreach)},
            {"on_suspension", core::portfolio::name(limits.onSuspension)},
            {"breaches", account.riskBreaches},
            {"exceeded", exceeded}};
}

std::string riskLine(const engine::AccountSnapshot& account)
{
    const RiskLimits& limits = account.riskLimits;
    if (!isSaid(limits))
        return {};
    const std::string onSuspension =
        limits.onSuspension == OnSuspension::Close ? "positions are closed on a suspension" : "";
    if (!limits.isOn())
        return onSuspension;
    std::string text = "limits:";
    const auto add = [&](RiskLimit limit, std::string_view what) {
        if (const double value = limits.of(limit); value > 0.0)
            text += fmt::format(" {} {},", what, value);
    };
    add(RiskLimit::DailyLoss, "daily loss");
    add(RiskLimit::Drawdown, "drawdown");
    add(RiskLimit::Exposure, "exposure");
    add(RiskLimit::OrderRate, "orders a minute");
    text += fmt::format(" on breach {}; exceeded {} time{}", core::portfolio::name(limits.onBreach),
                        account.riskBreaches, account.riskBreaches == 1 ? "" : "s");
    for (const core::portfolio::RiskBreach& breach : account.breaches)
        text += fmt::format(", {} still", core::portfolio::name(breach.limit));
    return onSuspension.empty() ? text : text + "; " + onSuspension;
}

} // namespace app::cli
