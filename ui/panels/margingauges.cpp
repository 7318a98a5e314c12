// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/margingauges.h"

#include "ui/format.h"
#include "ui/models/accounttablemodel.h"
#include "ui/models/celldelegate.h"
#include "ui/models/words.h"
#include "ui/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui::panels {

namespace {

constexpr int BAR_HEIGHT = 9;
constexpr int GAP = 10;
constexpr int SWATCH = 12; ///< The colour of the account's line in the charts, and room after it.
constexpr int ALARM_WIDTH = 12;
constexpr int MOVED_ROW_HEIGHT = 42;
constexpr int PLAIN_ROW_HEIGHT = 27;

double scaled(double level, double callLevel)
{
    if (!std::isfinite(level))
        return 0.0;
    return std::clamp(level / (callLevel * MarginGauges::FULL_SCALE), 0.0, 1.0);
}

bool isHalted(core::engine::AccountState state)
{
    return state == core::engine::AccountState::Liquidated ||
           state == core::engine::AccountState::Liquidating;
}

} // namespace

MarginGauges::MarginGauges(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&themeManager(), &ThemeManager::themeChanged, this, qOverload<>(&QWidget::update));
}

void MarginGauges::show(const core::engine::EngineSnapshot& snapshot, int permille)
{
    const int heightBefore = sizeHint().height();
    m_permille = permille;
    m_gauges.clear();
    for (const auto& account : snapshot.accounts)
        m_gauges.push_back({QString::fromStdString(account.strategy), account.state,
                            models::whatIf(account, 0), models::whatIf(account, permille),
                            account.maintenanceRatio});
    if (sizeHint().height() != heightBefore)
        updateGeometry();
    updateAccessibleText();
    update();
}

void MarginGauges::updateAccessibleText()
{
    QStringList parts;
    for (int row = 0; row < count(); ++row)
        parts.append(m_gauges[static_cast<std::size_t>(row)].name + QLatin1Char(' ') +
                     valueText(row));
    setAccessibleName(tr("Margin levels"));
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
}

QString MarginGauges::valueText(int row) const
{
    const auto& gauge = m_gauges[static_cast<std::size_t>(row)];
    if (isHalted(gauge.state))
        return models::words::accountState(gauge.state);
    if (!std::isfinite(gauge.moved.marginLevel))
        return tr("flat");
    const QString level = format::percent(gauge.moved.marginLevel, 0, format::Sign::Minus);
    return gauge.moved.called ? tr("call %1").arg(level) : level;
}

QString MarginGauges::equityText(int row) const
{
    if (m_permille == 0)
        return {};
    return format::money(m_gauges[static_cast<std::size_t>(row)].moved.equity);
}

double MarginGauges::share(int row) const
{
    const auto& gauge = m_gauges[static_cast<std::size_t>(row)];
    return scaled(gauge.moved.marginLevel, gauge.callLevel);
}

int MarginGauges::rowHeight() const
{
    return m_permille == 0 ? PLAIN_ROW_HEIGHT : MOVED_ROW_HEIGHT;
}

QSize MarginGauges::sizeHint() const
{
    return {180, std::max(1, count()) * rowHeight()};
}

void MarginGauges::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Columns widths = columns();
    for (int row = 0; row < count(); ++row)
        paintGauge(painter, QRect(0, row * rowHeight(), width(), rowHeight()), row, widths);
}

bool MarginGauges::isAlarming(int row) const
{
    const auto& gauge = m_gauges[static_cast<std::size_t>(row)];
    return isHalted(gauge.state) || gauge.moved.called;
}

MarginGauges::Columns MarginGauges::columns() const
{
    const QFontMetrics names(textFont());
    const QFontMetrics figures(figureFont());
    Columns widths;
    for (int row = 0; row < count(); ++row) {
        widths.name = std::max(
            widths.name, names.horizontalAdvance(m_gauges[static_cast<std::size_t>(row)].name));
        widths.value = std::max(widths.value, figures.horizontalAdvance(valueText(row)) +
                                                  (isAlarming(row) ? ALARM_WIDTH : 0));
    }
    // Names give way first: their tool tips and the other panels have them whole.
    const int leastBar = width() / 5;
    widths.name = std::min(widths.name, std::max(60, width() - widths.value - SWATCH - 2 * GAP - leastBar));
    return widths;
}

