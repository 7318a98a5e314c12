// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"
#include "ui/theme.h"

#include <QByteArrayView>
#include <QString>
#include <QStringList>

namespace ui::models {

/// A line of a journal as a person reads it.
struct JournalLine
{
    core::Timestamp time;
    QString event;    ///< "order filled", "fill", "ledger: fee".
    QString strategy; ///< Empty for lines of the session.
    QString what;     ///< "buy limit of 0.5 BTC/USD (order 214)".
    QStringList
        amounts; ///< "fee −54.2362184", every digit of the journal that is not an ending zero.
    Token token = Token::Text; ///< Of the event.
    QString raw;               ///< The line itself.
};

/// Reads one line. What is no JSON object is shown as it stands; an event this version does not
/// know has its members named as the journal names them.
[[nodiscard]] JournalLine describeJournalLine(QByteArrayView line);

/// A decimal string of a journal as a figure: "-20860.08400000" is "−20 860.084".
[[nodiscard]] QString journalFigure(const QString& decimal);

} // namespace ui::models
