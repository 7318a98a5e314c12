// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/performancetable.h"

#include "ui/models/celldelegate.h"
#include "ui/models/performancetablemodel.h"
#include "ui/panels/figuretable.h"
#include "ui/theme.h"

#include <QHeaderView>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace ui::panels {

namespace {

constexpr int NARROWEST_COLUMN = 96;
constexpr int INDENT = 2 * SPACE;

/// Names the figures; the titles of groups stand out and stand left of what they hold.
class FigureNames final : public QHeaderView
{
public:
    explicit FigureNames(QWidget* parent) : QHeaderView(Qt::Vertical, parent)
    {
        setSectionResizeMode(Fixed);
        setMinimumSectionSize(ROW_HEIGHT);
        setDefaultSectionSize(ROW_HEIGHT);
        setSectionsClickable(false);
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        int widest = 0;
        const QFontMetrics metrics(textFont());
        for (int row = 0; model() && row < model()->rowCount(); ++row)
            widest = std::max(widest, metrics.horizontalAdvance(
                                          model()->headerData(row, Qt::Vertical).toString()));
        return {widest + INDENT + 2 * models::CELL_PADDING, QHeaderView::sizeHint().height()};
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int row) const override
    {
        const auto cell =
            model()->headerData(row, Qt::Vertical, models::CellRole).value<models::Cell>();
        painter->save();
        painter->fillRect(rect, theme().panel);
        painter->setPen(theme().line);
        painter->drawLine(rect.bottomLeft(), rect.bottomRight());
        painter->setFont(textFont(VALUE_PIXELS, cell.strong ? QFont::DemiBold : QFont::Normal));
        painter->setPen(theme().colour(cell.token));
        const int left = models::CELL_PADDING + (cell.strong ? 0 : INDENT);
        painter->drawText(rect.adjusted(left, 0, -models::CELL_PADDING, 0),
                          Qt::AlignLeft | Qt::AlignVCenter, cell.text);
        painter->restore();
    }
};

} // namespace

PerformanceTable::PerformanceTable(QWidget* parent)
    : QTableView(parent), m_model(new models::PerformanceTableModel(this))
{
    prepareFigureTable(*this);
    setVerticalHeader(new FigureNames(this));
    setModel(m_model);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_needed.clear();
        fitColumns();
    });
    connect(&themeManager(), &ThemeManager::themeChanged, viewport(),
            qOverload<>(&QWidget::update));
}

void PerformanceTable::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_model->setSnapshot(snapshot);
    if (isVisible())
        measure();
}

models::Explanation PerformanceTable::explanation() const
{
    const QModelIndexList selected = selectionModel()->selectedIndexes();
    if (selected.isEmpty())
        return {};
    const QModelIndex index = selected.front();
    const QString name = m_model->headerData(index.row(), Qt::Vertical).toString();
    const QString column = m_model->headerData(index.column(), Qt::Horizontal).toString();
    models::Explanation explanation;
    explanation.title =
        tr("%1 of %2: %3", "figure, account, value").arg(name, column, index.data().toString());
    const QString reason = m_model->reason(index);
    if (!reason.isEmpty())
        explanation.lines.append(tr("No value: %1.").arg(reason));
    explanation.lines.append(
        m_model->headerData(index.row(), Qt::Vertical, Qt::ToolTipRole).toString());
    return explanation;
}

void PerformanceTable::measure()
{
    const int columns = m_model->columnCount();
    const QFontMetrics titles(textFont(LABEL_PIXELS));
    m_needed.resize(static_cast<std::size_t>(columns), 0);
    const QStyleOptionViewItem option;
    bool grown = false;
    for (int column = 0; column < columns; ++column) {
        const QString title = m_model->headerData(column, Qt::Horizontal).toString();
        int width = std::max(NARROWEST_COLUMN,
                             titles.horizontalAdvance(title) + 2 * models::CELL_PADDING + 2);
        for (int row = 0; row < m_model->rowCount(); ++row)
            width = std::max(width,
                             itemDelegate()->sizeHint(option, m_model->index(row, column)).width());
        int& needed = m_needed[static_cast<std::size_t>(column)];
        grown = grown || width > needed;
        needed = std::max(needed, width);
    }
    if (grown)
        fitColumns();
}

void PerformanceTable::fitColumns()
{
    const int wanted = std::accumulate(m_needed.begin(), m_needed.end(), 0);
    const int spare = std::max(0, viewport()->width() - wanted);
    const int count = static_cast<int>(m_needed.size());
    for (int i = 0; i < count; ++i)
        setColumnWidth(i, m_needed[static_cast<std::size_t>(i)] + spare * (i + 1) / count -
                              spare * i / count);
}

void PerformanceTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void PerformanceTable::showEvent(QShowEvent* event)
{
    QTableView::showEvent(event);
    measure();
}

void PerformanceTable::selectionChanged(const QItemSelection& selected,
                                        const QItemSelection& deselected)
{
    QTableView::selectionChanged(selected, deselected);
    emit selectionMoved();
}

} // namespace ui::panels
