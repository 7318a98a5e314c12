// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historystore.h"

#include <QStyledItemDelegate>
#include <QWidget>

#include <functional>

namespace ui::panels {

/// Paints what a strip says into `box`, which stands for the time of `axis`. Kinds are told apart by colour and by
/// form: whole, with a line of trades, half, hatched, or a thin line.
void paintStrip(QPainter& painter, const QRectF& box, const core::history::TimeRange& axis,
                const core::history::CoverageStrip& strip);

/// The run at `x` of such a box; null between runs.
[[nodiscard]] const core::history::StripRun* runAt(double x, const QRectF& box, const core::history::TimeRange& axis,
                                                   const core::history::CoverageStrip& strip);

/// "2022-01-03 00:00 to 2022-01-04 12:00: gap, 2 160 candles missing".
[[nodiscard]] QString runText(const core::history::StripRun& run);

/// Paints the Strip column of a HistoryTableModel.
class StripDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using Span = std::function<core::history::TimeRange()>;
    /// `span` tells the time that the column stands for.
    StripDelegate(Span span, QObject* parent) : QStyledItemDelegate(parent), m_span(std::move(span)) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

private:
    Span m_span;
};

/// What the forms and colours of strips mean, in one line.
class StripLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit StripLegend(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::panels
