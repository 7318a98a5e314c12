// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/spoolstatus.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace ui {
namespace {

using core::history::WriterState;
using Phase = WriterState::Phase;

struct Spool
{
    Q_DECLARE_TR_FUNCTIONS(Spool)
};

QString sentence(const core::Error& error)
{
    return QString::fromStdString(error.message());
}

QString since(const core::history::SpoolSize& size)
{
    return size.since ? format::dateTime(std::chrono::floor<std::chrono::seconds>(*size.since)) : QString();
}

SpoolNotice noticeOf(const WriterState& state)
{
    const QString batches = format::count(state.spool.batches);
    switch (state.phase) {
    case Phase::Barred: return {Token::Bad, Spool::tr("No spool"), sentence(state.reason)};
    case Phase::Failing:
        return {Token::Bad, Spool::tr("Nothing can be stored"),
                Spool::tr("Neither the server nor the disk takes what is fetched. %1").arg(sentence(state.reason))};
    case Phase::Spooling:
        return {Token::Warn, Spool::tr("Server away · in the spool: %1").arg(batches),
                Spool::tr("On this disk since %1 UTC, and written once the server is back. %2")
                    .arg(since(state.spool), sentence(state.reason))};
    case Phase::Draining:
        return {Token::Accent, Spool::tr("Writing the spool · left: %1").arg(batches),
                Spool::tr("What waited on this disk since %1 UTC is written to the server, in order.")
                    .arg(since(state.spool))};
    case Phase::Opening:
    case Phase::Idle:
    case Phase::Connected: break;
    }
    return {};
}

} // namespace

SpoolNotice spoolNotice(const WriterState& state)
{
    SpoolNotice notice = noticeOf(state);
    if (state.findings.empty())
        return notice;
    QStringList lines;
    if (!notice.toolTip.isEmpty())
        lines << notice.toolTip;
    for (const std::string& finding : state.findings)
        lines << QString::fromStdString(finding);
    notice.toolTip = lines.join(QLatin1Char('\n'));
    if (notice.text.isEmpty()) {
        notice.token = Token::Warn;
        notice.text = Spool::tr("Spool · set aside: %1").arg(state.findings.size());
    }
    return notice;
}

} // namespace ui
