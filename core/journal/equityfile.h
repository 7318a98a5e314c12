// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/portfolio/equitypoint.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::journal {

/// The bytes of one point: time in nanoseconds since the epoch, cash, equity, long exposure, short
/// exposure as counts of 1e-8, each a little-endian int64.
inline constexpr std::size_t EQUITY_POINT_BYTES = 40;

/// equity-<strategy>.bin
[[nodiscard]] std::string equityFileName(std::string_view strategy);
/// "QDEQUITY", version and length of the name (little-endian uint32 each), the name, zeros to a
/// multiple of eight bytes. The points follow.
[[nodiscard]] std::string equityHeader(std::string_view strategy);
void appendPoints(std::string& out, std::span<const portfolio::EquityPoint> points);

/// Reads an equity file from its start, in pieces. A torn last point is left out.
class EquityReader
{
public:
    /// Fails with NotFound, Io, Corrupt (no equity file), Unsupported (a newer version).
    [[nodiscard]] static Result<EquityReader> open(const std::filesystem::path& file);

    [[nodiscard]] const std::string& strategy() const { return m_strategy; }
    /// Whole points in the file when it was opened.
    [[nodiscard]] std::int64_t size() const { return m_size; }
    /// Replaces `points` by the next ones, at most `most`; empty at the end. Fails with Io.
    [[nodiscard]] Result<void> read(std::vector<portfolio::EquityPoint>& points,
                                    std::size_t most = 4096);

private:
    EquityReader() = default;
    std::ifstream m_file;
    std::filesystem::path m_path;
    std::string m_strategy;
    std::string m_bytes;
    std::int64_t m_size = 0;
    std::int64_t m_done = 0;
};

/// The equity files of a session folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> equityFiles(const std::filesystem::path& folder);

} // namespace core::journal
