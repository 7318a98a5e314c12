// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/databasewords.h"

#include "ui/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::models::words {

namespace {

using namespace core::history;

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::models::words", text);
}

QString stage(MoveStage stage)
{
    switch (stage) {
    case MoveStage::Comparing:
        return tr("Comparing");
    case MoveStage::Sending:
        return tr("Sending");
    case MoveStage::Checking:
        break;
    }
    return tr("Checking");
}

QString difference(const TableCheck& check)
{
    const QString name = QString::fromStdString(check.symbol.text() + " " + check.table);
    const RowDifference& difference = check.difference;
    if (difference.isCovered())
        return tr("%1: all is there, with more that it knew: %2 here, %3 there")
            .arg(name, format::count(check.sourceRows), format::count(check.destinationRows));
    const QString text = tr("%1: %2 missing there, %3 other there")
                             .arg(name, format::count(difference.missing), format::count(difference.different));
    if (difference.ranges.empty())
        return text;
    return tr("%1, from %2 to %3")
        .arg(text, format::dateTime(difference.ranges.front().from), format::dateTime(difference.ranges.back().to));
}

} // namespace

QString table(const std::string& name)
{
    static constexpr std::string_view ROLLUP = "candles_";
    if (name.starts_with(ROLLUP))
        return tr("Candles of %1").arg(QString::fromStdString(name.substr(ROLLUP.size())));
    const std::pair<const char*, const char*> names[] = {
        {"candles", QT_TRANSLATE_NOOP("ui::models::words", "Candles as written")},
        {"instruments", QT_TRANSLATE_NOOP("ui::models::words", "Instruments")},
        {"series", QT_TRANSLATE_NOOP("ui::models::words", "Extents of candles")},
        {"trades", QT_TRANSLATE_NOOP("ui::models::words", "Trades")},
        {"trade_series", QT_TRANSLATE_NOOP("ui::models::words", "Extents of trades")},
        {"funding_rates", QT_TRANSLATE_NOOP("ui::models::words", "Funding rates")},
        {"sync_status", QT_TRANSLATE_NOOP("ui::models::words", "Downloads")},
        {"verified_ranges", QT_TRANSLATE_NOOP("ui::models::words", "Verified ranges")}};
    for (const auto& [known, text] : names) {
        if (name == known)
            return tr(text);
    }
    return QString::fromStdString(name);
}

QString probe(const DatabaseProbe& probe)
{
    const QString schema = probe.migration == 0
                               ? tr("no history there yet")
                               : tr("schema %1 of %2").arg(probe.migration).arg(probe.newestMigration);
    QString text = tr("%1 · %2").arg(schema, probe.writable ? tr("writable") : tr("to read only"));
    if (!probe.keepsEveryCharacter())
        text = tr("%1 · its encoding %2 lacks characters, UTF8 has them all")
                   .arg(text, QString::fromStdString(probe.encoding));
    return text;
}

QString compression(const TableFacts& facts)
{
    if (!facts.compression || facts.compression->chunks == 0)
        return {};
    return tr("%1 of %2 chunks")
        .arg(format::count(facts.compression->compressedChunks), format::count(facts.compression->chunks));
}

QString progress(const MoveProgress& progress)
{
    return tr("%1 %2 · %3 of %4 rows · %5 rows/s")
        .arg(stage(progress.stage),
             QString::fromStdString(progress.table.symbol.text() + " " + progress.table.name()),
             format::count(std::min(progress.rowsDone, progress.rowsTotal)), format::count(progress.rowsTotal),
             format::compact(progress.rowsPerSecond));
}

QString verdict(const MoveReport& report)
{
    if (report.cancelled)
        return tr("Stopped after %1 rows; they are kept there. Move again to go on.")
            .arg(format::count(report.sent));
    const QString rows = tr("%1 rows sent, %2 were there already.").arg(format::count(report.sent), format::count(report.present));
    if (!report.isComplete())
        return tr("Not everything is the same there. %1 Your history is as it was. If something was written meanwhile, "
                  "move again; trades that the other database knows by number stay as they are there.")
            .arg(rows);
    return tr("Everything is there: %1 Compared row by row: %2 tables.")
        .arg(rows, format::count(static_cast<std::int64_t>(report.checks.size())));
}

QStringList differences(const MoveReport& report, int most)
{
    QStringList lines;
    qsizetype left = 0;
    for (const TableCheck& check : report.checks) {
        if (check.isSame())
            continue;
        if (lines.size() < most)
            lines.append(difference(check));
        else
            ++left;
    }
    if (left > 0)
        lines.append(tr("… and %1 more tables").arg(left));
    return lines;
}

} // namespace ui::models::words
