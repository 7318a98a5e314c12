// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/approvals.h"

#include "core/trust/approvalsfile.h"
#include "core/trust/toldlist.h"
#include "core/trust/trustjournal.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace core::trust {

namespace {

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
    if (approval.note.size() > MAX_APPROVAL_NOTE)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("the note has {} bytes, and may have {}; nothing was approved", approval.note.size(),
                                 MAX_APPROVAL_NOTE),
                     ""};
    return {};
}

const Approval* newestOf(const std::vector<Approval>& approvals, std::string_view name)
{
    const auto found = std::find_if(approvals.rbegin(), approvals.rend(), [name](const Approval& approval) {
        return approval.strategy == name;
    });
    return found == approvals.rend() ? nullptr : &*found;
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

} // namespace

std::string_view name(State state)
{
    switch (state) {
    case State::Unknown: return "unknown";
    case State::Approved: return "approved";
    case State::Signed: return "signed";
    case State::Changed: return "changed";
    case State::Revoked: return "revoked";
    case State::Invalid: return "invalid";
    }
    return "";
}

bool mayRun(State state)
{
    return state == State::Approved || state == State::Signed;
}

Result<Approvals> Approvals::open(const std::filesystem::path& folder)
{
    const auto entries = readTold(folder, APPROVALS_LIST);
    if (!entries)
        return entries.error();
    auto read = readApprovals(*entries);
    if (!read)
        return read.error();
    Approvals approvals;
    approvals.m_folder = folder;
    approvals.m_approvals = std::move(*read);
    return approvals;
}

Result<void> Approvals::restore(const std::filesystem::path& folder)
{
    return restoreTold(folder, APPROVALS_LIST);
}

const Approval* Approvals::find(std::string_view name) const
{
    return newestOf(m_approvals, name);
}

State Approvals::stateOf(std::string_view name, const Sha256Digest& sha256) const
{
    // A name is the bytes' own claim: withdrawn bytes stay withdrawn under another one.
    const auto ofBytes = std::find_if(m_approvals.rbegin(), m_approvals.rend(),
                                      [&](const Approval& approval) { return approval.sha256 == sha256; });
    if (ofBytes != m_approvals.rend() && ofBytes->revoked)
        return State::Revoked;
    const Approval* newest = find(name);
    if (newest == nullptr)
        return State::Unknown;
    if (newest->revoked)
        return State::Revoked;
    return newest->sha256 == sha256 ? State::Approved : State::Changed;
}

Result<void> Approvals::change(const Change& change)
{
    // Another program may have written since this one read.
    std::vector<Approval> approvals;
    auto changed = changeTold(m_folder, APPROVALS_LIST, [&](const auto& entries) -> Result<nlohmann::json> {
        auto current = readApprovals(entries);
        if (!current)
            return current.error();
        approvals = std::move(*current);
        if (auto done = change(approvals); !done)
            return done.error();
        return writeApprovals(approvals);
    });
    if (changed)
        m_approvals = std::move(approvals);
    return changed;
}

Result<void> Approvals::approve(Approval approval)
{
    if (auto texts = checkTexts(approval); !texts)
        return texts;
    return change([&](std::vector<Approval>& approvals) -> Result<void> {
        if (auto told = TrustJournal(m_folder).approved(approval); !told)
            return told;
        append(approvals, std::move(approval));
        return {};
    });
}

Result<void> Approvals::revoke(std::string_view name, Timestamp time, std::string_view user,
                               const std::optional<Approval>& present)
{
    const Error unknown{ErrorCode::NotFound,
                        fmt::format("no approval of \"{}\" is there to revoke", name), ""};
    // Asking first leaves no folder and no lock file behind where nothing was ever decided.
    if (find(name) == nullptr && !present)
        return unknown;
    return change([&](std::vector<Approval>& approvals) -> Result<void> {
        std::vector<Approval> withdrawn;
        const Approval* newest = newestOf(approvals, name);
        if (newest != nullptr && !newest->revoked)
            withdrawn.push_back(*newest);
        if (present && (withdrawn.empty() || withdrawn[0].sha256 != present->sha256))
            withdrawn.push_back(*present);
        if (withdrawn.empty())
            return unknown;
        for (Approval& decision : withdrawn) {
            decision.revoked = true;
            decision.time = time;
            // No odd name may keep a revocation from being written; the file is not looked for any more.
            decision.file = cleanUtf8(decision.file.native());
            // The note is the approver's.
            decision.user = cleanUtf8(user);
            decision.note.clear();
        }
        if (auto told = TrustJournal(m_folder).revoked(withdrawn); !told)
            return told;
        for (Approval& decision : withdrawn)
            append(approvals, std::move(decision));
        return {};
    });
}

} // namespace core::trust
