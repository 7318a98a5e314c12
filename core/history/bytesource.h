// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace core::history {

/// Where the bytes of a text come from: a file as it lies there, or one that is unpacked on the way.
/// Belongs to one thread.
class ByteSource
{
public:
    virtual ~ByteSource() = default;
    /// Fills the buffer as far as it comes; 0 at the end. Fails with Io and, where something is packed,
    /// with Corrupt or Unsupported.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<char> buffer) = 0;
    /// How far it is in the file as it lies there, packed or not.
    [[nodiscard]] virtual std::int64_t bytesDone() const = 0;
    [[nodiscard]] virtual std::int64_t bytesTotal() const = 0;
    /// The name of what is read: the file's, or the path of its member.
    [[nodiscard]] virtual std::string name() const = 0;
};

/// Opens a file, or what is packed in it: gzip, or a member of a zip archive. Nothing is ever unpacked to
/// a disk. `member` names one of an archive, by its whole path or its last part; empty takes the only
/// CSV file. Fails with Io on what cannot be read, with InvalidInput on what is no file and where the
/// member is not certain, naming those there are.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> openSource(const std::filesystem::path& file,
                                                             const std::string& member);

/// The members of a zip archive that may hold candles or trades, in its order; empty for any other file.
[[nodiscard]] Result<std::vector<std::string>> membersOf(const std::filesystem::path& file);

} // namespace core::history
