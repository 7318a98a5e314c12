// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/explanationunits.h"

#include "ui/format.h"
#include "ui/models/snapshotlookup.h"

namespace ui::models {

namespace {

/// Without the zeros that end a fraction: "2.10000000" reads as "2.1" in a sentence.
QString shortened(QString figure)
{
    if (!figure.contains(QLatin1Char('.')))
        return figure;
    while (figure.endsWith(QLatin1Char('0')))
        figure.chop(1);
    if (figure.endsWith(QLatin1Char('.')))
        figure.chop(1);
    return figure;
}

} // namespace

ExplanationUnits::ExplanationUnits(const core::engine::EngineSnapshot& snapshot,
                                   core::SymbolIndex symbol)
    : instrument(instrumentOf(snapshot, symbol)),
      base(QString::fromStdString(instrument.symbol.base())),
      quote(QString::fromStdString(instrument.symbol.quote()))
{}

QString ExplanationUnits::price(core::Price value) const
{
    return format::price(instrument, value);
}

QString ExplanationUnits::size(core::Quantity value) const
{
    return shortened(format::quantity(instrument, value.magnitude())) + QLatin1Char(' ') + base;
}

QString ExplanationUnits::money(core::Money value) const
{
    return format::money(value) + QLatin1Char(' ') + quote;
}

QString sentence(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace ui::models
