// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvalsfile.h"

#include <nlohmann/json.hpp>
#include <sodium.h>

namespace core::trust {

namespace {

using Json = nlohmann::json;

/// Signed in front of the decisions, so that the signature means nothing elsewhere.
constexpr std::string_view DOMAIN = "quarterdeck approvals 1\n";

Json toJson(const Approval& approval)
{
    return {{"strategy", approval.strategy},
            {"file", approval.file.string()},
            {"sha256", approval.sha256.hex()},
            {"time", formatTimestamp(approval.time)},
            {"user", approval.user},
            {"note", approval.note},
            {"source", approval.source},
            {"revoked", approval.revoked}};
}

Result<Sha256Digest> parseDigest(std::string_view text)
{
    Sha256Digest digest;
    std::size_t length = 0;
    if (text.size() != digest.bytes.size() * 2 ||
        sodium_hex2bin(digest.bytes.data(), digest.bytes.size(), text.data(), text.size(), nullptr,
                       &length, nullptr) != 0 ||
        length != digest.bytes.size())
        return Error{ErrorCode::Corrupt, "a digest is malformed", ""};
    return digest;
}

/// Reads one decision. Throws Json::exception where a field is missing or of another type.
Result<Approval> fromJson(const Json& json)
{
    const auto digest = parseDigest(json.at("sha256").get<std::string>());
    const auto time = parseTimestamp(json.at("time").get<std::string>());
    if (!digest)
        return digest.error();
    if (!time)
        return time.error();
    Approval approval;
    approval.strategy = json.at("strategy").get<std::string>();
    approval.file = json.at("file").get<std::string>();
    approval.sha256 = *digest;
    approval.time = *time;
    approval.user = json.at("user").get<std::string>();
    approval.note = json.at("note").get<std::string>();
    approval.source = json.at("source").get<std::string>();
    approval.revoked = json.at("revoked").get<bool>();
    return approval;
}

Result<std::vector<Approval>> parseApprovals(std::string_view text)
{
    const Error malformed{ErrorCode::Corrupt, "the file is not as it was written", ""};
    try {
        const Json document = Json::parse(text);
        std::vector<Approval> approvals;
        for (const Json& entry : document.at("approvals")) {
            auto approval = fromJson(entry);
            if (!approval)
                return malformed;
            approvals.push_back(std::move(*approval));
        }
        return approvals;
    } catch (const Json::exception&) {
        return malformed;
    }
}

/// The signature as the file states it; empty when there is none.
std::string statedSignature(std::string_view text)
{
    const Json document = Json::parse(text, nullptr, false);
    if (!document.is_object() || !document.contains("signature") ||
        !document["signature"].is_string())
        return {};
    return document["signature"].get<std::string>();
}

Json decisions(const std::vector<Approval>& approvals)
{
    Json list = Json::array();
    for (const Approval& approval : approvals)
        list.push_back(toJson(approval));
    return list;
}

} // namespace

std::string writeApprovals(const std::vector<Approval>& approvals, const WorkspaceKey& key)
{
    const Json list = decisions(approvals);
    const Json document = {{"format", 1},
                           {"signature", key.sign(std::string(DOMAIN) + list.dump())},
                           {"approvals", list}};
    return document.dump(1) + "\n";
}

Result<std::vector<Approval>> readApprovals(std::string_view text, const WorkspaceKey& key)
{
    auto approvals = parseApprovals(text);
    if (!approvals)
        return approvals.error();
    const std::string message = std::string(DOMAIN) + decisions(*approvals).dump();
    if (!key.verifies(message, statedSignature(text)))
        return Error{ErrorCode::Corrupt, "its signature does not match", ""};
    // Ed25519 signs the same message the same way: the file must be what this key would write.
    if (writeApprovals(*approvals, key) != text)
        return Error{ErrorCode::Corrupt, "the file is not as it was written", ""};
    return approvals;
}

} // namespace core::trust
