// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/journalseal.h"

#include <filesystem>

namespace core::trust {

/// Where the workspace's journal ended, in <folder>/journal.seal, signed with the workspace's key. Before there is
/// such a key nothing was decided, and nothing is written down.
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
