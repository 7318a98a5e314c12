// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/accountform.h"

#include "core/base/decimal.h"
#include "core/engine/costpreset.h"
#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ui::dialogs {

namespace {

using core::engine::COST_PRESETS;
/// In the order of the choice.
constexpr std::array DETAILS = {core::execution::Detail::Trades, core::execution::Detail::Candles,
                                core::execution::Detail::Path};

/// The field's value, exactly as shown, shifted by `shift` decimals: 0.07 % is the double next to
/// 0.0007, which 0.07 / 100 is not.
double exactly(const QDoubleSpinBox& box, int shift = 0)
{
    const auto count =
        std::llround(box.value() * static_cast<double>(core::powerOfTen(box.decimals())));
    return core::toDouble(count, box.decimals() + shift);
}

QString moneyText(core::Money amount)
{
    const auto decimals = amount.count() % core::powerOfTen(core::MONEY_DECIMALS - 2) == 0 ? 2 : 8;
    return format::money(amount, decimals);
}

QLabel* caption(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    setRole(label, "dim");
    return label;
}

} // namespace

AccountForm::AccountForm(QWidget* parent) : QWidget(parent), m_pages(new QTabWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    addAccount(addPage(tr("Account")));
    addCosts(addPage(tr("Costs")));
    addLimits(addPage(tr("Limits")));
    addBars(addPage(tr("Bars")));
    setRequest({});
}

QFormLayout& AccountForm::addPage(const QString& title)
{
    auto* page = new QWidget(m_pages);
    auto* form = new QFormLayout(page);
    form->setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE);
    form->setHorizontalSpacing(3 * SPACE);
    form->setVerticalSpacing(SPACE);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_pages->addTab(page, title);
    return *form;
}

void AccountForm::addAccount(QFormLayout& form)
{
    m_cash = new QLineEdit(this);
    m_cash->setFont(figureFont());
    m_cash->setAlignment(Qt::AlignRight);
    m_cash->setAccessibleName(tr("Cash of each account"));
    auto* label = caption(tr("&Cash, each"), this);
    label->setBuddy(m_cash);
    form.addRow(label, m_cash);
    connect(m_cash, &QLineEdit::textChanged, this, &AccountForm::changed);
    m_longLeverage = addNumber(form, tr("Long leverage"), tr(" ×"), 1.0, 100.0, 2, 0.5);
    m_shortLeverage = addNumber(form, tr("Short leverage"), tr(" ×"), 1.0, 100.0, 2, 0.5);
    m_maintenance = addNumber(form, tr("Maintenance"), tr(" %"), 0.01, 99.99, 2, 1.0);
}

void AccountForm::addCosts(QFormLayout& form)
{
    m_costs =
        addChoice(form, tr("Co&sts"), {tr("Kraken spot margin"), tr("No costs"), tr("as below")},
                  tr("Fills in the rates below, but for the borrow rate"));
    m_maker = addNumber(form, tr("&Maker fee"), tr(" %"), 0.0, 50.0, 4, 0.01);
    m_maker->setToolTip(tr("Of the notional of orders that waited"));
    m_taker = addNumber(form, tr("Taker f&ee"), tr(" %"), 0.0, 50.0, 4, 0.01);
    m_taker->setToolTip(tr("Of the notional of orders that did not wait"));
    m_slippage = addNumber(form, tr("Slippage"), tr(" bp"), 0.0, 5000.0, 2, 0.5);
    m_slippage->setToolTip(tr("Against every market and stop fill"));
    m_liquidationFee = addNumber(form, tr("Liquidation fee"), tr(" %"), 0.0, 50.0, 4, 0.1);
    m_openingFee = addNumber(form, tr("Opening fee"), tr(" %"), 0.0, 50.0, 4, 0.01);
    m_openingFee->setToolTip(tr("Of what a fill newly borrows"));
    m_rollover = addNumber(form, tr("Rollover"), tr(" %"), 0.0, 50.0, 4, 0.01);
    m_rollover->setToolTip(tr("Of what is borrowed, every four hours from its opening"));
    m_borrowRate = addNumber(form, tr("Borrow rate"), tr(" %"), 0.0, 1000.0, 4, 0.5);
    m_borrowRate->setToolTip(tr("A year, on negative cash and on short exposure"));
    connect(m_costs, &QComboBox::activated, this, &AccountForm::choosePreset);
    for (QDoubleSpinBox* rate :
         {m_maker, m_taker, m_slippage, m_liquidationFee, m_openingFee, m_rollover})
        connect(rate, &QDoubleSpinBox::valueChanged, this, &AccountForm::namePreset);
}