void MarginGauges::paintGauge(QPainter& painter, const QRect& row, int index,
                              const Columns& columns) const
{
    const Theme& t = theme();
    const auto& gauge = m_gauges[static_cast<std::size_t>(index)];
    const int barLeft = SWATCH + columns.name + GAP;
    const QRect line(row.left(), row.top(), row.width(), PLAIN_ROW_HEIGHT);

    painter.fillRect(QRect(line.left(), line.center().y() - 5, 3, 11),
                     t.seriesColour(static_cast<std::size_t>(index)));
    painter.setFont(textFont());
    painter.setPen(t.text);
    const QRect nameBox(line.left() + SWATCH, line.top(), columns.name + 2, line.height());
    painter.drawText(nameBox, int(Qt::AlignLeft) | int(Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(gauge.name, Qt::ElideRight, nameBox.width()));

    paintBar(painter,
             QRectF(line.left() + barLeft, line.center().y() - BAR_HEIGHT / 2 + 0.5,
                    line.width() - barLeft - columns.value - GAP, BAR_HEIGHT - 1),
             gauge);

    const bool halted = isHalted(gauge.state);
    const auto token =
        halted ? Token::Bad : models::marginToken(gauge.moved.marginLevel, gauge.callLevel);
    const QString value = valueText(index);
    const QRect valueBox(line.right() - columns.value, line.top(), columns.value + 1,
                         line.height());
    painter.setFont(halted ? textFont() : figureFont());
    painter.setPen(t.colour(token));
    painter.drawText(valueBox, int(Qt::AlignRight) | int(Qt::AlignVCenter), value);
    if (isAlarming(index)) {
        const int textWidth = painter.fontMetrics().horizontalAdvance(value);
        models::drawShape(painter, models::Shape::Triangle,
                          QPointF(line.right() - textWidth - 6, line.center().y() + 0.5), 7,
                          t.colour(token));
    }
    const QString equity = equityText(index);
    if (equity.isEmpty())
        return;
    painter.setPen(t.dim);
    painter.setFont(textFont(LABEL_PIXELS));
    const QRect second(row.left() + SWATCH, row.top() + 23, row.width() - SWATCH, 16);
    painter.drawText(second, int(Qt::AlignLeft) | int(Qt::AlignVCenter), tr("equity"));
    painter.setFont(figureFont(LABEL_PIXELS));
    painter.setPen(gauge.moved.equity.count() < 0 ? t.bad : t.dim);
    painter.drawText(second, int(Qt::AlignRight) | int(Qt::AlignVCenter), equity);
}

void MarginGauges::paintBar(QPainter& painter, const QRectF& bar, const Gauge& gauge) const
{
    const Theme& t = theme();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(t.line, 1.0));
    painter.setBrush(t.panelRaised);
    painter.drawRoundedRect(bar, 4, 4);
    const double share = scaled(gauge.moved.marginLevel, gauge.callLevel);
    if (share > 0.0) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.colour(models::marginToken(gauge.moved.marginLevel, gauge.callLevel)));
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), 4,
                                4);
    }
    const auto tick = [&](double at, const QColor& colour, double overhang) {
        painter.setPen(QPen(colour, 1.6));
        const double x = bar.left() + bar.width() * at;
        painter.drawLine(QPointF(x, bar.top() - overhang), QPointF(x, bar.bottom() + overhang));
    };
    if (m_permille != 0 && std::isfinite(gauge.now.marginLevel))
        tick(scaled(gauge.now.marginLevel, gauge.callLevel), t.dim, 1.0);
    tick(1.0 / FULL_SCALE, t.bad, 2.5);
    painter.restore();
}

} // namespace ui::panels
