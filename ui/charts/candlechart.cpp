// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/candlechart.h"

#include "ui/charts/layers.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QtCharts/QChart>

#include <algorithm>
#include <cmath>

namespace ui::charts {
namespace {

constexpr double FIRST_CANDLE_PIXELS = 6.0;
constexpr double FOLLOW_SHARE = 0.06; ///< Of the width, kept free right of the replay's time.
constexpr double ZOOM_STEP = 0.8;
constexpr double PAN_STEP = 0.1;
constexpr int MARGIN = 8;
constexpr qsizetype MOST_DESCRIBED = 8; ///< Lines, for who cannot see them.

} // namespace

CandleChart::CandleChart(QWidget* parent) : QChartView(new QChart, parent)
{
    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->setMargins(QMargins());
    chart()->setAnimationOptions(QChart::NoAnimation);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing, false);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setOptimizationFlag(QGraphicsView::DontAdjustForAntialiasing);
    scene()->setItemIndexMethod(QGraphicsScene::NoIndex);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(240, 140);
    setAccessibleName(tr("Candle chart"));
    m_layers = {new GridLayer(m_state, chart()),   new VolumeLayer(m_state, chart()),
                new CandleLayer(m_state, chart()), new OverlayLayer(m_state, chart()),
                new MarkerLayer(m_state, chart()), new LineLayer(m_state, chart()),
                new AxisLayer(m_state, chart()),   new CrosshairLayer(m_state, chart())};
    connect(&m_source, &CandleSource::changed, this, &CandleChart::handleSourceChanged);
    connect(&themeManager(), &ThemeManager::themeChanged, this, &CandleChart::handleThemeChanged);
    handleThemeChanged();
}

CandleChart::~CandleChart() = default;

void CandleChart::handleThemeChanged()
{
    setBackgroundBrush(theme().panel);
    viewport()->update();
}

void CandleChart::setCoverage(const std::optional<core::history::Coverage>& coverage)
{
    const auto& before = m_source.coverage();
    // A history that has grown is seen where it was looked at.
    const bool isSame = coverage && before && before->instrument.symbol == coverage->instrument.symbol;
    if (coverage)
        m_state.instrument = coverage->instrument;
    m_needsSpan = m_needsSpan || !isSame;
    m_state.trades.clear();
    m_state.lines.clear();
    m_source.setCoverage(coverage);
}

void CandleChart::setTimeframe(std::optional<core::market::Timeframe> timeframe)
{
    m_chosen = timeframe;
    if (timeframe && plotWidth() > 0) {
        const double pixels = FIRST_CANDLE_PIXELS / m_state.mapping.width(*timeframe);
        zoomAbout(1.0 / pixels,
                  m_following ? m_state.mapping.x(end()) : m_state.mapping.plot.center().x());
    }
    refresh();
}

void CandleChart::setOverlays(std::vector<std::string> specs)
{
    m_overlaySpecs = std::move(specs);
    m_overlaidCandles.reset();
    refresh();
}

void CandleChart::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const bool began = snapshot && !m_state.now;
    m_state.now.reset();
    m_state.lines.clear();
    if (snapshot) {
        m_state.now = snapshot->time;
        for (std::size_t i = 0; i < snapshot->symbols.size(); ++i)
            if (snapshot->symbols[i].instrument.symbol == m_state.instrument.symbol) {
                const auto symbol = static_cast<core::SymbolIndex>(i);
                m_state.trades.update(*snapshot, symbol);
                m_state.lines = chartLines(*snapshot, symbol, m_tradesOf);
            }
    } else {
        m_state.trades.clear();
    }
    describeLines();
    if (began)
        setFollowing(true);
    if (m_following && !m_needsSpan)
        follow();
    refresh();
}

void CandleChart::setTradesOf(std::optional<core::AccountIndex> account)
{
    m_tradesOf = account;
    m_state.trades.setAccount(account);
}

void CandleChart::describeLines()
{
    QStringList texts;
    for (const ChartLine& line : m_state.lines) {
        if (texts.size() == MOST_DESCRIBED)
            break;
        texts.append(tr("%1 at %2", "line, price")
                         .arg(line.strategy.isEmpty()
                                  ? lineWords(line)
                                  : line.strategy + QLatin1Char(' ') + lineWords(line),
                              format::price(m_state.instrument, line.price)));
    }
    const QString text = texts.join(QStringLiteral("; "));
    if (text != accessibleDescription())
        setAccessibleDescription(text);
}

