// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/equityfile.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace core::journal {

using portfolio::EquityPoint;

namespace {

constexpr std::string_view MAGIC = "QDEQUITY";
constexpr std::uint32_t VERSION = 1;
constexpr std::size_t FIXED_HEADER = 16;
constexpr std::size_t MAX_NAME = 256;

template <typename Integer> void appendLittle(std::string& out, Integer value)
{
    auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t i = 0; i < sizeof(value); ++i, bits = static_cast<decltype(bits)>(bits >> 8))
        out += static_cast<char>(bits & 0xFF);
}

template <typename Integer> Integer readLittle(const char* bytes)
{
    std::make_unsigned_t<Integer> bits = 0;
    for (std::size_t i = sizeof(bits); i-- > 0;)
        bits = static_cast<decltype(bits)>((bits << 8) | static_cast<std::uint8_t>(bytes[i]));
    return static_cast<Integer>(bits);
}

EquityPoint readPoint(const char* bytes)
{
    return {Timestamp(Nanoseconds(readLittle<std::int64_t>(bytes))),
            Money(readLittle<std::int64_t>(bytes + 8)), Money(readLittle<std::int64_t>(bytes + 16)),
            Money(readLittle<std::int64_t>(bytes + 24)),
            Money(readLittle<std::int64_t>(bytes + 32))};
}

std::size_t paddedHeader(std::size_t nameLength)
{
    return FIXED_HEADER + (nameLength + 7) / 8 * 8;
}

Error corrupt(const std::filesystem::path& file)
{
    return {ErrorCode::Corrupt, fmt::format("{} is not an equity file", file.string()),
            "It was left alone. Run the replay again to get a new one."};
}

} // namespace

std::string equityFileName(std::string_view strategy)
{
    return fmt::format("equity-{}.bin", strategy);
}

std::string equityHeader(std::string_view strategy)
{
    std::string out(MAGIC);
    appendLittle(out, VERSION);
    appendLittle(out, static_cast<std::uint32_t>(strategy.size()));
    out += strategy;
    out.resize(paddedHeader(strategy.size()), '\0');
    return out;
}

void appendPoints(std::string& out, std::span<const EquityPoint> points)
{
    static_assert(sizeof(EquityPoint) == EQUITY_POINT_BYTES);
    if constexpr (std::endian::native == std::endian::little) {
        const std::size_t start = out.size();
        out.resize(start + points.size_bytes());
        std::memcpy(out.data() + start, points.data(), points.size_bytes());
    } else {
        for (const EquityPoint& point : points) {
            appendLittle(out, static_cast<std::int64_t>(point.time.time_since_epoch().count()));
            for (const Money money :
                 {point.cash, point.equity, point.longExposure, point.shortExposure})
                appendLittle(out, money.count());
        }
    }
}

Result<EquityReader> EquityReader::open(const std::filesystem::path& file)
{
    EquityReader reader;
    reader.m_path = file;
    reader.m_file.open(file, std::ios::binary);
    if (!reader.m_file)
        return Error{ErrorCode::NotFound, fmt::format("{} cannot be read", file.string()),
                     "Check that the session's folder is complete."};
    std::string header(FIXED_HEADER, '\0');
    reader.m_file.read(header.data(), static_cast<std::streamsize>(FIXED_HEADER));
    if (!reader.m_file || !header.starts_with(MAGIC))
        return corrupt(file);
    const auto version = readLittle<std::uint32_t>(header.data() + 8);
    if (version != VERSION)
        return Error{ErrorCode::Unsupported,
                     fmt::format("{} has version {} of the equity format", file.string(), version),
                     "Open it with the newer Quarterdeck that wrote it."};
    const std::size_t length = readLittle<std::uint32_t>(header.data() + 12);
    if (length > MAX_NAME)
        return corrupt(file);
    reader.m_strategy.resize(paddedHeader(length) - FIXED_HEADER);
    reader.m_file.read(reader.m_strategy.data(),
                       static_cast<std::streamsize>(reader.m_strategy.size()));
    if (!reader.m_file)
        return corrupt(file);
    reader.m_strategy.resize(length);
    std::error_code fault;
    const std::uintmax_t bytes = std::filesystem::file_size(file, fault);
    if (fault || bytes < paddedHeader(length))
        return corrupt(file);
    reader.m_size = static_cast<std::int64_t>((bytes - paddedHeader(length)) / EQUITY_POINT_BYTES);
    return reader;
}

Result<void> EquityReader::read(std::vector<EquityPoint>& points, std::size_t most)
{
    const auto count = std::min(static_cast<std::int64_t>(most), m_size - m_done);
    points.clear();
    m_bytes.resize(static_cast<std::size_t>(count) * EQUITY_POINT_BYTES);
    m_file.read(m_bytes.data(), static_cast<std::streamsize>(m_bytes.size()));
    if (!m_file)
        return Error{ErrorCode::Io, fmt::format("{} cannot be read to its end", m_path.string()),
                     ""};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
        points.push_back(readPoint(m_bytes.data() + i * EQUITY_POINT_BYTES));
    m_done += count;
    return {};
}

std::vector<std::filesystem::path> equityFiles(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code fault;
    for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("equity-") && name.ends_with(".bin"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace core::journal
