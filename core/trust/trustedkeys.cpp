// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/trustedkeys.h"

#include "core/trust/minisigntext.h"
#include "core/trust/toldlist.h"
#include "core/trust/trustjournal.h"

#include <fmt/format.h>

#include <algorithm>

namespace core::trust {

using Json = nlohmann::json;

namespace {

Json toJson(const std::vector<TrustedKey>& keys)
{
    Json list = Json::array();
    for (const TrustedKey& key : keys)
        list.push_back({{"key", key.key.text()},
                        {"name", key.name},
                        {"note", key.note},
                        {"time", formatTimestamp(key.added)},
                        {"user", key.user},
                        {"revoked", key.revoked ? Json(formatTimestamp(*key.revoked)) : Json()}});
    return list;
}

/// Reads one key. Throws Json::exception where a field is missing or of another type.
Result<TrustedKey> keyFrom(const Json& entry)
{
    const auto key = PublicKey::parse(entry.at("key").get<std::string>());
    const auto added = parseTimestamp(entry.at("time").get<std::string>());
    if (!key)
        return key.error();
    if (!added)
        return added.error();
    TrustedKey trusted{
        *key,   entry.at("name").get<std::string>(), entry.at("note").get<std::string>(),
        *added, entry.at("user").get<std::string>(), {}};
    if (entry.at("revoked").is_null())
        return trusted;
    const auto revoked = parseTimestamp(entry.at("revoked").get<std::string>());
    if (!revoked)
        return revoked.error();
    trusted.revoked = *revoked;
    return trusted;
}

Result<std::vector<TrustedKey>> keysFrom(const Json& entries)
{
    try {
        std::vector<TrustedKey> keys;
        for (const Json& entry : entries) {
            auto key = keyFrom(entry);
            if (!key)
                return key.error();
            keys.push_back(std::move(*key));
        }
        return keys;
    } catch (const Json::exception&) {
        return Error{ErrorCode::Corrupt, "a trusted key lacks a field", ""};
    }
}

Result<void> checkTexts(const TrustedKey& key)
{
    if (key.name.empty())
        return Error{ErrorCode::InvalidInput, "the key needs a name", "Say whose it is."};
    for (const auto& [text, most] :
         {std::pair(std::string_view(key.name), TrustedKeys::MAX_NAME),
          std::pair(std::string_view(key.note), TrustedKeys::MAX_NOTE),
          std::pair(std::string_view(key.user), TrustedKeys::MAX_NAME)}) {
        if (!checkComment(text, most))
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("the key's name or note is longer than {} and {} bytes or holds "
                            "control characters; nothing was trusted",
                            TrustedKeys::MAX_NAME, TrustedKeys::MAX_NOTE),
                ""};
    }
    return {};
}

/// Why a key cannot join the list.
Result<void> checkNew(const std::vector<TrustedKey>& keys, const TrustedKey& fresh)
{
    for (const TrustedKey& other : keys) {
        const bool sameKey = other.key.point == fresh.key.point;
        if ((sameKey || other.key.id == fresh.key.id) && other.revoked)
            return Error{ErrorCode::Refused,
                         fmt::format("key {} ({}) was revoked on {}", other.key.id.hex(),
                                     other.name, formatTimestampSeconds(*other.revoked)),
                         "A revoked key is never trusted again; ask its owner for a new one."};
        if (sameKey)
            return Error{
                ErrorCode::AlreadyExists,
                fmt::format("key {} is trusted already, as {}", other.key.id.hex(), other.name),
                ""};
        if (other.key.id == fresh.key.id)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("another key with the ID {} is trusted, that of {}",
                                     other.key.id.hex(), other.name),
                         "IDs are random: somebody made this one to be mistaken for the other."};
        if (other.name == fresh.name && !other.revoked)
            return Error{
                ErrorCode::AlreadyExists,
                fmt::format("the name {} is that of key {}", other.name, other.key.id.hex()),
                "Choose another name, or revoke that key first."};
    }
    return {};
}

Error notTrusted(const KeyId& id)
{
    return {ErrorCode::NotFound, fmt::format("no trusted key has the ID {}", id.hex()), ""};
}

} // namespace

Result<TrustedKeys> TrustedKeys::open(const std::filesystem::path& folder)
{
    const auto entries = readTold(folder, TRUSTED_KEYS_LIST);
    if (!entries)
        return entries.error();
    auto keys = keysFrom(*entries);
    if (!keys)
        return keys.error();
    TrustedKeys trusted;
    trusted.m_folder = folder;
    trusted.m_keys = std::move(*keys);
    return trusted;
}

Result<void> TrustedKeys::restore(const std::filesystem::path& folder)
{
    return restoreTold(folder, TRUSTED_KEYS_LIST);
}

const TrustedKey* TrustedKeys::find(const KeyId& id) const
{
    const auto found =
        std::ranges::find(m_keys, id, [](const TrustedKey& key) { return key.key.id; });
    return found == m_keys.end() ? nullptr : &*found;
}

Result<void> TrustedKeys::change(const Change& change)
{
    // Another program may have written since this one read.
    std::vector<TrustedKey> keys;
    auto changed =
        changeTold(m_folder, TRUSTED_KEYS_LIST, [&](const Json& entries) -> Result<Json> {
            auto current = keysFrom(entries);
            if (!current)
                return current.error();
            keys = std::move(*current);
            if (auto done = change(keys); !done)
                return done.error();
            return toJson(keys);
        });
    if (changed)
        m_keys = std::move(keys);
    return changed;
}

Result<void> TrustedKeys::trust(TrustedKey key)
{
    if (auto texts = checkTexts(key); !texts)
        return texts;
    return change([&](std::vector<TrustedKey>& keys) -> Result<void> {
        if (auto fresh = checkNew(keys, key); !fresh)
            return fresh;
        if (auto told = TrustJournal(m_folder).keyTrusted(key); !told)
            return told;
        keys.push_back(std::move(key));
        return {};
    });
}

Result<void> TrustedKeys::revoke(const KeyId& id, Timestamp time, std::string_view user)
{
    // Asking first leaves no folder and no lock file behind where nothing was ever trusted.
    if (find(id) == nullptr)
        return notTrusted(id);
    return change([&](std::vector<TrustedKey>& keys) -> Result<void> {
        const auto found =
            std::ranges::find(keys, id, [](const TrustedKey& key) { return key.key.id; });
        if (found == keys.end() || found->revoked)
            return notTrusted(id);
        found->revoked = time;
        return TrustJournal(m_folder).keyRevoked(*found, user);
    });
}

} // namespace core::trust
