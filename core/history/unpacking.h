// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/bytesource.h"
#include "core/history/filehandle.h"

namespace core::history {

/// How a file is packed, by its first bytes.
enum class Packing { None, Gzip, Zip };

/// Looks at the first bytes and goes back to the start.
[[nodiscard]] Result<Packing> packingOf(FileHandle& file);

// Unpacking streams through buffers of fixed size. What unpacks to more than 200 times its file and a
// few MiB fails with Unsupported while it is read, damage and an early end with Corrupt.

/// The paths of a zip archive's files, folders left out. At most 100,000; a larger or damaged directory fails.
[[nodiscard]] Result<std::vector<std::string>> zipMembers(const std::filesystem::path& file);
/// Reads the member of that path.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> openMember(FileHandle file, const std::string& member);
[[nodiscard]] Result<std::unique_ptr<ByteSource>> openGzip(FileHandle file);

} // namespace core::history
