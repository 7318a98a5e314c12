// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace core::history {

/// Values of a prepared statement in PostgreSQL's binary form, one after the other.
class PostgresValues
{
public:
    void add(std::int64_t value);
    void add(std::int32_t value);
    /// A one-dimensional array of so many values, which `fill` appends by element().
    template <typename Fill> void addArray(std::uint32_t type, std::size_t count, Fill fill)
    {
        beginArray(type, count);
        fill();
        m_lengths.push_back(static_cast<int>(m_bytes.size() - m_offsets.back()));
    }
    void element(std::int64_t value);
    void element(std::int32_t value);
    void element(double value);

    [[nodiscard]] const std::string& bytes() const { return m_bytes; }
    [[nodiscard]] const std::vector<std::size_t>& offsets() const { return m_offsets; }
    [[nodiscard]] const std::vector<int>& lengths() const { return m_lengths; }

private:
    void beginArray(std::uint32_t type, std::size_t count);

    std::string m_bytes;
    std::vector<std::size_t> m_offsets;
    std::vector<int> m_lengths;
};

/// Rows in the binary form that COPY … FROM STDIN takes.
class PostgresRows
{
public:
    PostgresRows();
    void reserve(std::size_t rows, std::size_t bytesEach) { m_bytes.reserve(m_bytes.size() + rows * bytesEach); }
    void beginRow(std::int16_t fields);
    void field(std::int64_t value);
    void field(std::int32_t value);
    void field(std::int16_t value);
    void field(double value);
    /// Everything, closed; add no more rows then.
    [[nodiscard]] const std::string& finish();

private:
    std::string m_bytes;
};

} // namespace core::history
