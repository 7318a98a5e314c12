// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/coverageview.h"

#include "ui/charts/axislayout.h"
#include "ui/charts/chartmapping.h"
#include "ui/panels/coveragestrip.h"
#include "ui/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ui::panels {

using core::history::TimeRange;

namespace {

constexpr int STRIP_HEIGHT = 22;
constexpr int AXIS_HEIGHT = 16;
constexpr double WHEEL_STEP = 1.2;
constexpr double KEY_ZOOM = 1.5;
constexpr double KEY_SHARE = 0.1; ///< Of the range, for the arrow keys.

charts::ChartMapping mappingOf(const QRectF& box, const TimeRange& range)
{
    charts::ChartMapping mapping;
    mapping.plot = box;
    mapping.from = range.from;
    mapping.to = range.to;
    return mapping;
}

} // namespace

CoverageView::CoverageView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(sizeHint().height());
    setCursor(Qt::OpenHandCursor);
    setAccessibleName(tr("Coverage of the chosen instrument"));
}

QSize CoverageView::sizeHint() const
{
    return {600, STRIP_HEIGHT + AXIS_HEIGHT + 2 * SPACE};
}

QSize CoverageView::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

QRectF CoverageView::stripBox() const
{
    return QRectF(1, SPACE, width() - 2, STRIP_HEIGHT);
}

TimeRange CoverageView::whole() const
{
    return {m_coverage->oldest, m_coverage->newest + m_coverage->finest.length()};
}

void CoverageView::setInstrument(const std::optional<core::history::Coverage>& coverage)
{
    m_coverage = coverage;
    m_strip.reset();
    if (m_coverage)
        showRange(whole());
    update();
}

void CoverageView::updateInstrument(const core::history::Coverage& coverage)
{
    const bool showedAll = !m_coverage || (m_range.from <= m_coverage->oldest && m_range.to >= whole().to);
    m_coverage = coverage;
    showRange(showedAll ? whole() : m_range);
    want();
}

void CoverageView::setStrip(const core::history::StripPtr& strip)
{
    m_strip = strip;
    update();
}

void CoverageView::showRange(TimeRange range)
{
    if (!m_coverage)
        return;
    const TimeRange all = whole();
    const auto shortest = std::min<core::Nanoseconds>(20 * m_coverage->finest.length(), all.to - all.from);
    const auto length = std::clamp<core::Nanoseconds>(range.to - range.from, shortest, all.to - all.from);
    range.from = std::clamp(range.from, all.from, all.to - length);
    range.to = range.from + length;
    if (range.from == m_range.from && range.to == m_range.to && m_strip)
        return;
    m_range = range;
    want();
    update();
    emit rangeChanged(m_range);
}

void CoverageView::want()
{
    if (m_coverage && width() > 2)
        emit stripWanted(m_coverage->instrument.symbol, m_range, std::max(1, width() - 2));
}

core::Timestamp CoverageView::timeAt(double x) const
{
    return mappingOf(stripBox(), m_range).timeAt(x);
}

void CoverageView::zoom(double factor, core::Timestamp about)
{
    const auto span = charts::zoomed({m_range.from, m_range.to}, factor, about);
    showRange({span.from, span.to});
}

void CoverageView::move(core::Nanoseconds by)
{
    showRange({m_range.from + by, m_range.to + by});
}

void CoverageView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    want();
}

bool CoverageView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto* run = m_strip ? runAt(help->pos().x(), stripBox(), m_range, *m_strip) : nullptr;
    if (run)
        QToolTip::showText(help->globalPos(), runText(*run), this);
    else
        QToolTip::hideText();
    return true;
}

void CoverageView::wheelEvent(QWheelEvent* event)
{
    if (!m_coverage)
        return;
    const double steps = event->angleDelta().y() / 120.0;
    zoom(std::pow(WHEEL_STEP, -steps), timeAt(event->position().x()));
    event->accept();
}

void CoverageView::mousePressEvent(QMouseEvent* event)
{
    m_dragX = event->position().x();
}

void CoverageView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_coverage || !(event->buttons() & Qt::LeftButton))
        return;
    const core::Nanoseconds by = timeAt(m_dragX) - timeAt(event->position().x());
    m_dragX = event->position().x();
    move(by);
}

void CoverageView::mouseDoubleClickEvent(QMouseEvent*)
{
    if (m_coverage)
        showRange(whole());
}

void CoverageView::keyPressEvent(QKeyEvent* event)
{
    if (!m_coverage)
        return QWidget::keyPressEvent(event);
    const auto length = std::chrono::duration<double, std::nano>(m_range.to - m_range.from);
    const auto step = std::chrono::duration_cast<core::Nanoseconds>(length * KEY_SHARE);
    const core::Timestamp middle = m_range.from + (m_range.to - m_range.from) / 2;
    switch (event->key()) {
    case Qt::Key_Left:
        return move(-step);
    case Qt::Key_Right:
        return move(step);
    case Qt::Key_Plus:
    case Qt::Key_Up:
        return zoom(1.0 / KEY_ZOOM, middle);
    case Qt::Key_Minus:
    case Qt::Key_Down:
        return zoom(KEY_ZOOM, middle);
    case Qt::Key_Home:
        return showRange(whole());
    default:
        QWidget::keyPressEvent(event);
    }
}

void CoverageView::paintAxis(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    const QFontMetrics metrics(painter.font());
    const auto width = [&](const QString& text) { return static_cast<double>(metrics.horizontalAdvance(text)); };
    const double top = stripBox().bottom();
    for (const charts::TimeTick& tick : charts::timeTicks(mappingOf(stripBox(), m_range), width)) {
        painter.setPen(theme().line);
        painter.drawLine(QPointF(std::round(tick.x), top), QPointF(std::round(tick.x), top + SPACE));
        painter.setPen(tick.boundary ? theme().text : theme().dim);
        painter.drawText(QRectF(tick.left, top + SPACE - 1, tick.right - tick.left + 2, AXIS_HEIGHT),
                         int(Qt::AlignLeft | Qt::AlignVCenter), tick.label);
    }
}

void CoverageView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF box = stripBox();
    painter.fillRect(box, theme().panelRaised);
    if (m_coverage) {
        if (m_strip)
            paintStrip(painter, box, m_range, *m_strip);
        paintAxis(painter);
    }
    painter.setPen(hasFocus() ? theme().accent : theme().line);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5));
}

} // namespace ui::panels
