// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/historytablemodel.h"

#include "ui/format.h"

#include <algorithm>

namespace ui::models {

using core::history::Coverage;

namespace {

Cell timeCell(core::Timestamp time)
{
    return figureCell(format::dateTime(time).left(16), qlonglong(core::toMicroseconds(time)));
}

/// Not known yet.
Cell pending()
{
    return figureCell(QStringLiteral("…"), {}, Token::Faint);
}

QString kindText(core::market::InstrumentKind kind)
{
    return kind == core::market::InstrumentKind::Perpetual ? HistoryTableModel::tr("perpetual")
                                                           : HistoryTableModel::tr("spot");
}

} // namespace

bool isSame(const Coverage& a, const Coverage& b)
{
    return a.instrument.symbol == b.instrument.symbol && a.instrument.kind == b.instrument.kind &&
           a.instrument.priceDecimals == b.instrument.priceDecimals && a.finest == b.finest && a.oldest == b.oldest &&
           a.newest == b.newest && a.candles == b.candles;
}

HistoryTableModel::HistoryTableModel(QObject* parent)
    : CellTableModel({{tr("Symbol"), false, 92},
                      {tr("Kind"), false, 76},
                      {tr("Finest"), true, 58, tr("The shortest candles that are stored")},
                      {tr("Oldest, UTC"), true, 134},
                      {tr("Newest, UTC"), true, 134},
                      {tr("Candles"), true, 92, tr("Of the finest timeframe")},
                      {tr("Trades"), true, 100},
                      {tr("Missing"), true, 86, tr("Candles that are missing between the oldest and the newest")},
                      {tr("Coverage"), false, 220, tr("What is stored, over the time of all instruments")}},
                     parent)
{}

int HistoryTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant HistoryTableModel::data(const QModelIndex& index, int role) const
{
    if (index.isValid() && role == SURVEY_ROLE)
        return QVariant::fromValue(surveyAt(index.row()));
    return CellTableModel::data(index, role);
}

void HistoryTableModel::setCoverage(const std::vector<Coverage>& coverage)
{
    std::vector<Row> next;
    for (const Coverage& one : coverage) {
        const int known = rowOf(one.instrument.symbol);
        Row row{one, surveyAt(known), false};
        row.isCurrent = known >= 0 && m_rows[static_cast<std::size_t>(known)].isCurrent &&
                        isSame(m_rows[static_cast<std::size_t>(known)].coverage, one);
        next.push_back(std::move(row));
    }
    const auto key = [](const Row& row) { return row.coverage.instrument.symbol; };
    std::sort(next.begin(), next.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
    const bool kept = syncTable(m_rows, std::move(next), key);
    updateSpan();
    if (kept)
        reportChanged(0, rowCount());
}

void HistoryTableModel::updateSpan()
{
    core::history::TimeRange span{core::Timestamp::max(), core::Timestamp::min()};
    for (const Row& row : m_rows) {
        span.from = std::min(span.from, row.coverage.oldest);
        span.to = std::max(span.to, row.coverage.newest + row.coverage.finest.length());
    }
    if (m_rows.empty())
        span = {core::Timestamp(), core::Timestamp()};
    if (span.from == m_span.from && span.to == m_span.to)
        return;
    m_span = span;
    emit spanChanged();
}

void HistoryTableModel::markChanged(const core::Symbol& symbol)
{
    if (const int row = rowOf(symbol); row >= 0)
        m_rows[static_cast<std::size_t>(row)].isCurrent = false;
}

void HistoryTableModel::setSurvey(const core::Symbol& symbol, const core::history::SurveyPtr& survey)
{
    const int row = rowOf(symbol);
    if (row < 0)
        return;
    m_rows[static_cast<std::size_t>(row)].survey = survey;
    m_rows[static_cast<std::size_t>(row)].isCurrent = true;
    reportChanged(row, 1);
}

std::optional<core::Symbol> HistoryTableModel::unsurveyed(int first, int last) const
{
    std::optional<core::Symbol> other;
    for (int row = 0; row < rowCount(); ++row) {
        const Row& one = m_rows[static_cast<std::size_t>(row)];
        if (one.isCurrent)
            continue;
        if (row >= first && row <= last)
            return one.coverage.instrument.symbol;
        if (!other)
            other = one.coverage.instrument.symbol;
    }
    return other;
}

const Coverage* HistoryTableModel::coverageAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)].coverage : nullptr;
}

core::history::SurveyPtr HistoryTableModel::surveyAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[static_cast<std::size_t>(row)].survey : nullptr;
}

int HistoryTableModel::rowOf(const core::Symbol& symbol) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) {
        return row.coverage.instrument.symbol == symbol;
    });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

Cell HistoryTableModel::cell(int row, int column) const
{
    const auto& [coverage, survey, isCurrent] = m_rows[static_cast<std::size_t>(row)];
    switch (column) {
    case Instrument: {
        Cell cell = textCell(QString::fromStdString(coverage.instrument.symbol.text()));
        cell.strong = true;
        return cell;
    }
    case Kind:
        return textCell(kindText(coverage.instrument.kind), Token::Dim);
    case Finest:
        return figureCell(QString::fromStdString(coverage.finest.text()), qlonglong(coverage.finest.length().count()));
    case Oldest:
        return timeCell(coverage.oldest);
    case Newest:
        return timeCell(coverage.newest);
    case Candles:
        return figureCell(format::count(coverage.candles), qlonglong(coverage.candles));
    case Trades:
        if (!survey)
            return pending();
        return survey->trades ? figureCell(format::count(survey->trades->trades), qlonglong(survey->trades->trades))
                              : figureCell(QString(format::NONE), qlonglong(0), Token::Faint);
    case Missing:
        if (!survey)
            return pending();
        return figureCell(format::count(survey->strip.missing), qlonglong(survey->strip.missing),
                          survey->strip.missing > 0 ? Token::Warn : Token::Dim);
    default:
        // Painted as a strip; the words are for those who do not see it.
        return textCell(!survey                        ? tr("not looked at yet")
                        : survey->strip.missing == 0 ? tr("no gaps")
                                                       : tr("gaps: %1").arg(format::count(survey->strip.gaps)));
    }
}

} // namespace ui::models