void AccountForm::addBars(QFormLayout& form)
{
    m_participation = addNumber(form, tr("Share of a bar"), tr(" %"), 0.0, 100.0, 2, 1.0);
    m_participation->setSpecialValueText(tr("no limit"));
    m_participation->setToolTip(tr("The most of a bar's volume that one account may take"));
    m_path =
        addChoice(form, tr("Inside a bar"), {tr("nearer extreme first"), tr("worst case first")},
                  tr("The order in which a bar's extremes are taken to come"));
    m_detail = addChoice(form, tr("Bars resolved by"), {tr("trades, else finer candles"), tr("finer candles"), tr("their path")},
                         tr("Stored trades and candles that are finer than the replay's bars say what came first "
                            "inside a bar, where a symbol has them"));
    m_limits = addChoice(form, tr("Limits fill"), {tr("traded through"), tr("touched")},
                         tr("How far the price must go for a limit to fill"));
    m_seed = new QSpinBox(this);
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setFont(figureFont());
    m_seed->setAlignment(Qt::AlignRight);
    auto* seedLabel = caption(tr("Seed"), this);
    seedLabel->setBuddy(m_seed);
    form.addRow(seedLabel, m_seed);
}

QComboBox* AccountForm::addChoice(QFormLayout& form, const QString& label, const QStringList& texts,
                                  const QString& hint)
{
    auto* box = new QComboBox(this);
    box->addItems(texts);
    box->setToolTip(hint);
    auto* text = caption(label, this);
    text->setBuddy(box);
    form.addRow(text, box);
    connect(box, &QComboBox::currentIndexChanged, this, &AccountForm::changed);
    return box;
}

void AccountForm::choosePreset(int index)
{
    if (index >= static_cast<int>(COST_PRESETS.size()))
        return;
    core::engine::ReplayRequest request;
    applyCosts(COST_PRESETS[static_cast<std::size_t>(index)], request);
    request.borrowRate = exactly(*m_borrowRate, 2);
    setCosts(request);
}

void AccountForm::namePreset()
{
    core::engine::ReplayRequest shown;
    addCostsTo(shown);
    const auto isShown = [&shown](const core::engine::CostPreset& preset) {
        core::engine::ReplayRequest request;
        applyCosts(preset, request);
        return request.makerFee.value_or(request.fee) == shown.makerFee.value_or(shown.fee) &&
               request.fee == shown.fee && request.slippageBp == shown.slippageBp &&
               request.liquidationFee == shown.liquidationFee &&
               request.openingFee == shown.openingFee && request.rollover == shown.rollover;
    };
    const auto found = std::find_if(COST_PRESETS.begin(), COST_PRESETS.end(), isShown);
    m_costs->setCurrentIndex(static_cast<int>(found - COST_PRESETS.begin()));
}

void AccountForm::addCostsTo(core::engine::ReplayRequest& request) const
{
    request.fee = exactly(*m_taker, 2);
    request.makerFee.reset();
    if (const double maker = exactly(*m_maker, 2); maker != request.fee)
        request.makerFee = maker;
    request.slippageBp = exactly(*m_slippage);
    request.liquidationFee = exactly(*m_liquidationFee, 2);
    request.openingFee = exactly(*m_openingFee, 2);
    request.rollover = exactly(*m_rollover, 2);
    request.borrowRate = exactly(*m_borrowRate, 2);
}

void AccountForm::setCosts(const core::engine::ReplayRequest& request)
{
    m_maker->setValue(request.makerFee.value_or(request.fee) * 100.0);
    m_taker->setValue(request.fee * 100.0);
    m_slippage->setValue(request.slippageBp);
    m_liquidationFee->setValue(request.liquidationFee * 100.0);
    m_openingFee->setValue(request.openingFee * 100.0);
    m_rollover->setValue(request.rollover * 100.0);
    m_borrowRate->setValue(request.borrowRate * 100.0);
    namePreset();
}

QDoubleSpinBox* AccountForm::addNumber(QFormLayout& form, const QString& label, const QString& unit,
                                       double least, double most, int decimals, double step)
{
    auto* box = new QDoubleSpinBox(this);
    box->setDecimals(decimals);
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setSuffix(unit);
    box->setLocale(QLocale::c());
    box->setFont(figureFont());
    box->setAlignment(Qt::AlignRight);
    auto* text = caption(label, this);
    text->setBuddy(box);
    form.addRow(text, box);
    connect(box, &QDoubleSpinBox::valueChanged, this, &AccountForm::changed);
    return box;
}

/// A number that is off at zero.
QDoubleSpinBox* AccountForm::addLimit(QFormLayout& form, const QString& label, const QString& unit,
                                      double most, int decimals, double step, const QString& hint)
{
    auto* box = addNumber(form, label, unit, 0.0, most, decimals, step);
    box->setSpecialValueText(tr("no limit"));
    box->setToolTip(hint);
    return box;
}

