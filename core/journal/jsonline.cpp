// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/jsonline.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace core::journal {

namespace {

constexpr std::string_view HEX_DIGITS = "0123456789abcdef";
constexpr std::string_view REPLACEMENT = "\xEF\xBF\xBD";
/// The fewest hexadecimal digits of a correlation's number.
constexpr std::size_t CORRELATION_DIGITS = 6;

/// True for bytes that stand for themselves inside a JSON string.
constexpr std::array<bool, 256> PLAIN = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x80; ++byte)
        plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();

std::uint8_t byteAt(std::string_view text, std::size_t index)
{
    return static_cast<std::uint8_t>(text[index]);
}

void appendEscape(std::string& out, std::uint8_t byte)
{
    switch (byte) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    out += "\\u00";
    out += HEX_DIGITS[byte >> 4];
    out += HEX_DIGITS[byte & 0xF];
}

/// The length of the valid UTF-8 sequence at `index` that starts with a byte ≥ 0x80; 0 when it is
/// none (a stray byte, overlong, a surrogate, beyond U+10FFFF, or cut off).
std::size_t sequenceLength(std::string_view text, std::size_t index)
{
    const std::uint8_t first = byteAt(text, index);
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    if (length == 0 || index + length > text.size())
        return 0;
    const std::uint8_t second = byteAt(text, index + 1);
    const std::uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest)
        return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byteAt(text, index + i) & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

/// Writes `value` with leading zeros into exactly `width` characters.
void appendPadded(std::string& out, std::uint64_t value, std::size_t width)
{
    const std::size_t start = out.size();
    out.resize(start + width);
    for (std::size_t i = width; i-- > 0; value /= 10)
        out[start + i] = static_cast<char>('0' + value % 10);
}

void appendHex(std::string& out, std::uint64_t value)
{
    std::array<char, 16> digits{};
    std::size_t count = 0;
    for (; value != 0 || count < CORRELATION_DIGITS; value >>= 4)
        digits[count++] = HEX_DIGITS[value & 0xF];
    while (count > 0)
        out += digits[--count];
}

} // namespace

void appendJsonText(std::string& out, std::string_view text)
{
    out += '"';
    for (std::size_t index = 0; index < text.size();) {
        std::size_t end = index;
        while (end < text.size() && PLAIN[byteAt(text, end)])
            ++end;
        out.append(text, index, end - index);
        index = end;
        if (index == text.size())
            break;
        if (byteAt(text, index) < 0x80) {
            appendEscape(out, byteAt(text, index++));
            continue;
        }
        const std::size_t length = sequenceLength(text, index);
        out.append(length == 0 ? REPLACEMENT : text.substr(index, length));
        index += length == 0 ? 1 : length;
    }
    out += '"';
}

void appendJsonNumber(std::string& out, double value)
{
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    std::array<char, 32> buffer{};
    const auto [end, fault] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    static_cast<void>(fault);
    out.append(buffer.data(), end);
}

void appendInteger(std::string& out, std::int64_t value)
{
    std::array<char, 24> buffer{};
    const auto [end, fault] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    static_cast<void>(fault);
    out.append(buffer.data(), end);
}

void appendDecimal(std::string& out, std::int64_t count, int decimals)
{
    std::array<char, 24> buffer{};
    const auto magnitude =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    const auto [end, fault] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude);
    static_cast<void>(fault);
    const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto places = static_cast<std::size_t>(decimals);
    if (count < 0)
        out += '-';
    if (digits.size() > places) {
        out.append(digits.substr(0, digits.size() - places));
    } else {
        out += '0';
    }
    if (places == 0)
        return;
    out += '.';
    if (digits.size() < places)
        out.append(places - digits.size(), '0');
    out.append(digits.substr(digits.size() > places ? digits.size() - places : 0));
}

std::string_view name(Level level)
{
    switch (level) {
    case Level::Debug:
        return "debug";
    case Level::Info:
        return "info";
    case Level::Warning:
        return "warning";
    case Level::Error:
        return "error";
    }
    return "";
}

LineFormat::LineFormat(std::string_view session, std::string_view digest, Unsigned allowed)
    : m_mark(allowed == Unsigned::Allowed ? "\",\"unsigned\":true" : "\""), m_second(std::numeric_limits<std::int64_t>::min())
{
    m_session = ",\"session\":";
    appendJsonText(m_session, session);
    m_session += ",\"stream\":\"";
    m_correlation = "\",\"correlation\":\"";
    m_correlation.append(digest.substr(0, 8));
    m_correlation += '-';
}

void LineFormat::appendTime(std::string& out, Timestamp time)
{
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    if (second.time_since_epoch().count() != m_second) {
        m_second = second.time_since_epoch().count();
        m_clock = formatTimestamp(second);
        m_clock.resize(m_clock.size() - std::string_view("000000000Z").size());
    }
    out += m_clock;
    appendPadded(out, static_cast<std::uint64_t>((time - second).count()), 9);
    out += 'Z';
}

void LineFormat::append(std::string& out, const RecordBatch& batch, const Record& record,
                        std::string_view stream, std::int64_t seq)
{
    out += "{\"ts\":\"";
    appendTime(out, record.time);
    out += "\",\"seq\":";
    appendInteger(out, seq);
    out += m_session;
    out += stream;
    out += "\",\"level\":\"";
    out += name(record.level);
    out += "\",\"event\":\"";
    out += record.event;
    out += m_correlation;
    appendHex(out, record.correlation.value);
    out += m_mark;
    for (const Field& field : batch.fields(record))
        appendField(out, batch, field);
    out += '}';
}

void LineFormat::appendField(std::string& out, const RecordBatch& batch, const Field& field)
{
    out += ",\"";
    out += field.key;
    out += "\":";
    switch (field.type) {
    case Field::Type::Text:
    case Field::Type::Word:
        appendJsonText(out, batch.text(field));
        break;
    case Field::Type::Integer:
        appendInteger(out, field.integer);
        break;
    case Field::Type::Number:
        appendJsonNumber(out, field.number);
        break;
    case Field::Type::Flag:
        out += field.integer != 0 ? "true" : "false";
        break;
    case Field::Type::Decimal:
        out += '"';
        appendDecimal(out, field.integer, field.decimals);
        out += '"';
        break;
    case Field::Type::Time:
        out += '"';
        appendTime(out, Timestamp(Nanoseconds(field.integer)));
        out += '"';
        break;
    }
}

} // namespace core::journal
