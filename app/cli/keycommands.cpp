// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/passphraseinput.h"
#include "app/cli/strategyoutput.h"

#include "core/trust/keypair.h"
#include "core/trust/refusedlists.h"

#include <fmt/format.h>

namespace app::cli {

namespace fs = std::filesystem;
namespace trust = core::trust;
using core::Result;

namespace {

constexpr std::string_view SLOW = "stretching the passphrase (1 GB of memory, some seconds)";

Json toJson(const trust::TrustedKey& key)
{
    return {{"id", key.key.id.hex()},
            {"name", key.name},
            {"state", key.revoked ? "revoked" : "trusted"},
            {"note", key.note},
            {"time", core::formatTimestampShort(key.added)},
            {"user", key.user},
            {"revoked", key.revoked ? Json(core::formatTimestampShort(*key.revoked)) : Json()},
            {"key", key.key.text()}};
}

int keygen(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto out = invocation.options().text("out");
    if (!out) {
        // Makes the workspace where there is none; its decisions are not touched, so no lock is
        // needed.
        const auto workspace =
            core::Workspace::open(invocation.folder(), core::Workspace::Access::ReadIfBusy);
        if (!workspace)
            return console.fail(workspace.error());
    }
    const auto passphrase =
        passphraseOf(invocation.options(), "Passphrase for the new key", Asking::Twice);
    if (!passphrase)
        return console.fail(passphrase.error());
    console.progress(SLOW, 0.0);
    const auto files = trust::createKeyPair(
        out ? fs::path(*out) : invocation.folder() / "keys",
        invocation.options().text("name").value_or("quarterdeck"), *passphrase);
    console.endProgress();
    if (!files)
        return console.fail(files.error());
    if (invocation.json()) {
        console.printJson({{"id", files->key.id.hex()},
                           {"key", files->key.text()},
                           {"secret_file", files->secretFile.string()},
                           {"public_file", files->publicFile.string()}});
        return DONE;
    }
    console.printLine(fmt::format("key     {}", files->key.id.hex()));
    console.printLine(fmt::format("secret  {}: keep it and its passphrase to yourself",
                                  shown(files->secretFile.string())));
    console.printLine(
        fmt::format("public  {}: give it to whoever is to trust you", shown(files->publicFile.string())));
    console.printLine(fmt::format("        {}", files->key.text()));
    return DONE;
}

Result<trust::SecretKey> openKey(const Invocation& invocation)
{
    const auto encrypted = trust::EncryptedKey::readFile(*invocation.options().text("key"));
    if (!encrypted)
        return encrypted.error();
    const auto passphrase =
        passphraseOf(invocation.options(), "Passphrase of the key", Asking::Once);
    if (!passphrase)
        return passphrase.error();
    invocation.console().progress(SLOW, 0.0);
    auto key = encrypted->decrypt(*passphrase);
    invocation.console().endProgress();
    return key;
}

int sign(Invocation& invocation)
{
    Console& console = invocation.console();
    std::error_code fault;
    const fs::path file = fs::absolute(invocation.options().arguments()[0], fault);
    // What cannot be signed is found before anybody types a passphrase.
    const auto inspected = invocation.catalog().inspect(file);
    if (!inspected || inspected->state == trust::State::Invalid)
        return console.fail(inspected ? core::Error{core::ErrorCode::Refused,
                                                    fmt::format("{} cannot be signed: {}",
                                                                shown(file.string()), shown(inspected->reason)),
                                                    ""}
                                      : inspected.error());
    const auto key = openKey(invocation);
    if (!key)
        return console.fail(key.error());
    const auto entry = invocation.catalog().sign(file, *key, core::SystemClock().now(),
                                                 invocation.options().text("comment").value_or(""),
                                                 inspected->sha256);
    if (!entry)
        return console.fail(entry.error());
    const fs::path signature = trust::signatureFileOf(entry->file);
    if (invocation.json()) {
        console.printJson({{"name", entry->name},
                           {"state", trust::name(entry->state)},
                           {"sha256", entry->sha256.hex()},
                           {"key_id", key->publicKey().id.hex()},
                           {"signature_file", signature.string()}});
        return DONE;
    }
    console.printLine(fmt::format("{} signed with key {}: {}", shown(entry->name),
                                  key->publicKey().id.hex(), shown(signature.string())));
    if (entry->signature.outcome == trust::SignatureOutcome::UnknownKey)
        console.printLine(
            "This workspace does not trust that key: see quarterdeck-cli strategies trust.");
    return DONE;
}

int trustKey(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    const std::string& named = invocation.options().arguments()[0];
    std::error_code fault;
    const auto key = named.starts_with("RW") && !fs::exists(named, fault)
                         ? trust::PublicKey::parse(named)
                         : trust::PublicKey::readFile(named);
    if (!key)
        return console.fail(key.error());
    auto keys = trust::TrustedKeys::open(invocation.trustFolder());
    if (!keys)
        return console.fail(keys.error());
    const trust::TrustedKey trusted{*key,
                                    invocation.options().text("name").value_or(key->id.hex()),
                                    invocation.options().text("note").value_or(""),
                                    core::SystemClock().now(),
                                    userName(),
                                    {}};
    if (auto added = keys->trust(trusted); !added)
        return console.fail(added.error());
    if (invocation.json())
        console.printJson(toJson(trusted));
    else
        console.printLine(fmt::format("key {} is trusted as {}: what it signs will run",
                                      key->id.hex(), shown(trusted.name)));
    return DONE;
}

int listKeys(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto keys = trust::TrustedKeys::open(invocation.trustFolder());
    if (!keys)
        return console.fail(keys.error());
    if (invocation.json()) {
        Json all = Json::array();
        for (const trust::TrustedKey& key : keys->all())
            all.push_back(toJson(key));
        console.printJson({{"keys", all}});
        return DONE;
    }
    for (const trust::TrustedKey& key : keys->all()) {
        console.printLine(fmt::format("{}  {:<8} {:<20} since {}", key.key.id.hex(),
                                      key.revoked ? "revoked" : "trusted", shown(key.name),
                                      core::formatTimestampSeconds(key.added)));
        if (key.revoked)
            console.printLine(
                fmt::format("  revoked {}", core::formatTimestampSeconds(*key.revoked)));
        if (!key.note.empty())
            console.printLine(fmt::format("  {}", shown(key.note)));
    }
    return DONE;
}

int restore(Invocation& invocation)
{
    Console& console = invocation.console();
    const auto workspace = invocation.openWorkspace();
    if (!workspace)
        return console.fail(workspace.error());
    const auto restored = trust::restoreLists(invocation.trustFolder());
    if (!restored)
        return console.fail(restored.error());
    if (restored->empty())
        return console.fail({core::ErrorCode::NotFound,
                             "nothing was restored: no list of this workspace is refused", ""});
    if (invocation.json())
        console.printJson({{"restored", *restored}});
    for (const std::string& file : *restored) {
        if (!invocation.json())
            console.printLine(fmt::format("{} is as it last was; what was refused lies beside it", shown(file)));
    }
    return DONE;
}

} // namespace

std::vector<Command> keyCommands()
{
    std::vector<OptionSpec> keygenOptions = {
        {"name", "NAME", "of the files, NAME.key and NAME.pub (default: quarterdeck)"},
        {"out", "DIR", "their folder (default: keys in the workspace)"}};
    std::vector<OptionSpec> signOptions = {
        {"key", "FILE", "the secret key, minisign's or one of keygen's", false, true},
        {"comment", "TEXT",
         "signed too and shown with it (default: the time and the file's name)"}};
    for (auto* options : {&keygenOptions, &signOptions}) {
        for (const OptionSpec& option : passphraseOptions())
            options->push_back(option);
    }
    return {
        {"strategies keygen",
         "Makes a key to sign strategies with; minisign can use it too.",
         {"", 0, 0, std::move(keygenOptions)},
         keygen},
        {"strategies sign",
         "Signs the present bytes of a strategy file, into FILE.minisig.",
         {"FILE", 1, 1, std::move(signOptions)},
         sign},
        {"strategies trust",
         "Lets strategies run that a key has signed. KEY is a .pub file or its line RWQ….",
         {"KEY",
          1,
          1,
          {{"name", "NAME", "whose it is (default: the key's ID)"},
           {"note", "TEXT", "how you know, kept with the key"}}},
         trustKey},
        {"strategies keys",
         "Lists the keys that are trusted or revoked.",
         {"", 0, 0, {}},
         listKeys},
        {"strategies restore",
         "Brings back the last good approvals or keys where a damaged file is refused.",
         {"", 0, 0, {}},
         restore},
    };
}

} // namespace app::cli
