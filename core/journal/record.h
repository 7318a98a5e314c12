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

/// One named value of a record. Text lies in the batch's text arena.
struct Field {
    enum class Type : std::uint8_t { Text, Integer, Decimal, Number, Flag, Time };
    const char* key; ///< A literal.
    union {
        std::int64_t integer; ///< Integer, Decimal (count), Flag (0/1), Time (ns since the epoch).
        double number;
        std::uint64_t textOffset;
    };
    std::uint32_t textLength;
    Type type;
    std::uint8_t decimals; ///< Of a Decimal, written as a decimal string.
};

/// The head of a record; its fields are `batch.fields().subspan(firstField, fieldCount)`.
struct Record {
    Timestamp time;
    CorrelationId correlation;
    const char* event; ///< A literal: "fill", "order", "ledger", …
    Stream stream = Stream::system();
    Level level = Level::Info;
    std::uint32_t firstField = 0;
    std::uint32_t fieldCount = 0;
};

/// Records in the order they happened, in three contiguous arenas: adding one allocates nothing once
/// the arenas have grown. Built by the engine, formatted by the journal thread.
class RecordBatch
{
public:
    /// Opens a record; the fields added next belong to it.
    RecordBatch& add(Stream stream, Level level, const char* event, Timestamp time,
                     CorrelationId correlation);
    RecordBatch& text(const char* key, std::string_view value);
    RecordBatch& integer(const char* key, std::int64_t value);
    RecordBatch& decimal(const char* key, std::int64_t count, int decimals);
    RecordBatch& money(const char* key, Money value) { return decimal(key, value.count(), MONEY_DECIMALS); }
    RecordBatch& number(const char* key, double value);
    RecordBatch& flag(const char* key, bool value);
    RecordBatch& time(const char* key, Timestamp value);

    [[nodiscard]] std::span<const Record> records() const { return m_records; }
    [[nodiscard]] std::span<const Field> fields(const Record& record) const
    {
        return std::span<const Field>(m_fields).subspan(record.firstField, record.fieldCount);
    }
    [[nodiscard]] std::string_view text(const Field& field) const
    {
        return std::string_view(m_text).substr(field.textOffset, field.textLength);
    }
    [[nodiscard]] bool empty() const { return m_records.empty(); }
    [[nodiscard]] std::size_t size() const { return m_records.size(); }
    /// Forgets the records and keeps the memory.
    void clear();

private:
    Field& addField(const char* key, Field::Type type);

    std::vector<Record> m_records;
    std::vector<Field> m_fields;
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
