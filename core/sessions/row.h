// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace core::sessions {

/// Binds the values of a statement one after the other.
class RowWriter
{
public:
    explicit RowWriter(sqlite3_stmt* statement) : m_statement(statement) {}

    RowWriter& integer(std::int64_t value);
    /// The text must live until the statement has run.
    RowWriter& text(std::string_view value);
    RowWriter& null();
    RowWriter& number(std::uint64_t value) { return integer(static_cast<std::int64_t>(value)); }
    RowWriter& flag(bool value) { return integer(value ? 1 : 0); }
    RowWriter& money(Money value) { return integer(value.count()); }
    RowWriter& price(Price value) { return integer(value.ticks()); }
    RowWriter& price(const std::optional<Price>& value) { return value ? price(*value) : null(); }
    RowWriter& lots(Quantity value) { return integer(value.lots()); }
    RowWriter& time(Timestamp value) { return integer(value.time_since_epoch().count()); }
    template <typename Tag> RowWriter& id(Id<Tag> value) { return number(value.value); }
    /// Runs a statement that answers nothing; false when it failed.
    [[nodiscard]] bool run();

private:
    sqlite3_stmt* m_statement;
    int m_next = 1;
};

/// Reads the columns of a row one after the other.
class RowReader
{
public:
    explicit RowReader(sqlite3_stmt* statement) : m_statement(statement) {}

    [[nodiscard]] std::int64_t integer();
    [[nodiscard]] std::string text();
    [[nodiscard]] std::uint64_t number() { return static_cast<std::uint64_t>(integer()); }
    [[nodiscard]] std::uint32_t index() { return static_cast<std::uint32_t>(integer()); }
    [[nodiscard]] bool flag() { return integer() != 0; }
    [[nodiscard]] Money money() { return Money(integer()); }
    [[nodiscard]] Price price() { return Price(integer()); }
    [[nodiscard]] std::optional<Price> optionalPrice();
    [[nodiscard]] Quantity lots() { return Quantity(integer()); }
    [[nodiscard]] Timestamp time() { return Timestamp(Nanoseconds(integer())); }
    [[nodiscard]] std::optional<Timestamp> optionalTime();
    /// The enumerator of that name; the first one, and `known()` turns false, when there is none.
    template <typename Enum> [[nodiscard]] Enum named()
    {
        constexpr int MOST = 64;
        const std::string word = text();
        for (int i = 0; i < MOST; ++i) {
            if (name(static_cast<Enum>(i)) == word)
                return static_cast<Enum>(i);
        }
        m_known = false;
        return Enum{};
    }
    [[nodiscard]] bool known() const { return m_known; }

private:
    [[nodiscard]] bool isNull() const;

    sqlite3_stmt* m_statement;
    int m_next = 0;
    bool m_known = true;
};

} // namespace core::sessions
