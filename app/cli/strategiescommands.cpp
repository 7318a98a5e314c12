// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/strategyoutput.h"

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
        console.printLine(fmt::format("{:<20} {:<9} {:<6} {:<8} {}  {}", shown(entry.name),
                                      trust::name(entry.state), strategy::name(entry.kind),
                                      shown(entry.metadata.version),
                                      entry.sha256.hex().substr(0, SHORT_HASH),
                                      shown(entry.file.string())));
        if (entry.state == trust::State::Signed)
            console.printLine(fmt::format("  {}", signatureLine(entry.signature)));
        if (!entry.reason.empty())
            console.printLine(fmt::format("  {}", shown(entry.reason)));
    }
    return DONE;
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
    if (entry->kind == strategy::Kind::Lua)
        console.print("\n" + visibleSource(entry->source));
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
        console.printLine(fmt::format("{} written: change it, then approve it", shown(file->string())));
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
        console.printLine(fmt::format("{} approved{}: {}", entry->name,
                                      entry->kind == strategy::Kind::Native ? ", native" : "",
                                      entry->sha256.hex()));
    return DONE;
}

/// A file that may not run, as a failure.
core::Error notApproved(const strategy::CatalogEntry& entry)
{
    return {core::ErrorCode::Refused,
            fmt::format("{} is {}{}{}", shown(entry.file.string()), trust::name(entry.state),
                        entry.reason.empty() ? "" : ": ", shown(entry.reason)),
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
    if (auto done = keys->revoke(*id, core::SystemClock().now(), userName()); !done)
        return console.fail(done.error());
    if (invocation.json())
        console.printJson({{"id", id->hex()}, {"state", "revoked"}});
    else
        console.printLine(
            fmt::format("key {} ({}) is revoked: what it signed will not run any more", id->hex(),
                        shown(keys->find(*id)->name)));
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
        console.printLine(fmt::format("{} is revoked and will not run any more", shown(name)));
    return DONE;
}

} // namespace

std::vector<Command> strategiesCommands()
{
    return {
        {"strategies list",
         "Lists the strategies that were found, scripts and native plugins, with their trust.",
         {"", 0, 0, {}},
         list},
        {"strategies show",
         "Shows one strategy: its facts, its trust and, of a script, its source.",
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
