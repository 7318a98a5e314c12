// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/record.h"

namespace core::journal {

RecordBatch& RecordBatch::add(Stream stream, Level level, const char* event, Timestamp time,
                              CorrelationId correlation)
{
    // Filled in place: a copy from the stack would wait for its own stores.
    Record& record = m_records.emplace_back();
    record.time = time;
    record.correlation = correlation;
    record.event = event;
    record.stream = stream;
    record.level = level;
    record.firstField = static_cast<std::uint32_t>(m_used);
    return *this;
}

void RecordBatch::clear()
{
    m_records.clear();
    m_used = 0;
    m_text.clear();
}

} // namespace core::journal
