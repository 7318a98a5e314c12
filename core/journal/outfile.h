// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace core::journal {

/// A file that grows at its end, by way of a buffer that survives refused writes: what the disk did
/// not take stays in the buffer and goes out with the next flush, at the byte where it stopped.
class OutFile
{
public:
    /// How the file divides into records that must not be torn.
    enum class Records { Lines, Fixed };

    OutFile() = default;
    OutFile(OutFile&& other) noexcept;
    OutFile& operator=(OutFile&& other) noexcept;
    ~OutFile();

    /// Makes the file, mode 0600. Fails with AlreadyExists, Io. For Fixed, records of `recordSize`
    /// bytes follow the first `headerSize` bytes.
    [[nodiscard]] static Result<OutFile> create(const std::filesystem::path& file, Records records,
                                                std::size_t headerSize = 0,
                                                std::size_t recordSize = 0);

    /// Append here; the order of calls is the order in the file.
    [[nodiscard]] std::string& buffer() { return m_buffer; }
    [[nodiscard]] std::size_t buffered() const { return m_buffer.size(); }

    /// Writes the buffer. Returns 0, or the errno with which the disk refused; the rest is kept.
    [[nodiscard]] int flush();
    /// Waits until the disk has it. Returns 0 or the errno.
    [[nodiscard]] int sync();
    /// Drops what is not written and cuts the file behind its last whole record.
    void giveUp();

private:
    void noteWritten(std::string_view bytes);

    int m_file = -1;
    Records m_records = Records::Lines;
    std::size_t m_headerSize = 0;
    std::size_t m_recordSize = 0;
    std::string m_buffer;
    std::int64_t m_written = 0; ///< Bytes in the file.
    std::int64_t m_whole = 0;   ///< Of these, the ones that make whole records.
};

/// Replaces `file` by `text` in one step, synced to the disk. Fails with Io; the old file stays
/// then.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path& file, std::string_view text);

/// "No space left on device" and the like.
[[nodiscard]] std::string systemReason(int number);

} // namespace core::journal
