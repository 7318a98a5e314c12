// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core::trust {

/// The workspace's own Ed25519 key, in <folder>/workspace.key (mode 0600). It vouches that a file was
/// written by this workspace's programs. Wiped from memory when destroyed.
class WorkspaceKey
{
public:
    /// Fails with NotFound when there is no key yet, with Corrupt when the file holds something else.
    [[nodiscard]] static Result<WorkspaceKey> open(const std::filesystem::path& folder);
    /// The existing key, or a new one. The folder must exist and be locked.
    [[nodiscard]] static Result<WorkspaceKey> openOrCreate(const std::filesystem::path& folder);

    WorkspaceKey(const WorkspaceKey&) = default;
    WorkspaceKey& operator=(const WorkspaceKey&) = default;
    ~WorkspaceKey();

    /// The signature of `message` in hexadecimal.
    [[nodiscard]] std::string sign(std::string_view message) const;
    [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

private:
    explicit WorkspaceKey(const std::array<std::uint8_t, 32>& seed);
    std::array<std::uint8_t, 32> m_public{};
    std::array<std::uint8_t, 64> m_secret{};
};

} // namespace core::trust
