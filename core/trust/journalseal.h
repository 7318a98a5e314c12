// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journalseal.h"

#include <filesystem>

namespace core::trust {

class WorkspaceKey;

/// Writes the seal down, with a key that need not be on the disk yet.
[[nodiscard]] Result<void> writeSeal(const std::filesystem::path& folder, const journal::JournalEnd& end,
                                     const WorkspaceKey& key);

/// Where the workspace's journal ended, in <folder>/journal.seal, signed with the workspace's key. Before there is
/// such a key nothing was decided, and nothing is written down; it is made together with a seal, so that one without is
/// of a workspace older than seals, or its seal was taken away.
class WorkspaceSeal final : public journal::JournalSeal
{
public:
    explicit WorkspaceSeal(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    [[nodiscard]] Result<std::optional<journal::JournalEnd>> read() const override;
    [[nodiscard]] Result<void> write(const journal::JournalEnd& end) const override;

private:
    std::filesystem::path m_folder;
};

} // namespace core::trust
