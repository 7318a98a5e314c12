// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/requestjson.h"

#include <nlohmann/json.hpp>

namespace core::engine {

namespace {

using Json = nlohmann::ordered_json;

std::int64_t nanoseconds(Timestamp time)
{
    return time.time_since_epoch().count();
}

Json toJson(const portfolio::RiskRequest& risk)
{
    Json json = {{"on_breach", portfolio::name(risk.onBreach)}};
    if (risk.onSuspension == portfolio::OnSuspension::Close)
        json["on_suspension"] = portfolio::name(risk.onSuspension);
    if (risk.dailyLoss)
        json["daily_loss"] = *risk.dailyLoss;
    if (risk.drawdown)
        json["drawdown"] = *risk.drawdown;
    if (risk.exposure)
        json["exposure"] = *risk.exposure;
    if (risk.ordersAMinute)
        json["orders_a_minute"] = *risk.ordersAMinute;
    return json;
}

portfolio::RiskRequest riskOf(const Json& json)
{
    portfolio::RiskRequest risk;
    const bool flattens =
        json.at("on_breach").get<std::string>() == portfolio::name(portfolio::OnBreach::Flatten);
    risk.onBreach = flattens ? portfolio::OnBreach::Flatten : portfolio::OnBreach::Block;
    const bool closes =
        json.value("on_suspension", "") == portfolio::name(portfolio::OnSuspension::Close);
    risk.onSuspension = closes ? portfolio::OnSuspension::Close : portfolio::OnSuspension::Keep;
    if (json.contains("daily_loss"))
        risk.dailyLoss = json.at("daily_loss").get<double>();
    if (json.contains("drawdown"))
        risk.drawdown = json.at("drawdown").get<double>();
    if (json.contains("exposure"))
        risk.exposure = json.at("exposure").get<double>();
    if (json.contains("orders_a_minute"))
        risk.ordersAMinute = json.at("orders_a_minute").get<std::int64_t>();
    return risk;
}

Json strategiesOf(const ReplayRequest& request)
{
    Json strategies = Json::array();
    for (const ReplayStrategy& strategy : request.strategies) {
        Json parameters = Json::array();
        for (const auto& [name, value] : strategy.parameters)
            parameters.push_back({name, value});
        Json& added = strategies.emplace_back(
            Json{{"name", strategy.name}, {"parameters", std::move(parameters)}});
        if (strategy.risk)
            added["risk"] = toJson(*strategy.risk);
    }
    return strategies;
}

/// What a session was resolved by that is older than the choice among three was.
execution::Detail formerDetailOf(const Json& json)
{
    const bool finer = json.contains("finer_candles") && json.at("finer_candles").get<bool>();
    return finer ? execution::Detail::Candles : execution::Detail::Path;
}

execution::Detail detailOf(const Json& json)
{
    if (!json.contains("detail"))
        return formerDetailOf(json);
    const auto text = json.at("detail").get<std::string>();
    for (const auto detail : {execution::Detail::Path, execution::Detail::Candles, execution::Detail::Trades}) {
        if (text == execution::name(detail))
            return detail;
    }
    throw std::invalid_argument("\"" + text + "\" resolves no bars");
}

/// A value of another type, or one that is missing, throws.
ReplayRequest read(const Json& json)
{
    ReplayRequest request;
    for (const Json& strategy : json.at("strategies")) {
        ReplayStrategy& added = request.strategies.emplace_back();
        added.name = strategy.at("name").get<std::string>();
        for (const Json& parameter : strategy.at("parameters"))
            added.parameters.emplace_back(parameter.at(0).get<std::string>(),
                                          parameter.at(1).get<std::string>());
        if (strategy.contains("risk"))
            added.risk = riskOf(strategy.at("risk"));
    }
    for (const Json& symbol : json.at("symbols"))
        request.symbols.push_back(Symbol::parse(symbol.get<std::string>()).value());
    if (json.contains("timeframe"))
        request.timeframe = market::Timeframe::parse(json.at("timeframe").get<std::string>()).value();
    request.range.from = Timestamp(Nanoseconds(json.at("from").get<std::int64_t>()));
    request.range.to = Timestamp(Nanoseconds(json.at("to").get<std::int64_t>()));
    request.cash = Money(json.at("cash").get<std::int64_t>());
    request.currency = json.at("currency").get<std::string>();
    request.fee = json.at("fee").get<double>();
    if (json.contains("maker_fee"))
        request.makerFee = json.at("maker_fee").get<double>();
    request.slippageBp = json.at("slippage_bp").get<double>();
    request.longLeverage = json.at("long_leverage").get<double>();
    request.shortLeverage = json.at("short_leverage").get<double>();
    request.maintenance = json.at("maintenance").get<double>();
    request.liquidationFee = json.at("liquidation_fee").get<double>();
    request.borrowRate = json.at("borrow_rate").get<double>();
    request.openingFee = json.at("opening_fee").get<double>();
    request.rollover = json.at("rollover").get<double>();
    request.participation = json.at("participation").get<double>();
    if (json.contains("risk"))
        request.risk = riskOf(json.at("risk"));
    request.worstCasePath = json.at("worst_case_path").get<bool>();
    request.touchFillsLimits = json.at("touch_fills_limits").get<bool>();
    request.detail = detailOf(json);
    request.seed = json.at("seed").get<std::uint64_t>();
    return request;
}

} // namespace

std::string toJson(const ReplayRequest& request)
{
    Json symbols = Json::array();
    for (const Symbol& symbol : request.symbols)
        symbols.push_back(symbol.text());
    Json json = {{"strategies", strategiesOf(request)},
                 {"symbols", std::move(symbols)},
                 {"from", nanoseconds(request.range.from)},
                 {"to", nanoseconds(request.range.to)},
                 {"cash", request.cash.count()},
                 {"currency", request.currency},
                 {"fee", request.fee},
                 {"slippage_bp", request.slippageBp},
                 {"long_leverage", request.longLeverage},
                 {"short_leverage", request.shortLeverage},
                 {"maintenance", request.maintenance},
                 {"liquidation_fee", request.liquidationFee},
                 {"borrow_rate", request.borrowRate},
                 {"opening_fee", request.openingFee},
                 {"rollover", request.rollover},
                 {"participation", request.participation},
                 {"worst_case_path", request.worstCasePath},
                 {"touch_fills_limits", request.touchFillsLimits},
                 {"detail", execution::name(request.detail)},
                 {"seed", request.seed}};
    if (request.timeframe)
        json["timeframe"] = request.timeframe->text();
    if (request.makerFee)
        json["maker_fee"] = *request.makerFee;
    if (request.risk != portfolio::RiskRequest())
        json["risk"] = toJson(request.risk);
    return json.dump();
}

Result<ReplayRequest> requestFromJson(std::string_view json)
{
    const auto unreadable = [](const std::string& why) {
        return Error{ErrorCode::Corrupt, "the settings of the session cannot be read: " + why,
                     "Its record is kept. Start the replay anew."};
    };
    try {
        const Json parsed = Json::parse(json);
        for (const Json& symbol : parsed.at("symbols")) {
            if (!Symbol::parse(symbol.get<std::string>()))
                return unreadable("a symbol has no such name");
        }
        if (parsed.contains("timeframe") &&
            !market::Timeframe::parse(parsed.at("timeframe").get<std::string>()))
            return unreadable("there is no such timeframe");
        return read(parsed);
    } catch (const std::exception& fault) {
        return unreadable(fault.what());
    }
}

} // namespace core::engine
