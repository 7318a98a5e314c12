// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timeline.h"

#include "ui/charts/layers.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui::charts {

using core::engine::TimelineMark;
using core::portfolio::UserAction;

namespace {

constexpr double TRACK_Y = 22.0;
constexpr double TRACK_HEIGHT = 6.0;
constexpr double HANDLE_RADIUS = 7.0;
constexpr double INSET = 8.0;

/// What the user did is no trouble.
const QColor& colourOf(TimelineMark::Kind kind)
{
    if (kind == TimelineMark::Kind::MarginCall)
        return theme().bad;
    return kind == TimelineMark::Kind::Act ? theme().text : theme().warn;
}

} // namespace

Timeline::Timeline(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Time line of the replay"));
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(SEEK_MILLISECONDS);
    connect(&m_throttle, &QTimer::timeout, this, [this] {
        if (m_unsent)
            sendSeek();
    });
    connect(&themeManager(), &ThemeManager::themeChanged, this, qOverload<>(&QWidget::update));
}

void Timeline::setRange(core::Timestamp begin, core::Timestamp end)
{
    m_begin = begin;
    m_end = std::max(end, begin + std::chrono::minutes(1));
    m_held.reset();
    m_fillColumns.clear();
    m_fillsTaken = 0;
    update();
}

void Timeline::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    if (!snapshot) {
        m_held.reset();
        m_fillColumns.clear();
        m_fillsTaken = 0;
    } else {
        // Arrived near enough, the handle belongs to the replay again.
        if (m_held && !m_dragging && std::abs(xOf(snapshot->time) - xOf(*m_held)) < 2.0)
            m_held.reset();
        collectTicks();
    }
    setEnabled(snapshot != nullptr);
    update();
}

void Timeline::collectTicks()
{
    if (m_snapshot->epoch != m_epoch || m_snapshot->fills.size() < m_fillsTaken) {
        m_epoch = m_snapshot->epoch;
        m_fillColumns.clear();
        m_fillsTaken = 0;
    }
    for (; m_fillsTaken < m_snapshot->fills.size(); ++m_fillsTaken)
        m_fillColumns.insert(static_cast<int>(xOf(m_snapshot->fills.at(m_fillsTaken).fill.time)));
}

void Timeline::endSeek()
{
    if (!m_dragging)
        m_held.reset();
    update();
}

core::Timestamp Timeline::handleTime() const
{
    if (m_held)
        return *m_held;
    return m_snapshot ? std::clamp(m_snapshot->time, m_begin, m_end) : m_begin;
}

double Timeline::xOf(core::Timestamp time) const
{
    const double share = static_cast<double>((time - m_begin).count()) /
                         static_cast<double>((m_end - m_begin).count());
    return INSET + std::clamp(share, 0.0, 1.0) * (width() - 2 * INSET);
}

core::Timestamp Timeline::timeAt(double x) const
{
    const double share = std::clamp((x - INSET) / std::max(1.0, width() - 2 * INSET), 0.0, 1.0);
    return m_begin + core::Nanoseconds(static_cast<std::int64_t>(
                         share * static_cast<double>((m_end - m_begin).count())));
}

void Timeline::holdAt(core::Timestamp time, bool now)
{
    m_held = std::clamp(time, m_begin, m_end);
    m_unsent = true;
    if (now || !m_throttle.isActive())
        sendSeek();
    update();
}

void Timeline::sendSeek()
{
    m_unsent = false;
    m_throttle.start();
    if (m_held)
        emit seekRequested(*m_held);
}

void Timeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_snapshot)
        return;
    m_dragging = true;
    holdAt(timeAt(event->position().x()), false);
}

void Timeline::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        holdAt(timeAt(event->position().x()), false);
}

void Timeline::mouseReleaseEvent(QMouseEvent*)
{
    if (!m_dragging)
        return;
    m_dragging = false;
    if (m_unsent)
        sendSeek();
}

void Timeline::keyPressEvent(QKeyEvent* event)
{
    const core::Nanoseconds length = m_end - m_begin;
    switch (event->key()) {
    case Qt::Key_Left:
        holdAt(handleTime() - length / 100, false);
        break;
    case Qt::Key_Right:
        holdAt(handleTime() + length / 100, false);
        break;
    case Qt::Key_PageUp:
        holdAt(handleTime() - length / 10, false);
        break;
    case Qt::Key_PageDown:
        holdAt(handleTime() + length / 10, false);
        break;
    case Qt::Key_Home:
        holdAt(m_begin, true);
        break;
    case Qt::Key_End:
        holdAt(m_end, true);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    event->accept();
}

void Timeline::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_fillColumns.clear();
    m_fillsTaken = 0;
    if (m_snapshot)
        collectTicks();
}