void CandleChart::setFollowing(bool following)
{
    if (following == m_following)
        return;
    m_following = following;
    emit followingChanged(following);
    if (following) {
        follow();
        refresh();
    }
}

core::Timestamp CandleChart::end() const
{
    if (m_state.now)
        return *m_state.now;
    const auto& coverage = m_source.coverage();
    return coverage ? coverage->newest + coverage->finest.length() : m_state.span.to;
}

double CandleChart::plotWidth() const
{
    return m_state.mapping.plot.width();
}

void CandleChart::follow()
{
    const core::Nanoseconds length = m_state.span.to - m_state.span.from;
    const double free = static_cast<double>(length.count()) * FOLLOW_SHARE;
    m_state.span.to = end() + core::Nanoseconds(static_cast<std::int64_t>(free));
    m_state.span.from = m_state.span.to - length;
}

void CandleChart::makeInitialSpan()
{
    const auto five = core::market::Timeframe::minutes(5);
    const auto shown = std::max(m_chosen.value_or(five), m_source.coverage()->finest);
    const double candles = plotWidth() / FIRST_CANDLE_PIXELS;
    const double length = candles * static_cast<double>(shown.length().count());
    m_state.span = {end(), end() + core::Nanoseconds(static_cast<std::int64_t>(length))};
    m_needsSpan = false;
    follow();
}

void CandleChart::showWithinData(TimeSpan span)
{
    if (const auto& coverage = m_source.coverage()) {
        // The middle of the view stays within the data: nobody gets lost beside it.
        const core::Timestamp middle = span.from + (span.to - span.from) / 2;
        const core::Timestamp kept = std::clamp(middle, std::min(coverage->oldest, end()), end());
        span.from += kept - middle;
        span.to += kept - middle;
    }
    m_state.span = span;
    refresh();
}

void CandleChart::setSpan(TimeSpan span)
{
    m_needsSpan = false;
    setFollowing(false);
    showWithinData(span);
}

void CandleChart::pan(double fraction)
{
    setFollowing(false);
    showWithinData(panned(m_state.span, fraction));
}

void CandleChart::zoom(double factor)
{
    zoomAbout(factor, m_state.cursor ? m_state.cursor->x() : m_state.mapping.plot.center().x());
}

void CandleChart::zoomAbout(double factor, double x)
{
    // Following, the replay's time keeps its place, whatever the cursor points at.
    const core::Timestamp anchor = m_following ? end() : m_state.mapping.timeAt(x);
    const TimeSpan span = zoomed(m_state.span, factor, anchor);
    if (!m_following) {
        showWithinData(span);
        return;
    }
    m_state.span = span;
    follow();
    refresh();
}

void CandleChart::goToBegin()
{
    if (!m_source.coverage())
        return;
    const core::Nanoseconds length = m_state.span.to - m_state.span.from;
    setFollowing(false);
    showWithinData({m_source.coverage()->oldest, m_source.coverage()->oldest + length});
}

void CandleChart::goToEnd()
{
    setFollowing(true);
    follow();
    refresh();
}

void CandleChart::handleSourceChanged()
{
    refresh();
}

