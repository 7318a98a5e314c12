// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/record.h"

namespace core::journal {

RecordBatch& RecordBatch::add(Stream stream, Level level, const char* event, Timestamp time,
                              CorrelationId correlation)
{
    // Filled in place, here and below: a copy from the stack would wait for its own stores.
    Record& record = m_records.emplace_back();
    record.time = time;
    record.correlation = correlation;
    record.event = event;
    record.stream = stream;
    record.level = level;
    record.firstField = static_cast<std::uint32_t>(m_fields.size());
    return *this;
}

Field& RecordBatch::addField(const char* key, Field::Type type)
{
    ++m_records.back().fieldCount;
    Field& field = m_fields.emplace_back();
    field.key = key;
    field.type = type;
    return field;
}

RecordBatch& RecordBatch::text(const char* key, std::string_view value)
{
    Field& field = addField(key, Field::Type::Text);
    field.textOffset = m_text.size();
    field.textLength = static_cast<std::uint32_t>(value.size());
    m_text.append(value);
    return *this;
}

RecordBatch& RecordBatch::integer(const char* key, std::int64_t value)
{
    addField(key, Field::Type::Integer).integer = value;
    return *this;
}

RecordBatch& RecordBatch::decimal(const char* key, std::int64_t count, int decimals)
{
    Field& field = addField(key, Field::Type::Decimal);
    field.integer = count;
    field.decimals = static_cast<std::uint8_t>(decimals);
    return *this;
}

RecordBatch& RecordBatch::number(const char* key, double value)
{
    addField(key, Field::Type::Number).number = value;
    return *this;
}

RecordBatch& RecordBatch::flag(const char* key, bool value)
{
    addField(key, Field::Type::Flag).integer = value ? 1 : 0;
    return *this;
}

RecordBatch& RecordBatch::time(const char* key, Timestamp value)
{
    addField(key, Field::Type::Time).integer = value.time_since_epoch().count();
    return *this;
}

void RecordBatch::clear()
{
    m_records.clear();
    m_fields.clear();
    m_text.clear();
}

} // namespace core::journal
