// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/databasetable.h"

#include "ui/format.h"
#include "ui/models/celldelegate.h"
#include "ui/models/databasewords.h"
#include "ui/theme.h"

#include <QHeaderView>

#include <algorithm>

namespace ui::dialogs {

namespace {

enum Column { Name, RowCount, Size, Compressed, Saved, COLUMNS };
constexpr int WIDTHS[] = {220, 130, 120, 150, 110};

models::Cell figure(const QString& text)
{
    return models::figureCell(text, text, text == QString(format::NONE) ? Token::Faint : Token::Text);
}

QString countOr(const std::optional<std::int64_t>& count)
{
    return count ? format::count(*count) : QString(format::NONE);
}

QString savedText(const std::optional<core::history::CompressionFacts>& compression)
{
    if (!compression || compression->bytesBefore == 0)
        return QString(format::NONE);
    const auto before = static_cast<double>(compression->bytesBefore);
    return format::percent((before - static_cast<double>(compression->bytesAfter)) / before, 1, format::Sign::Minus);
}

} // namespace

DatabaseTable::DatabaseTable(QWidget* parent) : QTableWidget(0, COLUMNS, parent)
{
    setHorizontalHeaderLabels({tr("Table"), tr("Rows"), tr("Size"), tr("Compressed"), tr("Saved")});
    setAccessibleName(tr("Tables of the history and what they take"));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setWordWrap(false);
    setShowGrid(false);
    setItemDelegate(new models::CellDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(ROW_HEIGHT);
    horizontalHeader()->setFixedHeight(ROW_HEIGHT);
    horizontalHeader()->setHighlightSections(false);
    for (int column = Name; column < COLUMNS; ++column) {
        setColumnWidth(column, WIDTHS[column]);
        horizontalHeaderItem(column)->setTextAlignment((column == Name ? Qt::AlignLeft : Qt::AlignRight) |
                                                       Qt::AlignVCenter);
    }
    horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    horizontalHeaderItem(Size)->setToolTip(tr("With indexes"));
    horizontalHeaderItem(Compressed)->setToolTip(tr("By TimescaleDB, once a chunk of time is over"));
    horizontalHeaderItem(Saved)->setToolTip(tr("Of the compressed chunks' size"));
}

void DatabaseTable::setFacts(const core::history::DatabaseFacts& facts)
{
    setRowCount(static_cast<int>(facts.tables.size()));
    for (int row = 0; row < rowCount(); ++row)
        put(row, facts.tables[static_cast<std::size_t>(row)]);
    const bool compresses = std::ranges::any_of(facts.tables, [](const auto& table) { return table.compression.has_value(); });
    setColumnHidden(Compressed, !compresses);
    setColumnHidden(Saved, !compresses);
}

void DatabaseTable::put(int row, const core::history::TableFacts& facts)
{
    const auto set = [this, row](Column column, const models::Cell& cell) {
        auto* item = new QTableWidgetItem(cell.text);
        item->setData(models::CellRole, QVariant::fromValue(cell));
        setItem(row, column, item);
    };
    const QString compressed = models::words::compression(facts);
    set(Name, models::textCell(models::words::table(facts.name)));
    set(RowCount, figure(countOr(facts.rows)));
    set(Size, figure(facts.bytes ? format::bytes(*facts.bytes) : QString(format::NONE)));
    set(Compressed, figure(compressed.isEmpty() ? QString(format::NONE) : compressed));
    set(Saved, figure(savedText(facts.compression)));
    item(row, Name)->setToolTip(QString::fromStdString(facts.name));
}

} // namespace ui::dialogs
