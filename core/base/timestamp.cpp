// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/timestamp.h"

#include <charconv>

#include <fmt/format.h>

namespace core {

namespace {

using namespace std::chrono;

/// Walks over text field by field.
class Reader
{
public:
    explicit Reader(std::string_view text) : m_text(text) {}

    [[nodiscard]] bool atEnd() const { return m_position == m_text.size(); }

    bool accept(std::string_view anyOf)
    {
        if (atEnd() || anyOf.find(m_text[m_position]) == std::string_view::npos)
            return false;
        ++m_position;
        return true;
    }

    /// Reads exactly `width` digits.
    bool number(int width, int& value)
    {
        value = 0;
        for (int i = 0; i < width; ++i) {
            if (atEnd() || m_text[m_position] < '0' || m_text[m_position] > '9')
                return false;
            value = value * 10 + (m_text[m_position++] - '0');
        }
        return true;
    }

    /// Reads one to nine digits as a fraction of a second; more digits are refused.
    bool fraction(Nanoseconds& value)
    {
        std::int64_t count = 0;
        int digits = 0;
        while (!atEnd() && m_text[m_position] >= '0' && m_text[m_position] <= '9') {
            if (++digits > 9)
                return false;
            count = count * 10 + (m_text[m_position++] - '0');
        }
        for (int i = digits; i < 9; ++i)
            count *= 10;
        value = Nanoseconds(count);
        return digits > 0;
    }

private:
    std::string_view m_text;
    std::size_t m_position = 0;
};

bool readDate(Reader& reader, sys_days& day)
{
    int y = 0;
    int m = 0;
    int d = 0;
    if (!reader.number(4, y) || !reader.accept("-/") || !reader.number(2, m) ||
        !reader.accept("-/") || !reader.number(2, d))
        return false;
    const year_month_day date{year(y), month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d))};
    if (!date.ok() || y < 1970 || y > 2200)
        return false;
    day = date;
    return true;
}

bool readTime(Reader& reader, Nanoseconds& time)
{
    int h = 0;
    int m = 0;
    int s = 0;
    Nanoseconds part{0};
    if (!reader.number(2, h) || !reader.accept(":") || !reader.number(2, m))
        return false;
    if (reader.accept(":") && !reader.number(2, s))
        return false;
    if (reader.accept(".,") && !reader.fraction(part))
        return false;
    if (h > 23 || m > 59 || s > 59)
        return false;
    time = hours(h) + minutes(m) + seconds(s) + part;
    return true;
}

bool readZone(Reader& reader, Nanoseconds& offset)
{
    if (reader.atEnd() || reader.accept("Zz"))
        return reader.atEnd();
    const bool plus = reader.accept("+");
    if (!plus && !reader.accept("-"))
        return false;
    int h = 0;
    int m = 0;
    if (!reader.number(2, h))
        return false;
    reader.accept(":");
    if (!reader.atEnd() && !reader.number(2, m))
        return false;
    offset = (hours(h) + minutes(m)) * (plus ? 1 : -1);
    return reader.atEnd() && h <= 14 && m <= 59;
}

} // namespace

std::string formatTimestamp(Timestamp time)
{
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::string formatTimestampShort(Timestamp time)
{
    std::string text = formatTimestamp(time);
    text.pop_back();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text + "Z";
}

std::string formatTimestampSeconds(Timestamp time)
{
    return formatTimestampShort(std::chrono::floor<std::chrono::seconds>(time));
}

Result<Timestamp> parseTimestamp(std::string_view text)
{
    Reader reader(text);
    sys_days day;
    Nanoseconds time{0};
    Nanoseconds offset{0};
    bool good = readDate(reader, day);
    if (good && reader.accept("Tt "))
        good = readTime(reader, time) && readZone(reader, offset);
    if (!good || !reader.atEnd())
        return Error{ErrorCode::InvalidInput,
                     "\"" + std::string(text.substr(0, 40)) + "\" is not a date",
                     "Write it as 2024-01-31 or 2024-01-31T12:00:00Z (UTC)."};
    return Timestamp(day) + time - offset;
}

Timestamp SystemClock::now() const
{
    return time_point_cast<Nanoseconds>(system_clock::now());
}

} // namespace core
