// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvals.h"

#include "core/trust/approvalsfile.h"
#include "core/trust/securefile.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace core::trust {

namespace {

/// Room for thousands of approved scripts; more is not a whitelist.
constexpr std::size_t MAX_APPROVALS_FILE = 256U << 20;

std::filesystem::path approvalsFile(const std::filesystem::path& folder)
{
    return folder / "approvals.json";
}

Error corrupt(const std::filesystem::path& file, std::string_view why)
{
    return {ErrorCode::Corrupt,
            fmt::format("{} was refused whole, nothing counts as approved: {}", file.string(), why),
            "If you did not edit it, somebody else did. Move it away and approve your strategies again."};
}

Result<void> checkTexts(const Approval& approval)
{
    for (const std::string_view text :
         {std::string_view(approval.strategy), std::string_view(approval.file.native()),
          std::string_view(approval.user), std::string_view(approval.note),
          std::string_view(approval.source)}) {
        if (!isUtf8(text))
            return Error{ErrorCode::InvalidInput,
                         "the approval holds text that is not valid UTF-8; nothing was approved",
                         "Check the file's name, the user's name and the note."};
    }
    return {};
}

/// Appends a decision. Only the newest one about a strategy keeps its source: the diff needs no more.
void append(std::vector<Approval>& approvals, Approval approval)
{
    for (Approval& earlier : approvals) {
        if (earlier.strategy == approval.strategy)
            earlier.source.clear();
    }
    approvals.push_back(std::move(approval));
}

/// Signs and writes. The folder must be locked.
Result<void> save(const std::filesystem::path& folder, const std::vector<Approval>& approvals)
{
    const auto key = WorkspaceKey::openOrCreate(folder);
    if (!key)
        return key.error();
    return replaceFile(approvalsFile(folder), writeApprovals(approvals, *key));
}

} // namespace

std::string_view name(State state)
{
    switch (state) {
    case State::Unknown: return "unknown";
    case State::Approved: return "approved";
    case State::Changed: return "changed";
    case State::Revoked: return "revoked";
    case State::Invalid: return "invalid";
    }
    return "";
}

Result<Approvals> Approvals::open(const std::filesystem::path& folder)
{
    Approvals approvals;
    approvals.m_folder = folder;
    const auto file = approvalsFile(folder);
    const auto text = readRegularFile(file, MAX_APPROVALS_FILE);
    if (!text && text.error().code == ErrorCode::NotFound)
        return approvals;
    if (!text)
        return text.error();
    const auto key = WorkspaceKey::open(folder);
    if (!key && key.error().code == ErrorCode::NotFound)
        return corrupt(file, "the key it was signed with, workspace.key, is gone");
    if (!key)
        return key.error();
    auto read = readApprovals(*text, *key);
    if (!read)
        return corrupt(file, read.error().what);
    approvals.m_approvals = std::move(*read);
    return approvals;
}

const Approval* Approvals::find(std::string_view name) const
{
    const auto found = std::find_if(m_approvals.rbegin(), m_approvals.rend(),
                                    [name](const Approval& approval) { return approval.strategy == name; });
    return found == m_approvals.rend() ? nullptr : &*found;
}

State Approvals::stateOf(std::string_view name, const Sha256Digest& sha256) const
{
    const Approval* newest = find(name);
    if (newest == nullptr)
        return State::Unknown;
    if (newest->revoked)
        return State::Revoked;
    if (newest->sha256 == sha256)
        return State::Approved;
    const bool withdrawn = std::ranges::any_of(m_approvals, [&](const Approval& approval) {
        return approval.revoked && approval.strategy == name && approval.sha256 == sha256;
    });
    return withdrawn ? State::Revoked : State::Changed;
}

Result<void> Approvals::approve(Approval approval)
{
    if (auto texts = checkTexts(approval); !texts)
        return texts;
    if (auto made = makePrivateFolder(m_folder); !made)
        return made;
    const auto lock = lockFolder(m_folder);
    if (!lock)
        return lock.error();
    // Another program may have written since this one read.
    auto current = open(m_folder);
    if (!current)
        return current.error();
    append(current->m_approvals, std::move(approval));
    if (auto saved = save(m_folder, current->m_approvals); !saved)
        return saved;
    m_approvals = std::move(current->m_approvals);
    return {};
}

Result<void> Approvals::revoke(std::string_view name, Timestamp time)
{
    const Error unknown{ErrorCode::NotFound,
                        fmt::format("no approval of \"{}\" is there to revoke", name), ""};
    // Asking first leaves no folder and no lock file behind where nothing was ever approved.
    if (find(name) == nullptr)
        return unknown;
    const auto lock = lockFolder(m_folder);
    if (!lock)
        return lock.error();
    auto current = open(m_folder);
    if (!current)
        return current.error();
    const Approval* newest = current->find(name);
    if (newest == nullptr || newest->revoked)
        return unknown;
    Approval decision = *newest;
    decision.revoked = true;
    decision.time = time;
    append(current->m_approvals, std::move(decision));
    if (auto saved = save(m_folder, current->m_approvals); !saved)
        return saved;
    m_approvals = std::move(current->m_approvals);
    return {};
}

} // namespace core::trust
