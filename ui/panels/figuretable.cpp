// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/figuretable.h"

#include "ui/models/celldelegate.h"
#include "ui/models/celltablemodel.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>

#include <numeric>

namespace ui::panels {

namespace {
constexpr int NARROWEST_TEXT = 80; ///< Of a column that gives way.
} // namespace

void prepareFigureTable(QTableView& table)
{
    table.setItemDelegate(new models::CellDelegate(&table));
    table.setShowGrid(false);
    table.setSelectionMode(QTableView::SingleSelection);
    table.setEditTriggers(QTableView::NoEditTriggers);
    table.setHorizontalScrollMode(QTableView::ScrollPerPixel);
    table.setVerticalScrollMode(QTableView::ScrollPerPixel);
    table.setWordWrap(false);
    table.setCornerButtonEnabled(false);
    table.setTabKeyNavigation(false);
    table.setMouseTracking(true);
    table.setCornerWidget(new QWidget(&table));
    table.horizontalHeader()->setFixedHeight(ROW_HEIGHT);
    table.horizontalHeader()->setHighlightSections(false);
}

FigureTable::FigureTable(QWidget* parent) : QTableView(parent)
{
    prepareFigureTable(*this);
    setSelectionBehavior(SelectRows);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(ROW_HEIGHT);
    verticalHeader()->setMinimumSectionSize(ROW_HEIGHT);
    auto* titles = horizontalHeader();
    titles->setMinimumSectionSize(40);
    titles->setSortIndicatorClearable(true);
    titles->setSortIndicator(-1, Qt::AscendingOrder);
}

void FigureTable::setCellModel(models::CellTableModel& columns, QAbstractItemModel& shown)
{
    setModel(&shown);
    setSortingEnabled(true);
    for (const auto& column : columns.columns())
        m_widths.push_back(column.width);
    const QFontMetrics titles(textFont(LABEL_PIXELS));
    for (const auto& column : columns.columns())
        m_needed.push_back(titles.horizontalAdvance(column.title) + 2 * models::CELL_PADDING + 2);
    fitColumns();
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &FigureTable::measure);
    // Told before the scroll range changes: where the view stands has to be read first.
    connect(&shown, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this] { m_anchor = verticalScrollBar()->value(); });
}

void FigureTable::setLastColumnGivesWay()
{
    m_lastGivesWay = true;
    fitColumns();
}

void FigureTable::setEmptyText(const QString& text)
{
    if (text == m_emptyText)
        return;
    m_emptyText = text;
    viewport()->update();
}

int FigureTable::selectedRow() const
{
    const auto rows = selectionModel() ? selectionModel()->selectedRows() : QModelIndexList();
    return rows.isEmpty() ? -1 : rows.front().row();
}

void FigureTable::selectRowQuietly(int row)
{
    const auto index = model()->index(row, 0);
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                 QItemSelectionModel::Rows);
}

void FigureTable::rowsInserted(const QModelIndex& parent, int start, int end)
{
    QTableView::rowsInserted(parent, start, end);
    measure();
    if (m_anchor == 0 || start * ROW_HEIGHT > m_anchor)
        return;
    updateGeometries();
    verticalScrollBar()->setValue(m_anchor + (end - start + 1) * ROW_HEIGHT);
}

void FigureTable::rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end)
{
    const int row = selectedRow();
    if (row >= start && row <= end)
        selectionModel()->clear();
    QTableView::rowsAboutToBeRemoved(parent, start, end);
}

void FigureTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    measure();
    fitColumns();
}

void FigureTable::dataChanged(const QModelIndex& first, const QModelIndex& last,
                              const QList<int>& roles)
{
    QTableView::dataChanged(first, last, roles);
    measure();
}

bool FigureTable::isNarrow() const
{
    return viewport()->width() < std::accumulate(m_widths.begin(), m_widths.end(), 0);
}

void FigureTable::measure()
{
    if (!model() || !isNarrow() || model()->rowCount() == 0)
        return;
    const int first = std::max(rowAt(0), 0);
    const int bottom = rowAt(viewport()->height() - 1);
    const int last = bottom < 0 ? model()->rowCount() - 1 : bottom;
    const QStyleOptionViewItem option;
    bool grown = false;
    for (std::size_t i = 0; i < m_needed.size(); ++i) {
        for (int row = first; row <= last; ++row) {
            const auto index = model()->index(row, static_cast<int>(i));
            const int width = itemDelegateForIndex(index)->sizeHint(option, index).width();
            grown = grown || width > m_needed[i];
            m_needed[i] = std::max(m_needed[i], width);
        }
    }
    if (grown)
        fitColumns();
}

void FigureTable::fitColumns()
{
    if (m_widths.empty())
        return;
    // Room to spare is shared out, so that the last column ends at the edge; otherwise it scrolls.
    std::vector<int> widths = isNarrow() ? m_needed : m_widths;
    if (m_lastGivesWay) {
        const int others = std::accumulate(widths.begin(), widths.end() - 1, 0);
        widths.back() = std::max(NARROWEST_TEXT, viewport()->width() - others);
    }
    const int wanted = std::accumulate(widths.begin(), widths.end(), 0);
    const int spare = std::max(0, viewport()->width() - wanted);
    const int count = static_cast<int>(widths.size());
    for (int i = 0; i < count; ++i) {
        const int share = spare * (i + 1) / count - spare * i / count;
        setColumnWidth(i, widths[static_cast<std::size_t>(i)] + share);
    }
}

void FigureTable::paintEvent(QPaintEvent* event)
{
    QTableView::paintEvent(event);
    if (!model() || model()->rowCount() > 0 || m_emptyText.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setFont(textFont());
    painter.setPen(theme().dim);
    const QRect box = viewport()->rect().adjusted(16, 0, -16, 0);
    painter.drawText(box, int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
}

} // namespace ui::panels