void CandleChart::refresh()
{
    const QRectF area(QPointF(), QSizeF(viewport()->size()));
    const QFontMetricsF metrics(figureFont(LABEL_PIXELS));
    const TextWidth width = [&metrics](const QString& text) {
        return metrics.horizontalAdvance(text);
    };
    const QRectF inner = area.adjusted(MARGIN, MARGIN, 0, 0);
    if (m_source.coverage() && area.width() > 1) {
        if (plotWidth() <= 0.0)
            m_state.layOut(inner, width, metrics.height());
        if (m_needsSpan)
            makeInitialSpan();
        const core::Nanoseconds span = m_state.span.to - m_state.span.from;
        const auto finest = m_source.coverage()->finest;
        const auto wanted = m_chosen
                                ? legibleTimeframe(std::max(*m_chosen, finest), span, plotWidth())
                                : nearestTimeframe(span, plotWidth(), finest);
        m_source.want(m_state.span, wanted);
        if (m_state.now)
            m_source.wantForming(m_source.timeframe(), *m_state.now);
    }
    m_state.candles = m_source.candles();
    m_state.timeframe = m_source.timeframe();
    m_state.forming = m_state.now ? m_source.forming(*m_state.now) : std::nullopt;
    if (m_state.candles != m_overlaidCandles) {
        m_state.overlays.clear();
        if (m_state.candles)
            m_state.overlays =
                computeOverlays(m_overlaySpecs, *m_state.candles, m_state.instrument);
        m_overlaidCandles = m_state.candles;
    }
    m_state.layOut(inner, width, metrics.height());
    const QFontMetricsF words(textFont(LABEL_PIXELS));
    m_state.lineTags = lineTags(m_state.lines, m_state.mapping, [&words](const QString& text) {
        return words.horizontalAdvance(text);
    });
    for (Layer* layer : m_layers)
        layer->setArea(area);
    viewport()->update();
    emit readoutChanged();
}

std::optional<core::market::Candle> CandleChart::readout() const
{
    if (m_state.cursor && m_state.mapping.plot.contains(*m_state.cursor))
        if (const auto candle = m_state.at(m_state.mapping.timeAt(m_state.cursor->x())))
            return candle;
    return m_state.last();
}

void CandleChart::setCursorAt(std::optional<QPointF> cursor)
{
    m_state.cursor = cursor;
    viewport()->update();
    emit readoutChanged();
}

void CandleChart::resizeEvent(QResizeEvent* event)
{
    const double before = plotWidth();
    QChartView::resizeEvent(event);
    setSceneRect(QRectF(QPointF(), QSizeF(viewport()->size())));
    const QRectF area(QPointF(), QSizeF(viewport()->size()));
    if (before > 0.0 && !m_needsSpan) {
        // Candles keep their width; more room shows more of them.
        const double after = area.width() - MARGIN - m_state.axisWidth;
        if (after > 0.0)
            m_state.span = zoomed(m_state.span, after / before, m_state.span.to);
        if (m_following)
            follow();
    }
    m_state.mapping.plot = QRectF();
    refresh();
}

void CandleChart::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_dragX = event->position().x();
        setCursor(Qt::ClosedHandCursor);
    }
    event->accept();
}

void CandleChart::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (m_dragX && plotWidth() > 0.0 && x != *m_dragX) {
        m_state.cursor = event->position();
        pan((*m_dragX - x) / plotWidth());
        m_dragX = x;
        return;
    }
    setCursorAt(event->position());
}

void CandleChart::mouseReleaseEvent(QMouseEvent* event)
{
    m_dragX.reset();
    unsetCursor();
    event->accept();
}

void CandleChart::mouseDoubleClickEvent(QMouseEvent* event)
{
    goToEnd();
    event->accept();
}

void CandleChart::wheelEvent(QWheelEvent* event)
{
    const QPoint turn = event->angleDelta();
    if (std::abs(turn.x()) > std::abs(turn.y()))
        pan(-turn.x() / 1200.0);
    else if (turn.y() != 0)
        zoomAbout(std::pow(ZOOM_STEP, turn.y() / 120.0), event->position().x());
    event->accept();
}

void CandleChart::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        pan(-PAN_STEP);
        break;
    case Qt::Key_Right:
        pan(PAN_STEP);
        break;
    case Qt::Key_PageUp:
        pan(-0.9);
        break;
    case Qt::Key_PageDown:
        pan(0.9);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Up:
        zoom(ZOOM_STEP);
        break;
    case Qt::Key_Minus:
    case Qt::Key_Down:
        zoom(1.0 / ZOOM_STEP);
        break;
    case Qt::Key_Home:
        goToBegin();
        break;
    case Qt::Key_End:
        goToEnd();
        break;
    default:
        QChartView::keyPressEvent(event);
        return;
    }
    event->accept();
}

void CandleChart::leaveEvent(QEvent* event)
{
    setCursorAt({});
    QChartView::leaveEvent(event);
}

} // namespace ui::charts
