// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include "core/base/decimal.h"

#include <QLocale>
#include <QTimeZone>

#include <cmath>

namespace ui::format {
namespace {

QString withSign(QString text, bool negative, bool zero, Sign sign)
{
    if (negative && !zero)
        return QChar(MINUS) + text;
    if (sign == Sign::Always && !zero)
        return QLatin1Char('+') + text;
    return text;
}

/// Groups the digits before the point by three. `text` is plain: digits, at most one point.
QString grouped(QString text)
{
    qsizetype end = text.indexOf(QLatin1Char('.'));
    if (end < 0)
        end = text.size();
    for (qsizetype at = end - 3; at > 0; at -= 3)
        text.insert(at, QChar(THIN_SPACE));
    return text;
}

QString englishDate(core::Timestamp time, const QString& pattern)
{
    return QLocale(QLocale::English).toString(toDateTime(time), pattern);
}

bool isZero(const QString& digits)
{
    for (const QChar c : digits)
        if (c != QLatin1Char('0') && c != QLatin1Char('.'))
            return false;
    return true;
}

} // namespace

QString decimal(std::int64_t count, int decimals, Sign sign)
{
    QString digits = QString::fromStdString(core::formatDecimal(count, decimals));
    if (digits.startsWith(QLatin1Char('-')))
        digits.remove(0, 1);
    return withSign(grouped(digits), count < 0, count == 0, sign);
}

QString number(double value, int decimals, Sign sign)
{
    if (std::isnan(value))
        return QString(QChar(NONE));
    if (std::isinf(value))
        return withSign(QString(QChar(u'\u221E')), value < 0, false, sign);
    const QString digits = QString::number(std::abs(value), 'f', decimals);
    return withSign(grouped(digits), value < 0, isZero(digits), sign);
}

QString count(std::int64_t value)
{
    return decimal(value, 0);
}

QString money(core::Money value, int decimals, Sign sign)
{
    const std::int64_t unit = core::powerOfTen(core::MONEY_DECIMALS - decimals);
    const core::Int128 rounded = core::divideHalfEven(value.count(), unit);
    return decimal(static_cast<std::int64_t>(rounded), decimals, sign);
}

QString percent(double fraction, int decimals, Sign sign)
{
    const QString figure = number(fraction * 100.0, decimals, sign);
    return std::isfinite(fraction) ? figure + QChar(THIN_SPACE) + QLatin1Char('%') : figure;
}

QString price(const core::market::Instrument& instrument, core::Price price)
{
    return decimal(price.ticks(), instrument.priceDecimals);
}

QString price(const core::market::Instrument& instrument, double price)
{
    return number(price, instrument.priceDecimals);
}

QString quantity(const core::market::Instrument& instrument, core::Quantity quantity, Sign sign)
{
    return decimal(quantity.lots(), instrument.lotDecimals, sign);
}

QString compact(double value)
{
    static constexpr struct
    {
        double unit;
        char letter;
    } UNITS[] = {{1e9, 'G'}, {1e6, 'M'}, {1e3, 'k'}};
    for (const auto& [unit, letter] : UNITS)
        if (std::abs(value) >= unit)
            return number(value / unit, 1) + QChar(THIN_SPACE) + QLatin1Char(letter);
    return number(value, std::abs(value) < 10.0 ? 2 : 0);
}

QString bytes(std::int64_t count)
{
    static constexpr struct
    {
        std::int64_t unit;
        const char16_t* name;
    } UNITS[] = {{1'000'000'000'000, u"TB"}, {1'000'000'000, u"GB"}, {1'000'000, u"MB"}, {1'000, u"kB"}};
    for (const auto& [unit, name] : UNITS)
        if (count >= unit)
            return number(static_cast<double>(count) / static_cast<double>(unit), 1) + QChar(THIN_SPACE) +
                   QString::fromUtf16(name);
    return format::count(count) + QChar(THIN_SPACE) + QLatin1Char('B');
}

QDateTime toDateTime(core::Timestamp time)
{
    return QDateTime::fromMSecsSinceEpoch(core::toMicroseconds(time) / 1000, QTimeZone::utc());
}

core::Timestamp fromDateTime(const QDateTime& time)
{
    return core::Timestamp(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

QString time(core::Timestamp time)
{
    const bool seconds = toDateTime(time).time().second() != 0;
    return englishDate(time, seconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

QString date(core::Timestamp time)
{
    return englishDate(time, QStringLiteral("d MMM yyyy"));
}

QString dayTime(core::Timestamp time)
{
    return englishDate(time, QStringLiteral("d MMM HH:mm"));
}

QString dateTime(core::Timestamp time)
{
    return englishDate(time, QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

} // namespace ui::format
