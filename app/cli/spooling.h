// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/history/historywriter.h"

namespace app::cli {

/// Where batches wait for the invocation's server.
[[nodiscard]] std::filesystem::path spoolFolder(const Invocation& invocation);
/// What waits there; nothing where the history is a file.
[[nodiscard]] core::history::SpoolSize waiting(const Invocation& invocation);
/// Writes what earlier runs left in the spool, and says what it had to set aside. Fails with why it cannot be written;
/// it waits on, then.
[[nodiscard]] core::Result<void> settleSpool(const Invocation& invocation);

/// "3 batches with 1204 rows wait in the spool since 2024-01-01T00:00:00Z".
[[nodiscard]] std::string spoolWords(const core::history::SpoolSize& size);
[[nodiscard]] Json spoolJson(const core::history::SpoolSize& size);

} // namespace app::cli
