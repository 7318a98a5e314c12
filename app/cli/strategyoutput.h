// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/console.h"
#include "core/strategy/catalog.h"

#include <string>
#include <string_view>

namespace app::cli {

/// A strategy with its trust, as `strategies` prints it with --json.
[[nodiscard]] Json toJson(const core::strategy::CatalogEntry& entry);

/// The same for people, source apart.
void printEntry(Console& console, const core::strategy::CatalogEntry& entry);

/// A name or text from outside on one line, with whatever a terminal would act on replaced or spelled out.
[[nodiscard]] std::string shown(std::string_view text);

/// Who signed and what with, or why that does not count; empty when nobody did.
[[nodiscard]] std::string signatureLine(const core::trust::SignatureCheck& check);

} // namespace app::cli
