// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sha256.h"
#include "core/strategy/strategy.h"

#include <string>
#include <string_view>

namespace core::strategy {

/// Reads what a plugin declares from the metadata in its bytes; none of its code runs. Fails with StrategyFailed when
/// they are no plugin, or one for another version of the interface, when other files would be loaded with it (libraries
/// but Qt Core and the system's C and C++ ones, an RPATH or a RUNPATH), or when the declaration breaks the rules of
/// declarations; with Io when there is no room for the copy that is read. `fileName` appears in messages.
[[nodiscard]] Result<Metadata> readNativeMetadata(std::string_view fileName, std::string_view bytes);

/// Loads a plugin for good (its code runs, with everything the user may do) and makes instances of its strategy. The
/// same bytes, told by their hash, are mapped once a program. Fails with StrategyFailed and the system's reason.
/// Thread-safe. `name` is the strategy's, for messages.
[[nodiscard]] Result<StrategyFactory> loadNative(std::string name, std::string_view bytes,
                                                 const Sha256Digest& sha256);

} // namespace core::strategy
