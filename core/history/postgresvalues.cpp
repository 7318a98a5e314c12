// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/postgresvalues.h"

#include <array>
#include <bit>

namespace core::history {

namespace {

/// Appends a number, most significant byte first.
template <typename Word> void append(std::string& bytes, Word word)
{
    std::array<char, sizeof(Word)> big{};
    for (std::size_t i = sizeof(Word); i > 0; --i, word = static_cast<Word>(word >> 8))
        big[i - 1] = static_cast<char>(word & 0xff);
    bytes.append(big.data(), big.size());
}

/// Appends a value as arrays and COPY have it, behind its length.
template <typename Word> void appendSized(std::string& bytes, Word word)
{
    append(bytes, std::uint32_t(sizeof word));
    append(bytes, word);
}

} // namespace

void PostgresValues::add(std::int64_t value)
{
    m_offsets.push_back(m_bytes.size());
    m_lengths.push_back(sizeof value);
    append(m_bytes, static_cast<std::uint64_t>(value));
}

void PostgresValues::add(std::int32_t value)
{
    m_offsets.push_back(m_bytes.size());
    m_lengths.push_back(sizeof value);
    append(m_bytes, static_cast<std::uint32_t>(value));
}

void PostgresValues::beginArray(std::uint32_t type, std::size_t count)
{
    m_offsets.push_back(m_bytes.size());
    append(m_bytes, std::uint32_t(1)); // Dimensions.
    append(m_bytes, std::uint32_t(0)); // Has no nulls.
    append(m_bytes, type);
    append(m_bytes, static_cast<std::uint32_t>(count));
    append(m_bytes, std::uint32_t(1)); // The lower bound.
}

void PostgresValues::element(std::int64_t value)
{
    appendSized(m_bytes, static_cast<std::uint64_t>(value));
}

void PostgresValues::element(std::int32_t value)
{
    appendSized(m_bytes, static_cast<std::uint32_t>(value));
}

void PostgresValues::element(double value)
{
    appendSized(m_bytes, std::bit_cast<std::uint64_t>(value));
}

PostgresRows::PostgresRows() : m_bytes("PGCOPY\n\377\r\n", 10)
{
    m_bytes.push_back('\0');
    append(m_bytes, std::uint32_t(0)); // Flags.
    append(m_bytes, std::uint32_t(0)); // The length of what else the head has.
}

void PostgresRows::beginRow(std::int16_t fields)
{
    append(m_bytes, static_cast<std::uint16_t>(fields));
}

void PostgresRows::field(std::int64_t value)
{
    appendSized(m_bytes, static_cast<std::uint64_t>(value));
}

void PostgresRows::field(std::int32_t value)
{
    appendSized(m_bytes, static_cast<std::uint32_t>(value));
}

void PostgresRows::field(std::int16_t value)
{
    appendSized(m_bytes, static_cast<std::uint16_t>(value));
}

void PostgresRows::field(double value)
{
    appendSized(m_bytes, std::bit_cast<std::uint64_t>(value));
}

const std::string& PostgresRows::finish()
{
    append(m_bytes, static_cast<std::uint16_t>(-1));
    return m_bytes;
}

} // namespace core::history
