// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jobwords.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ui::models::words {

namespace {

using core::history::CheckReport;
using core::history::DeleteReport;
using core::history::DownloadReport;
using core::history::Finding;
using core::history::ImportReport;
using core::history::Job;
using core::history::JobKind;
using core::history::JobState;
using core::history::VerifyReport;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Jobs)
};

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

/// Without what is zero at its end.
QString timeText(core::Timestamp time)
{
    QString text = format::dateTime(time);
    for (const auto zeros : {QLatin1StringView(":00"), QLatin1StringView(" 00:00")}) {
        if (text.endsWith(zeros))
            text.chop(zeros.size());
    }
    return text;
}

QString rangeText(core::history::TimeRange range)
{
    const bool hasFrom = range.from != core::Timestamp::min();
    const bool hasTo = range.to != core::Timestamp::max();
    if (hasFrom && hasTo)
        return Words::tr("from %1 to %2").arg(timeText(range.from), timeText(range.to));
    if (hasFrom)
        return Words::tr("since %1").arg(timeText(range.from));
    return hasTo ? Words::tr("up to %1").arg(timeText(range.to)) : QString();
}

/// By which a translation chooses its plural.
int asNumber(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

/// Of trades or candles that wait in the spool.
void addSpooled(QStringList& lines, std::int64_t trades, std::int64_t candles)
{
    if (trades > 0)
        lines.append(Words::tr("%1 trades are on this disk until the server is back.", nullptr, asNumber(trades))
                         .arg(format::count(trades)));
    if (candles > 0)
        lines.append(Words::tr("%1 candles are on this disk until the server is back.", nullptr, asNumber(candles))
                         .arg(format::count(candles)));
}

QString reportText(const ImportReport& report)
{
    QStringList lines;
    lines.append(Words::tr("%1 rows read: %2 candles new, %3 changed, %4 already there.")
                     .arg(format::count(report.rows), format::count(report.written.inserted),
                          format::count(report.written.changed), format::count(report.written.unchanged)));
    if (core::history::holdsTrades(report.plan))
        lines.append(Words::tr("%1 trades new, %2 already there.")
                         .arg(format::count(report.trades.inserted), format::count(report.trades.unchanged)));
    if (report.badRows > 0 && !report.quoted.empty())
        lines.append(Words::tr("%1 rows left out; line %2: %3.")
                         .arg(format::count(report.badRows), format::count(report.quoted.front().line),
                              text(report.quoted.front().reason)));
    return lines.join(QLatin1Char(' '));
}

QString reportText(const DownloadReport& report)
{
    QStringList lines;
    const auto& candles = report.candles;
    const auto written = candles.inserted + candles.changed + candles.unchanged;
    const auto spooled = candles.spooled + report.trades.spooled;
    if (written + spooled + report.rejected == 0)
        return Words::tr("The venue has nothing there that is not stored already.");
    if (report.trades.inserted + report.trades.unchanged > 0)
        lines.append(Words::tr("%1 trades new, %2 already there.")
                         .arg(format::count(report.trades.inserted), format::count(report.trades.unchanged)));
    if (written > 0 || spooled == 0)
        lines.append(Words::tr("%1 candles new, %2 changed, %3 already there.")
                         .arg(format::count(candles.inserted), format::count(candles.changed),
                              format::count(candles.unchanged)));
    addSpooled(lines, report.trades.spooled, candles.spooled);
    lines.append(report.failures > 0 ? Words::tr("%1 requests, %2 of them repeated.")
                                           .arg(format::count(report.requests), format::count(report.failures))
                                     : Words::tr("%1 requests.").arg(format::count(report.requests)));
    if (report.rejected > 0)
        lines.append(Words::tr("%1 left out that cannot be true; of the first: %2.")
                         .arg(format::count(report.rejected), text(report.firstRejection)));
    if (report.unverified > 0)
        lines.append(Words::tr("%1 minutes are not verified: the venue's numbers leave out trades in them.")
                         .arg(format::count(report.unverified)));
    return lines.join(QLatin1Char(' '));
}

QString reportText(const DeleteReport& report)
{
    return Words::tr("%1 candles, %2 trades and %3 funding rates deleted.")
        .arg(format::count(report.candles), format::count(report.trades), format::count(report.fundingRates));
}

QString findingText(const Finding& finding)
{
    const QString candle =
        Words::tr("the %1 candle of %2").arg(text(finding.timeframe.text()), format::dateTime(finding.time));
    switch (finding.kind) {
    case Finding::Kind::Defect:
        return Words::tr("%1 cannot be true").arg(candle);
    case Finding::Kind::Rollup:
        return Words::tr("%1 does not follow from the finer ones").arg(candle);
    case Finding::Kind::Trades:
        return Words::tr("%1 is not what its trades make").arg(candle);
    }
    return {};
}

QString reportText(const VerifyReport& report)
{
    const CheckReport& check = report.check;
    QStringList lines;
    if (check.found == 0)
        lines.append(Words::tr("All is well: %1 candles and %2 of coarser timeframes agree.")
                         .arg(format::count(check.candles), format::count(check.rollups)));
    else
        lines.append(Words::tr("%1 of %2 candles are not right, first %3. Delete that range and import or "
                               "download it again.")
                         .arg(format::count(check.found), format::count(check.candles + check.rollups),
                              findingText(check.findings.front())));
    if (check.fromTrades > 0)
        lines.append(Words::tr("%1 were compared with their trades.").arg(format::count(check.fromTrades)));
    lines.append(report.gaps.count == 0   ? Words::tr("There are no gaps.")
                 : report.gaps.count == 1 ? Words::tr("Candles missing in one gap: %1.").arg(format::count(report.gaps.missing))
                                          : Words::tr("Candles missing in %1 gaps: %2.")
                                                .arg(format::count(report.gaps.count), format::count(report.gaps.missing)));
    return lines.join(QLatin1Char(' '));
}

QString reportText(const std::monostate&)
{
    return {};
}

} // namespace

