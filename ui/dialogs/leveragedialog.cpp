// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/leveragedialog.h"

#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>

#include <cmath>

namespace ui::dialogs {

namespace {

using core::portfolio::UserAction;

constexpr double LOWEST = 1.0;
constexpr double HIGHEST = 1000.0;
constexpr double STEP = 0.5;
constexpr int LEVERAGE_DECIMALS = 4; ///< Of the settings.

std::int64_t countOf(const QDoubleSpinBox& box)
{
    return std::llround(box.value() * static_cast<double>(core::powerOfTen(LEVERAGE_DECIMALS)));
}

/// Two decimals, unless the leverage has more.
int decimalsOf(double leverage)
{
    return std::abs(leverage * 100.0 - std::round(leverage * 100.0)) < 1e-6 ? 2 : LEVERAGE_DECIMALS;
}

QString levelText(double level)
{
    return std::isfinite(level) ? format::percent(level, 1, format::Sign::Minus) : LeverageDialog::tr("flat");
}

} // namespace

LeverageDialog::LeverageDialog(const core::engine::SnapshotPtr& snapshot, core::AccountIndex account,
                               QWidget* parent)
    : ActDialog(snapshot, UserAction{UserAction::Kind::SetLeverage, account, 0, 0, 0}, parent)
{
    addBody(makeForm());
    addBody(makeTable());
    refresh();
    m_long->setFocus();
    m_long->selectAll();
}

QWidget* LeverageDialog::makeForm()
{
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(4 * SPACE);
    grid->setVerticalSpacing(2 * SPACE);
    grid->setColumnStretch(1, 1);
    m_long = addLeverage(*grid, 0, tr("&Long leverage"), account().longLeverage);
    m_short = addLeverage(*grid, 1, tr("&Short leverage"), account().shortLeverage);
    return box;
}

QDoubleSpinBox* LeverageDialog::addLeverage(QGridLayout& grid, int row, const QString& label, double value)
{
    auto* spin = new QDoubleSpinBox(this);
    spin->setDecimals(decimalsOf(value));
    spin->setRange(LOWEST, HIGHEST);
    spin->setSingleStep(STEP);
    spin->setSuffix(tr(" ×"));
    spin->setFont(figureFont());
    spin->setAlignment(Qt::AlignRight);
    spin->setValue(value);
    auto* caption = new QLabel(label, this);
    setRole(caption, "dim");
    caption->setBuddy(spin);
    grid.addWidget(caption, row, 0);
    grid.addWidget(spin, row, 1);
    connect(spin, &QDoubleSpinBox::valueChanged, this, [this] { refresh(); });
    return spin;
}

QWidget* LeverageDialog::makeTable()
{
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6 * SPACE);
    grid->setVerticalSpacing(SPACE);
    grid->setColumnStretch(0, 1);
    const auto add = [&](int row, int column, const QString& text, const char* role) {
        auto* label = new QLabel(text, box);
        setRole(label, role);
        label->setAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        grid->addWidget(label, row, column);
        return label;
    };
    add(0, 1, tr("Before"), "dim");
    add(0, 2, tr("After"), "dim");
    const QString titles[FIGURES] = {tr("Initial margin"), tr("Free for entries"), tr("Longs that could be added"),
                                     tr("Shorts that could be added"), tr("Margin level"), tr("Liquidation prices")};
    for (int i = 0; i < FIGURES; ++i) {
        add(i + 1, 0, titles[i], "secondary");
        m_rows[static_cast<std::size_t>(i)] = {add(i + 1, 1, {}, "figures"), add(i + 1, 2, {}, "figures")};
    }
    return box;
}

void LeverageDialog::setLeverages(double longLeverage, double shortLeverage)
{
    m_long->setValue(longLeverage);
    m_short->setValue(shortLeverage);
}

QString LeverageDialog::figure(int row, bool after) const
{
    const Row& shown = m_rows[static_cast<std::size_t>(row)];
    return (after ? shown.after : shown.before)->text();
}

UserAction LeverageDialog::action() const
{
    UserAction action = ActDialog::action();
    action.longLeverage = countOf(*m_long);
    action.shortLeverage = countOf(*m_short);
    return action;
}

void LeverageDialog::refresh()
{
    ActDialog::refresh();
    const UserAction wanted = action();
    const auto preview = core::engine::previewLeverage(account(), wanted.longLeverage, wanted.shortLeverage);
    showFigures(preview);
    const bool changes = core::toDouble(wanted.longLeverage, LEVERAGE_DECIMALS) != account().longLeverage ||
                         core::toDouble(wanted.shortLeverage, LEVERAGE_DECIMALS) != account().shortLeverage;
    if (!changes)
        setPossible(false);
    QStringList warnings;
    if (preview.after.blocksEntries)
        warnings.append(tr("Entries are refused until less is open or the equity rises: more is in use than "
                           "these leverages allow. Nothing is closed for it."));
    if (preview.after.callsWhenUsed)
        warnings.append(tr("Above %1 × the maintenance margin binds first: used in full, such a leverage "
                           "brings a margin call at once.")
                            .arg(format::number(1.0 / account().maintenanceRatio, 2)));
    if (!warning().isEmpty())
        warnings.append(warning());
    setWarning(warnings.join(QLatin1Char('\n')));
}

void LeverageDialog::showFigures(const core::engine::LeveragePreview& preview)
{
    const auto show = [this](Figure figure, const QString& before, const QString& after) {
        m_rows[figure].before->setText(before);
        m_rows[figure].after->setText(after);
    };
    const auto showMoney = [&](Figure figure, core::Money core::engine::LeverageView::*member) {
        show(figure, format::money(preview.before.*member), format::money(preview.after.*member));
    };
    using View = core::engine::LeverageView;
    showMoney(InitialMargin, &View::initialMargin);
    showMoney(FreeMargin, &View::freeMargin);
    showMoney(LongPower, &View::longPower);
    showMoney(ShortPower, &View::shortPower);
    // Neither depends on leverage.
    show(Level, levelText(account().marginLevel), levelText(account().marginLevel));
    show(Liquidation, {}, tr("unchanged"));
}

} // namespace ui::dialogs
