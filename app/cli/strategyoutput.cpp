// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/strategyoutput.h"

#include <fmt/format.h>

namespace app::cli {

namespace strategy = core::strategy;
namespace trust = core::trust;

namespace {

constexpr std::string_view NATIVE_WARNING =
    "native code: it may do whatever you may, and if it crashes, so does the program. Approve it only if you "
    "trust whoever built it.";

std::string textOf(const strategy::ParameterValue& value)
{
    struct Visitor
    {
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return core::formatDouble(number); }
        std::string operator()(const std::string& text) const { return text; }
    };
    return std::visit(Visitor{}, value);
}

Json jsonOf(const strategy::ParameterValue& value)
{
    return std::visit([](const auto& held) { return Json(held); }, value);
}

Json parametersJson(const strategy::Metadata& metadata)
{
    Json list = Json::array();
    for (const strategy::ParameterSpec& parameter : metadata.parameters) {
        Json json = {{"name", parameter.name}, {"default", jsonOf(parameter.defaultValue)}};
        if (parameter.minimum)
            json["min"] = *parameter.minimum;
        if (parameter.maximum)
            json["max"] = *parameter.maximum;
        if (parameter.step)
            json["step"] = *parameter.step;
        if (!parameter.choices.empty())
            json["choices"] = parameter.choices;
        json["description"] = parameter.description;
        list.push_back(std::move(json));
    }
    return list;
}

Json approvalJson(const std::optional<trust::Approval>& approval)
{
    if (!approval)
        return nullptr;
    return {{"sha256", approval->sha256.hex()},
            {"file", approval->file.string()},
            {"time", core::formatTimestampShort(approval->time)},
            {"user", approval->user},
            {"note", approval->note},
            {"revoked", approval->revoked}};
}

std::string_view outcomeName(trust::SignatureOutcome outcome)
{
    switch (outcome) {
    case trust::SignatureOutcome::Absent:
        break;
    case trust::SignatureOutcome::Unusable:
        return "unusable";
    case trust::SignatureOutcome::UnknownKey:
        return "unknown key";
    case trust::SignatureOutcome::RevokedKey:
        return "revoked key";
    case trust::SignatureOutcome::Trusted:
        return "trusted";
    }
    return "absent";
}

Json signatureJson(const trust::SignatureCheck& check)
{
    if (check.outcome == trust::SignatureOutcome::Absent)
        return nullptr;
    return {{"outcome", outcomeName(check.outcome)},
            {"key_id", check.keyId == trust::KeyId{} ? Json() : Json(check.keyId.hex())},
            {"signer", check.signer},
            {"comment", check.trustedComment},
            {"reason", check.reason}};
}

} // namespace

std::string shown(std::string_view text)
{
    return visibleSource(printable(text));
}

std::string signatureLine(const trust::SignatureCheck& check)
{
    if (check.outcome != trust::SignatureOutcome::Trusted)
        return shown(check.reason);
    return shown(fmt::format("signed by {} (key {}): {}", check.signer, check.keyId.hex(), check.trustedComment));
}

Json toJson(const strategy::CatalogEntry& entry)
{
    Json symbols = Json::array();
    for (const core::Symbol& symbol : entry.metadata.symbols)
        symbols.push_back(symbol.text());
    return {
        {"name", entry.name},
        {"kind", strategy::name(entry.kind)},
        {"state", trust::name(entry.state)},
        {"reason", entry.reason},
        {"file", entry.file.string()},
        {"sha256", entry.sha256.hex()},
        {"version", entry.metadata.version},
        {"author", entry.metadata.author},
        {"description", entry.metadata.description},
        {"symbols", symbols},
        {"timeframe", entry.metadata.timeframe ? Json(entry.metadata.timeframe->text()) : Json()},
        {"warmup", entry.metadata.warmup},
        {"trades", entry.metadata.hearsTrades},
        {"parameters", parametersJson(entry.metadata)},
        {"approval", approvalJson(entry.approval)},
        {"signature", signatureJson(entry.signature)}};
}

void printEntry(Console& console, const strategy::CatalogEntry& entry)
{
    console.printLine(fmt::format("{} {} by {}", shown(entry.name), shown(entry.metadata.version),
                                  shown(entry.metadata.author)));
    if (!entry.metadata.description.empty())
        console.printLine(shown(entry.metadata.description));
    console.printLine(fmt::format("file    {}", shown(entry.file.string())));
    console.printLine(fmt::format("kind    {}", strategy::name(entry.kind)));
    console.printLine(fmt::format("sha256  {}", entry.sha256.hex()));
    console.printLine(fmt::format("state   {}{}{}", trust::name(entry.state),
                                  entry.reason.empty() ? "" : ": ", shown(entry.reason)));
    // Whatever keeps a strategy from running stands above.
    if (trust::mayRun(entry.state) && entry.signature.outcome != trust::SignatureOutcome::Absent)
        console.printLine(signatureLine(entry.signature));
    if (entry.approval)
        console.printLine(
            fmt::format("{} {} by {}: {}{}{}", entry.approval->revoked ? "revoked" : "approved",
                        core::formatTimestampShort(entry.approval->time),
                        shown(entry.approval->user), entry.approval->sha256.hex(),
                        entry.approval->note.empty() ? "" : ", ", shown(entry.approval->note)));
    for (const strategy::ParameterSpec& parameter : entry.metadata.parameters)
        console.printLine(fmt::format("  {:<12} {:<10} {}", parameter.name,
                                      shown(textOf(parameter.defaultValue)),
                                      shown(parameter.description)));
    if (entry.kind == strategy::Kind::Native)
        console.printLine(NATIVE_WARNING);
}

} // namespace app::cli
