// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/timestamp.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace core::journal {

enum class Level : std::uint8_t { Debug, Info, Warning, Error };

/// Where a record goes beside all.jsonl: the system stream, the trades stream, or strategy number n's.
class Stream
{
public:
    static constexpr Stream system() { return Stream(-2); }
    static constexpr Stream trades() { return Stream(-1); }
    static constexpr Stream strategy(AccountIndex index) { return Stream(static_cast<int>(index)); }
    [[nodiscard]] constexpr int code() const { return m_code; }
    constexpr auto operator<=>(const Stream&) const = default;

private:
    constexpr explicit Stream(int code) : m_code(code) {}
    int m_code;
};

/// One named value of a record. Text lies in the batch's text arena, a word wherever it always was.
struct Field {
    enum class Type : std::uint8_t { Text, Word, Integer, Decimal, Number, Flag, Time };
    const char* key; ///< A literal.
    union {
        std::int64_t integer; ///< Integer, Decimal (count), Flag (0/1), Time (ns since the epoch).
        double number;
        std::uint64_t textOffset;
        const char* word;
    };
    std::uint32_t textLength; ///< Of text and words.
    Type type;
    std::uint8_t decimals; ///< Of a Decimal, written as a decimal string.

    [[nodiscard]] bool isText() const { return type == Type::Text || type == Type::Word; }
};

/// The head of a record; its fields go on to those of the next one.
struct Record {
    Timestamp time;
    CorrelationId correlation;
    const char* event; ///< A literal: "fill", "order", "ledger", …
    Stream stream = Stream::system();
    Level level = Level::Info;
    std::uint32_t firstField = 0;
};

/// Records in the order they happened, in three contiguous arenas: adding one allocates nothing once
/// the arenas have grown. Built by the engine, formatted by the journal thread.
class RecordBatch
{
public:
    /// Opens a record; the fields added next belong to it.
    RecordBatch& add(Stream stream, Level level, const char* event, Timestamp time,
                     CorrelationId correlation);
    RecordBatch& text(const char* key, std::string_view value)
    {
        Field& field = addField(key, Field::Type::Text);
        field.textOffset = m_text.size();
        field.textLength = static_cast<std::uint32_t>(value.size());
        m_text.append(value);
        return *this;
    }
    /// Text that is not copied: a part of a literal.
    RecordBatch& word(const char* key, std::string_view value)
    {
        Field& field = addField(key, Field::Type::Word);
        field.word = value.data();
        field.textLength = static_cast<std::uint32_t>(value.size());
        return *this;
    }
    RecordBatch& integer(const char* key, std::int64_t value)
    {
        addField(key, Field::Type::Integer).integer = value;
        return *this;
    }
    RecordBatch& decimal(const char* key, std::int64_t count, int decimals)
    {
        Field& field = addField(key, Field::Type::Decimal);
        field.integer = count;
        field.decimals = static_cast<std::uint8_t>(decimals);
        return *this;
    }
    RecordBatch& money(const char* key, Money value) { return decimal(key, value.count(), MONEY_DECIMALS); }
    RecordBatch& number(const char* key, double value)
    {
        addField(key, Field::Type::Number).number = value;
        return *this;
    }
    RecordBatch& flag(const char* key, bool value)
    {
        addField(key, Field::Type::Flag).integer = value ? 1 : 0;
        return *this;
    }
    RecordBatch& time(const char* key, Timestamp value)
    {
        addField(key, Field::Type::Time).integer = value.time_since_epoch().count();
        return *this;
    }

    [[nodiscard]] std::span<const Record> records() const { return m_records; }
    /// Of a record of this batch.
    [[nodiscard]] std::span<const Field> fields(const Record& record) const
    {
        const bool last = &record == &m_records.back();
        const std::size_t end = last ? m_used : (&record)[1].firstField;
        return {m_fields.data() + record.firstField, end - record.firstField};
    }
    /// Of a field that isText().
    [[nodiscard]] std::string_view text(const Field& field) const
    {
        if (field.type == Field::Type::Word)
            return {field.word, field.textLength};
        return std::string_view(m_text).substr(field.textOffset, field.textLength);
    }
    [[nodiscard]] bool empty() const { return m_records.empty(); }
    [[nodiscard]] std::size_t size() const { return m_records.size(); }
    /// Forgets the records and keeps the memory.
    void clear();

private:
    Field& addField(const char* key, Field::Type type)
    {
        // Filled in place: a copy from the stack would wait for its own stores.
        if (m_used == m_fields.size()) [[unlikely]]
            m_fields.resize(2 * m_used + 256);
        Field& field = m_fields[m_used++];
        field.key = key;
        field.type = type;
        return field;
    }

    std::vector<Record> m_records;
    std::vector<Field> m_fields; ///< Of them, the first m_used are there.
    std::size_t m_used = 0;
    std::string m_text;
};

/// Takes batches off the engine's hands. `append` may wait when the writer is behind: the engine
/// waits rather than lose a line. The batch comes back empty, with memory to use again.
class RecordSink
{
public:
    virtual ~RecordSink() = default;
    virtual void append(RecordBatch& batch) = 0;
};

} // namespace core::journal
