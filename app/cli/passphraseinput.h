// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/options.h"
#include "core/trust/secret.h"

#include <string_view>
#include <vector>

namespace app::cli {

/// The options by which a command is given a passphrase; never on the command line itself, which
/// every user of the machine can read.
[[nodiscard]] std::vector<OptionSpec> passphraseOptions();

enum class Asking {
    Once,
    Twice ///< For a new passphrase: a slip of the finger would lock its key for good.
};

/// The passphrase from --passphrase-file, from --passphrase-fd, or asked for on the terminal
/// without echo. Fails with InvalidInput when both were given, the two answers differ, or there is
/// no terminal; otherwise as core::trust::Passphrase does.
[[nodiscard]] core::Result<core::trust::Passphrase>
passphraseOf(const Options& options, std::string_view prompt, Asking asking);

} // namespace app::cli
