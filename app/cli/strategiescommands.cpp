// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/strategy/strategytemplate.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace strategy = core::strategy;
namespace trust = core::trust;
using core::Result;

namespace {

/// Digits of a hash that tables show.
constexpr std::size_t SHORT_HASH = 12;

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

/// Who signed and what with, or why that does not count; empty when nobody did.
std::string signatureLine(const trust::SignatureCheck& check)
{
    if (check.outcome != trust::SignatureOutcome::Trusted)
        return visibleSource(printable(check.reason));
    return visibleSource(printable(fmt::format("signed by {} (key {}): {}", check.signer,
                                               check.keyId.hex(), check.trustedComment)));
}

Json toJson(const strategy::CatalogEntry& entry)
{
    Json symbols = Json::array();
    for (const core::Symbol& symbol : entry.metadata.symbols)
        symbols.push_back(symbol.text());
    return {
        {"name", entry.name},
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
        {"parameters", parametersJson(entry.metadata)},
        {"approval", approvalJson(entry.approval)},
        {"signature", signatureJson(entry.signature)}};
}

int list(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto entries = invocation.catalog().scan();
    if (!entries)
        return console.fail(entries.error());
    if (invocation.json()) {
        Json all = Json::array();
        for (const strategy::CatalogEntry& entry : *entries)
            all.push_back(toJson(entry));
        console.printJson({{"strategies", all}});
        return DONE;
    }
    for (const strategy::CatalogEntry& entry : *entries) {
        console.printLine(fmt::format("{:<20} {:<9} {:<8} {}  {}", entry.name,
                                      trust::name(entry.state), printable(entry.metadata.version),
                                      entry.sha256.hex().substr(0, SHORT_HASH),
                                      entry.file.string()));
        if (entry.state == trust::State::Signed)
            console.printLine(fmt::format("  {}", signatureLine(entry.signature)));
        if (!entry.reason.empty())
            console.printLine(fmt::format("  {}", printable(entry.reason)));
    }
    return DONE;
}

void printEntry(Console& console, const strategy::CatalogEntry& entry)
{
    console.printLine(fmt::format("{} {} by {}", entry.name, printable(entry.metadata.version),
                                  printable(entry.metadata.author)));
    if (!entry.metadata.description.empty())
        console.printLine(printable(entry.metadata.description));
    console.printLine(fmt::format("file    {}", entry.file.string()));
    console.printLine(fmt::format("sha256  {}", entry.sha256.hex()));
    console.printLine(fmt::format("state   {}{}{}", trust::name(entry.state),
                                  entry.reason.empty() ? "" : ": ", printable(entry.reason)));
    // Whatever keeps a strategy from running stands above.
    if (trust::mayRun(entry.state) && entry.signature.outcome != trust::SignatureOutcome::Absent)
        console.printLine(signatureLine(entry.signature));
    if (entry.approval)
        console.printLine(
            fmt::format("{} {} by {}: {}{}{}", entry.approval->revoked ? "revoked" : "approved",
                        core::formatTimestampShort(entry.approval->time),
                        printable(entry.approval->user), entry.approval->sha256.hex(),
                        entry.approval->note.empty() ? "" : ", ", printable(entry.approval->note)));
    for (const strategy::ParameterSpec& parameter : entry.metadata.parameters)
        console.printLine(fmt::format("  {:<12} {:<10} {}", parameter.name,
                                      textOf(parameter.defaultValue),
                                      printable(parameter.description)));
}

int show(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto entry = invocation.catalog().find(invocation.options().arguments()[0]);
    if (!entry)
        return console.fail(entry.error());
    if (invocation.json()) {
        Json json = toJson(*entry);
        json["source"] = entry->source;
        console.printJson(json);
        return DONE;
    }
    printEntry(console, *entry);
    console.printLine("");
    console.print(visibleSource(entry->source));
    return DONE;
}

int create(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    const std::string& name = invocation.options().arguments()[0];
    const auto file =
        strategy::createFromTemplate(invocation.catalog(), workspace->strategiesFolder(), name);
    if (!file)
        return console.fail(file.error());
    if (invocation.json())
        console.printJson({{"name", name}, {"file", file->string()}});
    else
        console.printLine(fmt::format("{} written: change it, then approve it", file->string()));
    return DONE;
}

int approve(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    std::error_code fault;
    const fs::path file = fs::absolute(invocation.options().arguments()[0], fault);
    const auto entry =
        invocation.catalog().approve(file, invocation.options().text("note").value_or(""),
                                     userName(), core::SystemClock().now());
    if (!entry)
        return console.fail(entry.error());
    if (invocation.json())
        console.printJson(toJson(*entry));
    else
        console.printLine(fmt::format("{} approved: {}", entry->name, entry->sha256.hex()));
    return DONE;
}

/// A file that may not run, as a failure.
core::Error notApproved(const strategy::CatalogEntry& entry)
{
    return {core::ErrorCode::Refused,
            fmt::format("{} is {}{}{}", entry.file.string(), trust::name(entry.state),
                        entry.reason.empty() ? "" : ": ", entry.reason),
            entry.state == trust::State::Invalid
                ? ""
                : "It will not run. Read it and approve it to change that."};
}

int verify(Invocation& invocation)
{
    Console& console = invocation.console();
    std::error_code fault;
    const auto entry =
        invocation.catalog().inspect(fs::absolute(invocation.options().arguments()[0], fault));
    if (!entry)
        return console.fail(entry.error());
    if (invocation.json())
        console.printJson(toJson(*entry));
    if (!trust::mayRun(entry->state))
        return console.fail(notApproved(*entry));
    if (invocation.json())
        return DONE;
    console.printLine(
        fmt::format("{} is {}: {}", entry->name, trust::name(entry->state), entry->sha256.hex()));
    if (entry->signature.outcome != trust::SignatureOutcome::Absent)
        console.printLine(signatureLine(entry->signature));
    return DONE;
}

int revokeKey(Invocation& invocation, const std::string& text)
{
    Console& console = invocation.console();
    const auto id = trust::KeyId::parse(text);
    if (!id)
        return console.fail(id.error());
    auto keys = trust::TrustedKeys::open(invocation.trustFolder());
    if (!keys)
        return console.fail(keys.error());
    if (auto done = keys->revoke(*id, core::SystemClock().now()); !done)
        return console.fail(done.error());
    if (invocation.json())
        console.printJson({{"id", id->hex()}, {"state", "revoked"}});
    else
        console.printLine(
            fmt::format("key {} ({}) is revoked: what it signed will not run any more", id->hex(),
                        printable(keys->find(*id)->name)));
    return DONE;
}

int revoke(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto& arguments = invocation.options().arguments();
    const auto key = invocation.options().text("key");
    if (arguments.empty() != key.has_value())
        return console.badUsage("strategies revoke",
                                {core::ErrorCode::InvalidInput,
                                 "give the name of a strategy or --key with the ID of a key", ""});
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    if (key)
        return revokeKey(invocation, *key);
    const std::string& name = arguments[0];
    const auto done = invocation.catalog().revoke(name, core::SystemClock().now(), userName());
    if (!done)
        return console.fail(done.error());
    if (invocation.json())
        console.printJson({{"name", name}, {"state", "revoked"}});
    else
        console.printLine(fmt::format("{} is revoked and will not run any more", name));
    return DONE;
}

} // namespace

std::vector<Command> strategiesCommands()
{
    return {
        {"strategies list",
         "Lists the strategies that were found, with their trust.",
         {"", 0, 0, {}},
         list},
        {"strategies show",
         "Shows one strategy: its facts, its trust and its source.",
         {"NAME", 1, 1, {}},
         show},
        {"strategies new",
         "Writes a commented strategy to start from into the workspace. Overwrites nothing.",
         {"NAME", 1, 1, {}},
         create},
        {"strategies approve",
         "Allows the present bytes of a strategy file to run.",
         {"FILE", 1, 1, {{"note", "TEXT", "why, kept with the approval"}}},
         approve},
        {"strategies verify",
         "Checks that a file's bytes are approved or signed, and says by whom.",
         {"FILE", 1, 1, {}},
         verify},
        {"strategies revoke",
         "Withdraws the approval of a strategy, or the trust in a key and all it signed.",
         {"[NAME]", 0, 1, {{"key", "ID", "a key instead of a strategy; for good"}}},
         revoke},
    };
}

} // namespace app::cli