void AccountForm::addLimits(QFormLayout& form)
{
    m_dailyLoss = addLimit(form, tr("Daily loss"), tr(" %"), 99.99, 2, 1.0,
                           tr("The most an account may lose of its equity at 00:00 UTC"));
    m_drawdown = addLimit(form, tr("Drawdown"), tr(" %"), 99.99, 2, 1.0,
                          tr("The furthest an account may fall below its highest equity"));
    m_exposure =
        addLimit(form, tr("Exposure"), tr(" ×"), 1000.0, 2, 0.25,
                 tr("The most an account may hold, longs and shorts together, as a multiple "
                    "of its equity"));
    m_orders = addLimit(form, tr("Orders a minute"), {}, 10'000.0, 0, 1.0,
                        tr("The most orders an account may submit within 60 s"));
    m_onBreach =
        addChoice(form, tr("Beyond a limit"), {tr("block entries"), tr("close positions")},
                  tr("What happens to an account beyond one of these limits"));
    m_onSuspension =
        addChoice(form, tr("When suspended"), {tr("keep positions"), tr("close positions")},
                  tr("What becomes of the positions of a strategy that fails or runs over a cap"));
}

core::portfolio::RiskRequest AccountForm::risk() const
{
    core::portfolio::RiskRequest risk;
    if (m_dailyLoss->value() > 0.0)
        risk.dailyLoss = exactly(*m_dailyLoss, 2);
    if (m_drawdown->value() > 0.0)
        risk.drawdown = exactly(*m_drawdown, 2);
    if (m_exposure->value() > 0.0)
        risk.exposure = exactly(*m_exposure);
    if (m_orders->value() > 0.0)
        risk.ordersAMinute = std::llround(m_orders->value());
    risk.onBreach = m_onBreach->currentIndex() == 1 ? core::portfolio::OnBreach::Flatten
                                                    : core::portfolio::OnBreach::Block;
    risk.onSuspension = m_onSuspension->currentIndex() == 1 ? core::portfolio::OnSuspension::Close
                                                            : core::portfolio::OnSuspension::Keep;
    return risk;
}

void AccountForm::setRisk(const core::portfolio::RiskRequest& risk)
{
    m_dailyLoss->setValue(risk.dailyLoss.value_or(0.0) * 100.0);
    m_drawdown->setValue(risk.drawdown.value_or(0.0) * 100.0);
    m_exposure->setValue(risk.exposure.value_or(0.0));
    m_orders->setValue(static_cast<double>(risk.ordersAMinute.value_or(0)));
    m_onBreach->setCurrentIndex(risk.onBreach == core::portfolio::OnBreach::Flatten ? 1 : 0);
    m_onSuspension->setCurrentIndex(risk.onSuspension == core::portfolio::OnSuspension::Close ? 1 : 0);
}

core::Result<void> AccountForm::addTo(core::engine::ReplayRequest& request) const
{
    QString text = m_cash->text();
    text.remove(QChar(format::THIN_SPACE)).remove(QLatin1Char(' ')).remove(QLatin1Char(','));
    const auto cash = core::Money::parse(text.toStdString());
    if (!cash)
        return cash.error();
    if (cash->count() <= 0)
        return core::Error{core::ErrorCode::InvalidInput,
                           tr("The cash must be positive").toStdString(),
                           tr("Enter an amount such as 100 000.").toStdString()};
    request.cash = *cash;
    addCostsTo(request);
    request.longLeverage = exactly(*m_longLeverage);
    request.shortLeverage = exactly(*m_shortLeverage);
    request.maintenance = exactly(*m_maintenance, 2);
    request.participation = exactly(*m_participation, 2);
    request.risk = risk();
    request.worstCasePath = m_path->currentIndex() == 1;
    request.detail = DETAILS[static_cast<std::size_t>(m_detail->currentIndex())];
    request.touchFillsLimits = m_limits->currentIndex() == 1;
    request.seed = static_cast<std::uint64_t>(m_seed->value());
    return {};
}

void AccountForm::setRequest(const core::engine::ReplayRequest& request)
{
    m_cash->setText(moneyText(request.cash));
    setCosts(request);
    m_longLeverage->setValue(request.longLeverage);
    m_shortLeverage->setValue(request.shortLeverage);
    m_maintenance->setValue(request.maintenance * 100.0);
    m_participation->setValue(request.participation * 100.0);
    setRisk(request.risk);
    m_path->setCurrentIndex(request.worstCasePath ? 1 : 0);
    m_detail->setCurrentIndex(static_cast<int>(std::ranges::find(DETAILS, request.detail) - DETAILS.begin()));
    m_limits->setCurrentIndex(request.touchFillsLimits ? 1 : 0);
    m_seed->setValue(static_cast<int>(request.seed));
}

} // namespace ui::dialogs
