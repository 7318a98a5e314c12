// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include <vector>

namespace ui::models {
class CellTableModel;
}

namespace ui::panels {

/// Gives a table what all tables of figures have: their delegate, single selection, no grid, no editing.
void prepareFigureTable(QTableView& table);

/// A table of figures: rows of ROW_HEIGHT painted by CellDelegate, whole rows selected, sorted by a
/// click on a title and back to its own order by a third click. Rows that come in above those in
/// sight do not move them. Where there are no rows, a hint says why. Columns have the widths of
/// their model; in a panel too narrow for that they have what their cells have needed so far.
class FigureTable final : public QTableView
{
    Q_OBJECT

public:
    explicit FigureTable(QWidget* parent = nullptr);

    /// Takes widths and titles from `columns`; `shown` is that model or a proxy of it.
    void setCellModel(models::CellTableModel& columns, QAbstractItemModel& shown);
    /// Elides the last column instead of scrolling to it: for texts that are read elsewhere.
    void setLastColumnGivesWay();
    void setEmptyText(const QString& text);
    /// The selected row in the shown model, or −1.
    [[nodiscard]] int selectedRow() const;
    /// Selects a row without scrolling to it.
    void selectRowQuietly(int row);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void rowsInserted(const QModelIndex& parent, int start, int end) override;
    void dataChanged(const QModelIndex& first, const QModelIndex& last,
                     const QList<int>& roles) override;
    /// A row that goes takes the selection with it, instead of handing it to its neighbour.
    void rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end) override;

private:
    void fitColumns();
    void measure();
    [[nodiscard]] bool isNarrow() const;

    QString m_emptyText;
    int m_anchor = 0;
    bool m_lastGivesWay = false;
    std::vector<int> m_widths; ///< As the model likes them.
    std::vector<int> m_needed; ///< For the titles and the cells seen so far; they only grow.
};

} // namespace ui::panels
