// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvalsfile.h"

#include <nlohmann/json.hpp>

namespace core::trust {

namespace {

using Json = nlohmann::json;

Json toJson(const Approval& approval)
{
    return {{"strategy", approval.strategy},   {"file", approval.file.string()},
            {"sha256", approval.sha256.hex()}, {"time", formatTimestamp(approval.time)},
            {"user", approval.user},           {"note", approval.note},
            {"source", approval.source},       {"revoked", approval.revoked}};
}

/// Reads one decision. Throws Json::exception where a field is missing or of another type.
Result<Approval> fromJson(const Json& json)
{
    const auto digest = Sha256Digest::parse(json.at("sha256").get<std::string>());
    const auto time = parseTimestamp(json.at("time").get<std::string>());
    if (!digest)
        return Error{ErrorCode::Corrupt, "a digest is malformed", ""};
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

} // namespace

Json writeApprovals(const std::vector<Approval>& approvals)
{
    Json list = Json::array();
    for (const Approval& approval : approvals)
        list.push_back(toJson(approval));
    return list;
}

Result<std::vector<Approval>> readApprovals(const Json& entries)
{
    try {
        std::vector<Approval> approvals;
        for (const Json& entry : entries) {
            auto approval = fromJson(entry);
            if (!approval)
                return approval.error();
            approvals.push_back(std::move(*approval));
        }
        return approvals;
    } catch (const Json::exception&) {
        return Error{ErrorCode::Corrupt, "an approval lacks a field", ""};
    }
}

} // namespace core::trust
