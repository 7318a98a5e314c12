// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/coveragestrip.h"

#include "ui/format.h"
#include "ui/models/celldelegate.h"
#include "ui/models/historytablemodel.h"
#include "ui/models/jobwords.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ui::panels {

using core::history::CoverageStrip;
using core::history::StripKind;
using core::history::StripRun;
using core::history::TimeRange;

namespace {

constexpr std::array KINDS = {StripKind::Imported, StripKind::FromTrades, StripKind::Partly, StripKind::Gap,
                              StripKind::Empty};
constexpr int SWATCH_WIDTH = 22;
constexpr int SWATCH_HEIGHT = 10;
constexpr double THIN = 2.0; ///< Of the lines in a strip.
constexpr double HATCH = 4.0;

double xOf(core::Timestamp time, const QRectF& box, const TimeRange& axis)
{
    const auto whole = std::chrono::duration<double>(axis.to - axis.from).count();
    return box.left() + box.width() * std::chrono::duration<double>(time - axis.from).count() / whole;
}

/// Whole pixels, one at least.
std::pair<double, double> edgesOf(const StripRun& run, const QRectF& box, const TimeRange& axis)
{
    const double left = std::floor(xOf(run.range.from, box, axis));
    return {left, std::max(left + 1.0, std::floor(xOf(run.range.to, box, axis)))};
}

/// Rising lines, where nothing is stored.
void hatch(QPainter& painter, const QRectF& box, const QColor& colour)
{
    painter.save();
    painter.setClipRect(box, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.0));
    // From a fixed origin, so that the lines of neighbours meet.
    const double height = box.height();
    for (double x = std::floor((box.left() - height) / HATCH) * HATCH; x < box.right(); x += HATCH)
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + height, box.top()));
    painter.restore();
}

void paintKind(QPainter& painter, const QRectF& box, StripKind kind)
{
    const Theme& t = theme();
    const double middle = std::round(box.center().y());
    switch (kind) {
    case StripKind::Imported:
        painter.fillRect(box, t.seriesColour(1));
        break;
    case StripKind::FromTrades:
        painter.fillRect(box, t.ok);
        painter.fillRect(QRectF(box.left(), middle - THIN / 2, box.width(), THIN), t.panel);
        break;
    case StripKind::Partly:
        painter.fillRect(QRectF(box.left(), middle, box.width(), box.bottom() - middle), t.warn);
        hatch(painter, QRectF(box.left(), box.top(), box.width(), middle - box.top()), t.bad);
        break;
    case StripKind::Gap:
        hatch(painter, box, t.bad);
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), t.bad);
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), t.bad);
        break;
    case StripKind::Empty:
        painter.fillRect(QRectF(box.left(), middle - THIN / 2, box.width(), THIN), t.dim);
        break;
    }
}

} // namespace

void paintStrip(QPainter& painter, const QRectF& box, const TimeRange& axis, const CoverageStrip& strip)
{
    if (axis.from >= axis.to || box.width() <= 0)
        return;
    painter.save();
    painter.setClipRect(box, Qt::IntersectClip);
    // What lacks candles comes last and over all else: a gap of a minute in ten years is seen as well.
    for (const bool lacking : {false, true}) {
        for (const StripRun& run : strip.runs) {
            const auto [left, right] = edgesOf(run, box, axis);
            if ((run.missing > 0) == lacking && right >= box.left() && left <= box.right())
                paintKind(painter, QRectF(left, box.top(), right - left, box.height()), run.kind);
        }
    }
    painter.restore();
}

const StripRun* runAt(double x, const QRectF& box, const TimeRange& axis, const CoverageStrip& strip)
{
    if (axis.from >= axis.to)
        return nullptr;
    const StripRun* found = nullptr;
    for (const StripRun& run : strip.runs) {
        const auto [left, right] = edgesOf(run, box, axis);
        // As painted: what lacks candles lies on top.
        if (x >= left && x < right && (!found || run.missing > 0))
            found = &run;
    }
    return found;
}

QString runText(const StripRun& run)
{
    const QString what = StripDelegate::tr("%1 to %2 UTC: %3")
                             .arg(format::dateTime(run.range.from), format::dateTime(run.range.to),
                                  models::words::stripKind(run.kind));
    return run.missing > 0 ? StripDelegate::tr("%1, %2 candles missing").arg(what, format::count(run.missing)) : what;
}

namespace {

QRectF stripBox(const QRect& cell)
{
    return QRectF(cell).adjusted(models::CELL_PADDING, 7, -models::CELL_PADDING, -8);
}

core::history::SurveyPtr surveyOf(const QModelIndex& index)
{
    return index.data(models::HistoryTableModel::SURVEY_ROLE).value<core::history::SurveyPtr>();
}

} // namespace

void StripDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    models::drawRowBackground(*painter, option);
    painter->setPen(theme().line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const QRectF box = stripBox(option.rect);
    if (const auto survey = surveyOf(index)) {
        paintStrip(*painter, box, m_span(), survey->strip);
    } else {
        painter->setPen(theme().faint);
        painter->setFont(textFont(LABEL_PIXELS));
        painter->drawText(option.rect.adjusted(models::CELL_PADDING, 0, 0, 0), int(Qt::AlignLeft | Qt::AlignVCenter),
                          tr("looking for gaps…"));
    }
    painter->restore();
}

bool StripDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                              const QModelIndex& index)
{
    const auto survey = surveyOf(index);
    if (!survey || event->type() != QEvent::ToolTip)
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const StripRun* run = runAt(event->pos().x(), stripBox(option.rect), m_span(), survey->strip);
    QToolTip::showText(event->globalPos(), run ? runText(*run) : tr("before or after what is stored"), view);
    return true;
}

StripLegend::StripLegend(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Legend of the coverage strips"));
    setFont(textFont(LABEL_PIXELS));
    setFixedHeight(ROW_HEIGHT - 4);
}

QSize StripLegend::sizeHint() const
{
    int width = 0;
    for (const StripKind kind : KINDS)
        width += SWATCH_WIDTH + 2 * SPACE + fontMetrics().horizontalAdvance(models::words::stripKind(kind)) + 4 * SPACE;
    return {width, ROW_HEIGHT - 4};
}

QSize StripLegend::minimumSizeHint() const
{
    return {0, ROW_HEIGHT - 4};
}

void StripLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(textFont(LABEL_PIXELS));
    int x = 0;
    for (const StripKind kind : KINDS) {
        const QString text = models::words::stripKind(kind);
        const int wide = painter.fontMetrics().horizontalAdvance(text);
        // What does not fit whole is left out; tooltips say the same.
        if (x + SWATCH_WIDTH + 2 * SPACE + wide > width())
            break;
        paintKind(painter, QRectF(x, (height() - SWATCH_HEIGHT) / 2, SWATCH_WIDTH, SWATCH_HEIGHT), kind);
        x += SWATCH_WIDTH + 2 * SPACE;
        painter.setPen(theme().dim);
        painter.drawText(QRect(x, 0, wide + 1, height()), int(Qt::AlignLeft | Qt::AlignVCenter), text);
        x += wide + 4 * SPACE;
    }
}

} // namespace ui::panels
