// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/record.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace core::journal {

/// Appends `text` as a JSON string with its quotes. Control characters, quotes and backslashes are
/// escaped; each byte that is no part of valid UTF-8 becomes U+FFFD.
void appendJsonText(std::string& out, std::string_view text);
/// Appends the shortest number that reads back as the same double; null for NaN and infinities.
void appendJsonNumber(std::string& out, double value);
/// Appends count · 10^-decimals with exactly `decimals` digits after the point, without quotes.
void appendDecimal(std::string& out, std::int64_t count, int decimals);
void appendInteger(std::string& out, std::int64_t value);

/// "debug", "info", "warning", "error".
[[nodiscard]] std::string_view name(Level level);

/// Whether the lines are of a session in which strategies may run that nobody approved.
enum class Unsigned : std::uint8_t { Refused, Allowed };

/// Writes records as lines of JSON. Runs for every line of every journal, so it writes straight
/// into the caller's buffer and allocates nothing once that has grown. For one thread.
class LineFormat
{
public:
    /// `session` is the name inside the lines, `digest` the configuration's (at least 8 hex
    /// digits). Where unsigned strategies are allowed, every line has `"unsigned":true`.
    LineFormat(std::string_view session, std::string_view digest, Unsigned allowed = Unsigned::Refused);

    /// Appends one object without a line end: ts, seq, session, stream, level, event, correlation,
    /// then the record's own fields in their order.
    void append(std::string& out, const RecordBatch& batch, const Record& record,
                std::string_view stream, std::int64_t seq);
    /// RFC 3339 with nine decimals, as formatTimestamp; quick for times that rise.
    void appendTime(std::string& out, Timestamp time);

private:
    void appendField(std::string& out, const RecordBatch& batch, const Field& field);

    std::string m_session;     ///< `,"session":"…","stream":"`
    std::string m_correlation; ///< `","correlation":"<digest>-`
    std::string m_mark;        ///< What every line has behind that.
    std::int64_t m_second;     ///< The second that m_clock spells, since the epoch.
    std::string m_clock;       ///< "2022-01-19T05:42:00."
};

} // namespace core::journal
