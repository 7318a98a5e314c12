// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/history/spoolrecord.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace core::history {

/// The version of the segments that this program writes. It reads this one.
inline constexpr std::uint32_t SPOOL_VERSION = 1;

/// Where a record lies in its segment.
struct SpoolEntry
{
    std::int64_t offset = 0; ///< Of its payload.
    std::uint32_t length = 0;
    Timestamp spooledAt;
    std::int64_t rows = 0;
};

/// What was found in a segment.
struct SpoolScan
{
    enum class Rest {
        None,
        Torn,   ///< A last record that was never whole, as a kill leaves it; nobody was told that it is kept.
        Damaged ///< Bytes that once were records and no longer are, in between or at the end.
    };
    std::vector<SpoolEntry> entries; ///< The good ones, in order.
    std::int64_t end = 0;            ///< Behind the last record, or behind the header.
    Rest rest = Rest::None;
};

/// One file of the spool, which grows at its end:
///
///     "QDSPOOL\n", version and length of the database's name (uint32 each), the name, SHA-256 of all that
///     length, its complement (uint32 each), SHA-256 of the payload, the payload: encode() of a record
///     …
///
/// with little-endian numbers. Only whole records that the disk has are acknowledged.
class SpoolSegment
{
public:
    /// Makes the file, mode 0600, and waits until the disk has it. Fails with Io.
    [[nodiscard]] static Result<SpoolSegment> create(const std::filesystem::path& file, std::string_view database);
    /// Opens one that scan() found in order up to `end`, to append to. Fails with Io.
    [[nodiscard]] static Result<SpoolSegment> openAt(const std::filesystem::path& file, std::int64_t end);
    /// Reads a whole file. Fails with Unsupported where a newer program wrote it, with Io where it cannot be read.
    [[nodiscard]] static Result<SpoolScan> scan(const std::filesystem::path& file, std::string_view database);
    /// Reads one record again. Fails with Io or Corrupt.
    [[nodiscard]] static Result<SpoolRecord> read(const std::filesystem::path& file, const SpoolEntry& entry);

    SpoolSegment(SpoolSegment&& other) noexcept;
    SpoolSegment& operator=(SpoolSegment&& other) noexcept;
    ~SpoolSegment();

    /// Appends a record's payload and waits until the disk has it. What the disk did not take whole is cut off again.
    /// Fails with Io.
    [[nodiscard]] Result<SpoolEntry> append(std::string_view payload);
    [[nodiscard]] std::int64_t size() const { return m_size; }
    /// How many bytes a payload takes with its head.
    [[nodiscard]] static std::int64_t sizeOf(std::size_t payload);

private:
    SpoolSegment(std::filesystem::path file, int descriptor, std::int64_t size)
        : m_file(std::move(file)), m_descriptor(descriptor), m_size(size)
    {}
    [[nodiscard]] Result<void> add(std::string_view bytes);

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::int64_t m_size = 0;
};

/// Waits until the disk has what was made, renamed and deleted in a folder. False when it refuses.
[[nodiscard]] bool syncFolder(const std::filesystem::path& folder);

} // namespace core::history