void Timeline::paintTrack(QPainter& painter) const
{
    const double x = xOf(handleTime());
    const QRectF track(INSET, TRACK_Y - TRACK_HEIGHT / 2, width() - 2 * INSET, TRACK_HEIGHT);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().line);
    painter.drawRoundedRect(track, TRACK_HEIGHT / 2, TRACK_HEIGHT / 2);
    painter.setBrush(isEnabled() ? theme().accent : theme().faint);
    painter.drawRoundedRect(QRectF(track.left(), track.top(), x - track.left(), TRACK_HEIGHT),
                            TRACK_HEIGHT / 2, TRACK_HEIGHT / 2);
    painter.setBrush(theme().text);
    painter.setPen(QPen(hasFocus() ? theme().accent : theme().panel, 2.0));
    painter.drawEllipse(QPointF(x, TRACK_Y), HANDLE_RADIUS, HANDLE_RADIUS);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

QString Timeline::wordFor(const TimelineMark& mark)
{
    switch (mark.kind) {
    case TimelineMark::Kind::MarginCall:
        return tr("margin call");
    case TimelineMark::Kind::RiskLimit:
        return tr("risk limit");
    case TimelineMark::Kind::Suspended:
        return tr("suspended");
    case TimelineMark::Kind::Act:
        break;
    }
    switch (mark.act) {
    case UserAction::Kind::Reset:
        return tr("reset");
    case UserAction::Kind::Halt:
        return tr("halted");
    case UserAction::Kind::Resume:
        return tr("resumed");
    case UserAction::Kind::SetLeverage:
        return tr("leverage");
    }
    return {};
}

void Timeline::paintMarks(QPainter& painter) const
{
    const QColor tick = mixed(theme().panel, theme().dim, 0.7);
    for (const int column : m_fillColumns)
        painter.fillRect(column, 11, 1, 4, tick);
    if (!m_snapshot || !m_snapshot->marks)
        return;
    painter.setFont(textFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    double free = 0.0;
    for (const auto& mark : *m_snapshot->marks) {
        const QColor& colour = colourOf(mark.kind);
        const double x = std::floor(xOf(mark.time));
        painter.fillRect(QRectF(x, 4.0, 2.0, 12.0), colour);
        const QString word = wordFor(mark);
        const double advance = metrics.horizontalAdvance(word);
        if (x < free || x + 6.0 + advance > width())
            continue;
        painter.setPen(colour);
        painter.fillRect(QRectF(x + 2.0, 0.0, advance + 8.0, 14.0), theme().panel);
        painter.drawText(QPointF(x + 6.0, 11.0), word);
        free = x + advance + 12.0;
    }
}

void Timeline::paintLabels(QPainter& painter) const
{
    painter.setFont(figureFont(LABEL_PIXELS));
    const QFontMetricsF metrics(painter.font());
    const double top = TRACK_Y + 11.0;
    const double height = metrics.height();
    const QString current = format::dayTime(handleTime());
    const double advance = metrics.horizontalAdvance(current);
    const double left =
        std::clamp(xOf(handleTime()) - advance / 2, INSET, width() - INSET - advance);
    painter.setPen(theme().text);
    painter.drawText(QRectF(left, top, advance + 1.0, height), Qt::AlignLeft, current);
    const auto end = [&](const QString& text, double x) {
        const QRectF box(x, top, metrics.horizontalAdvance(text) + 1.0, height);
        // The time at the handle is worth more than the end it covers.
        if (box.right() + 8.0 > left && box.left() < left + advance + 8.0)
            return;
        painter.setPen(theme().faint);
        painter.drawText(box, Qt::AlignLeft, text);
    };
    end(format::dayTime(m_begin), INSET);
    const QString last = format::dayTime(m_end);
    end(last, width() - INSET - metrics.horizontalAdvance(last));
}

void Timeline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintMarks(painter);
    paintTrack(painter);
    paintLabels(painter);
}

} // namespace ui::charts