QString duration(double seconds)
{
    if (!std::isfinite(seconds) || seconds <= 0.0 || seconds > 1e9)
        return {};
    return length(std::chrono::seconds(static_cast<std::int64_t>(std::ceil(seconds))));
}

QString length(core::Nanoseconds length)
{
    struct Unit
    {
        std::int64_t seconds;
        const char* text;
    };
    static constexpr std::array UNITS = {Unit{86'400, QT_TRANSLATE_NOOP("Jobs", "%1 d")},
                                         Unit{3600, QT_TRANSLATE_NOOP("Jobs", "%1 h")},
                                         Unit{60, QT_TRANSLATE_NOOP("Jobs", "%1 min")},
                                         Unit{1, QT_TRANSLATE_NOOP("Jobs", "%1 s")}};
    std::int64_t rest = std::chrono::duration_cast<std::chrono::seconds>(length).count();
    QStringList parts;
    for (const Unit& unit : UNITS) {
        const std::int64_t count = rest / unit.seconds;
        rest %= unit.seconds;
        if (count > 0)
            parts.append(Words::tr(unit.text).arg(format::count(count)));
        else if (!parts.isEmpty())
            break;
        if (parts.size() == 2)
            break;
    }
    return parts.isEmpty() ? Words::tr("0 s") : parts.join(QLatin1Char(' '));
}

QString jobTitle(const core::history::JobRequest& request)
{
    const QString symbol = text(request.symbol.text());
    const QString range = rangeText(request.range);
    switch (request.kind) {
    case JobKind::Import:
        return Words::tr("Import %1 from %2")
            .arg(symbol, QFileInfo(QFile::decodeName(QByteArray::fromStdString(request.file))).fileName());
    case JobKind::Trades:
        return Words::tr("Download trades of %1 %2").arg(symbol, range);
    case JobKind::Candles:
        return Words::tr("Download the last 720 candles of %1 at %2").arg(symbol, text(request.timeframe.text()));
    case JobKind::FillGaps:
        return Words::tr("Fill the gaps of %1").arg(symbol);
    case JobKind::Verify:
        return Words::tr("Verify %1").arg(symbol);
    case JobKind::Delete:
        return range.isEmpty() ? Words::tr("Delete %1").arg(symbol) : Words::tr("Delete %1 %2").arg(symbol, range);
    }
    return {};
}

QString jobState(const Job& job)
{
    if (job.isStopping)
        return Words::tr("stopping");
    switch (job.state) {
    case JobState::Offered:
        return Words::tr("unfinished");
    case JobState::Queued:
        return Words::tr("queued");
    case JobState::Running:
        return job.progress.trouble.empty() ? Words::tr("running") : Words::tr("trying again");
    case JobState::Paused:
        return Words::tr("paused");
    case JobState::Done:
        return Words::tr("done");
    case JobState::Failed:
        return Words::tr("failed");
    case JobState::Cancelled:
        return Words::tr("cancelled");
    }
    return {};
}

Token jobToken(const Job& job)
{
    switch (job.state) {
    case JobState::Running:
        return job.progress.trouble.empty() ? Token::Accent : Token::Warn;
    case JobState::Offered:
    case JobState::Paused:
        return Token::Warn;
    case JobState::Done:
        return Token::Ok;
    case JobState::Failed:
        return Token::Bad;
    case JobState::Queued:
    case JobState::Cancelled:
        break;
    }
    return Token::Dim;
}

Shape jobShape(const Job& job)
{
    switch (job.state) {
    case JobState::Running:
        return job.progress.trouble.empty() ? Shape::Triangle : Shape::Ring;
    case JobState::Offered:
    case JobState::Queued:
        return Shape::Ring;
    case JobState::Paused:
        return Shape::Square;
    case JobState::Done:
        return Shape::Dot;
    case JobState::Failed:
    case JobState::Cancelled:
        return Shape::Cross;
    }
    return Shape::None;
}

QString jobReport(const core::history::JobReport& report)
{
    return std::visit([](const auto& one) { return reportText(one); }, report);
}

QString jobStory(const Job& job)
{
    if (job.error) {
        const QString what = text(job.error->what) + QLatin1Char('.');
        return job.error->remedy.empty() ? what : what + QLatin1Char(' ') + text(job.error->remedy);
    }
    if (!job.progress.trouble.empty())
        return Words::tr("Waiting to try again: %1.").arg(text(job.progress.trouble));
    const QString came = job.report ? jobReport(*job.report) : QString();
    if (job.state == JobState::Offered)
        return Words::tr("The program ended before this was done. What was committed is kept; resume it or cancel it.");
    if (job.state == JobState::Paused)
        return Words::tr("What is committed is kept. %1").arg(came).trimmed();
    if (job.state == JobState::Cancelled)
        return job.hasRun ? Words::tr("What is committed is kept. %1").arg(came).trimmed() : Words::tr("Nothing was changed.");
    if (job.state == JobState::Running && job.progress.reached)
        return Words::tr("Stored up to %1.").arg(format::dateTime(*job.progress.reached));
    return came;
}

QString stripKind(core::history::StripKind kind)
{
    using core::history::StripKind;
    switch (kind) {
    case StripKind::Imported:
        return Words::tr("stored as candles");
    case StripKind::FromTrades:
        return Words::tr("stored with trades");
    case StripKind::Partly:
        return Words::tr("partly missing");
    case StripKind::Gap:
        return Words::tr("gap");
    case StripKind::Empty:
        return Words::tr("nothing traded");
    }
    return {};
}

} // namespace ui::models::words
