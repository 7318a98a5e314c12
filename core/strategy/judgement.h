// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/catalog.h"
#include "core/trust/trustedkeys.h"

#include <filesystem>
#include <string>

/// How the catalog comes to what it says about one file.
namespace core::strategy {

/// One path per file, however it was written; the file's own name is not resolved, so that a symbolic
/// link is seen as one.
[[nodiscard]] std::filesystem::path identity(const std::filesystem::path& file);

/// True of scripts and plugins by their names.
[[nodiscard]] bool isStrategyFile(const std::filesystem::path& file);

/// What the user decided: whose bytes and whose signatures count.
struct Decisions
{
    trust::Approvals approvals;
    trust::TrustedKeys keys;
};

[[nodiscard]] Result<Decisions> readDecisions(const std::filesystem::path& folder);

/// An entry with the bytes that it was judged by.
struct Judged
{
    CatalogEntry entry;
    std::string bytes;
};

/// Reads and judges one file; nothing of a plugin runs.
[[nodiscard]] Judged judge(const std::filesystem::path& file, const Decisions& decisions);

} // namespace core::strategy
