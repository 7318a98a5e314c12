// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/journalseal.h"

#include "core/trust/securefile.h"
#include "core/trust/workspacekey.h"

#include <charconv>

#include <fmt/format.h>

namespace core::trust {

using journal::JournalEnd;

namespace {

constexpr std::size_t MAX_SEAL = 1024;

std::filesystem::path fileOf(const std::filesystem::path& folder)
{
    return folder / "journal.seal";
}

std::string textOf(const JournalEnd& end, const WorkspaceKey& key)
{
    const std::string message = fmt::format("quarterdeck journal 1\n{}\n{}", end.seq, end.chain.hex());
    return fmt::format("{} {} {}\n", end.seq, end.chain.hex(), key.sign(message));
}

/// The end that the text names, whoever wrote it.
std::optional<JournalEnd> parse(std::string_view text)
{
    JournalEnd end;
    const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), end.seq);
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    if (fault != std::errc() || end.seq < 0 || !text.starts_with(' '))
        return std::nullopt;
    const auto chain = Sha256Digest::parse(text.substr(1, 64));
    if (!chain)
        return std::nullopt;
    end.chain = *chain;
    return end;
}

} // namespace

Result<std::optional<JournalEnd>> WorkspaceSeal::read() const
{
    const auto key = WorkspaceKey::open(m_folder);
    if (!key && key.error().code == ErrorCode::NotFound)
        return std::optional<JournalEnd>();
    const auto text = readRegularFile(fileOf(m_folder), MAX_SEAL);
    if (!text && text.error().code == ErrorCode::NotFound)
        return Error{ErrorCode::Corrupt,
                     fmt::format("{} is gone, or the workspace is older than seals", fileOf(m_folder).string()), ""};
    if (!text)
        return text.error();
    const auto end = parse(*text);
    if (!key || !end || textOf(*end, *key) != *text)
        return Error{ErrorCode::Corrupt,
                     fmt::format("{} was not written by this workspace", fileOf(m_folder).string()), ""};
    return end;
}

Result<void> WorkspaceSeal::write(const JournalEnd& end) const
{
    const auto key = WorkspaceKey::open(m_folder);
    if (!key && key.error().code == ErrorCode::NotFound)
        return {};
    if (!key)
        return key.error();
    return writeSeal(m_folder, end, *key);
}

Result<void> writeSeal(const std::filesystem::path& folder, const JournalEnd& end, const WorkspaceKey& key)
{
    return replaceFile(fileOf(folder), textOf(end, key));
}

} // namespace core::trust
