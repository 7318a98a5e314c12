// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/accountform.h"

#include "core/base/decimal.h"
#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include <cmath>
#include <limits>

namespace ui::dialogs {

namespace {

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

AccountForm::AccountForm(QWidget* parent) : QWidget(parent)
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(3 * SPACE);
    form->setVerticalSpacing(SPACE);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_cash = new QLineEdit(this);
    m_cash->setFont(figureFont());
    m_cash->setAlignment(Qt::AlignRight);
    m_cash->setAccessibleName(tr("Cash of each account"));
    auto* cashLabel = caption(tr("&Cash, each"), this);
    cashLabel->setBuddy(m_cash);
    form->addRow(cashLabel, m_cash);
    m_fee = addNumber(*form, tr("F&ee"), tr(" %"), 0.0, 10.0, 4, 0.01);
    m_slippage = addNumber(*form, tr("Slippage"), tr(" bp"), 0.0, 1000.0, 2, 0.5);
    m_longLeverage = addNumber(*form, tr("Long leverage"), tr(" ×"), 1.0, 100.0, 2, 0.5);
    m_shortLeverage = addNumber(*form, tr("Short leverage"), tr(" ×"), 1.0, 100.0, 2, 0.5);
    m_maintenance = addNumber(*form, tr("Maintenance"), tr(" %"), 0.01, 99.99, 2, 1.0);
    m_liquidationFee = addNumber(*form, tr("Liquidation fee"), tr(" %"), 0.0, 10.0, 4, 0.1);
    m_participation = addNumber(*form, tr("Share of a bar"), tr(" %"), 0.0, 100.0, 2, 1.0);
    m_participation->setSpecialValueText(tr("no limit"));
    m_participation->setToolTip(tr("The most of a bar's volume that one account may take"));
    addLimits(*form);
    m_path = new QComboBox(this);
    m_path->addItem(tr("nearer extreme first"));
    m_path->addItem(tr("worst case first"));
    m_path->setToolTip(tr("The order in which a bar's extremes are taken to come"));
    form->addRow(caption(tr("Inside a bar"), this), m_path);
    m_seed = new QSpinBox(this);
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setFont(figureFont());
    m_seed->setAlignment(Qt::AlignRight);
    form->addRow(caption(tr("Seed"), this), m_seed);
    connect(m_cash, &QLineEdit::textChanged, this, &AccountForm::changed);
    setRequest({});
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
    m_onBreach = new QComboBox(this);
    m_onBreach->addItem(tr("block entries"));
    m_onBreach->addItem(tr("close positions"));
    m_onBreach->setToolTip(tr("What happens to an account beyond one of these limits"));
    form.addRow(caption(tr("Beyond a limit"), this), m_onBreach);
    connect(m_onBreach, &QComboBox::currentIndexChanged, this, &AccountForm::changed);
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
    return risk;
}

void AccountForm::setRisk(const core::portfolio::RiskRequest& risk)
{
    m_dailyLoss->setValue(risk.dailyLoss.value_or(0.0) * 100.0);
    m_drawdown->setValue(risk.drawdown.value_or(0.0) * 100.0);
    m_exposure->setValue(risk.exposure.value_or(0.0));
    m_orders->setValue(static_cast<double>(risk.ordersAMinute.value_or(0)));
    m_onBreach->setCurrentIndex(risk.onBreach == core::portfolio::OnBreach::Flatten ? 1 : 0);
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
    request.fee = exactly(*m_fee, 2);
    request.slippageBp = exactly(*m_slippage);
    request.longLeverage = exactly(*m_longLeverage);
    request.shortLeverage = exactly(*m_shortLeverage);
    request.maintenance = exactly(*m_maintenance, 2);
    request.liquidationFee = exactly(*m_liquidationFee, 2);
    request.participation = exactly(*m_participation, 2);
    request.risk = risk();
    request.worstCasePath = m_path->currentIndex() == 1;
    request.seed = static_cast<std::uint64_t>(m_seed->value());
    return {};
}

void AccountForm::setRequest(const core::engine::ReplayRequest& request)
{
    m_cash->setText(moneyText(request.cash));
    m_fee->setValue(request.fee * 100.0);
    m_slippage->setValue(request.slippageBp);
    m_longLeverage->setValue(request.longLeverage);
    m_shortLeverage->setValue(request.shortLeverage);
    m_maintenance->setValue(request.maintenance * 100.0);
    m_liquidationFee->setValue(request.liquidationFee * 100.0);
    m_participation->setValue(request.participation * 100.0);
    setRisk(request.risk);
    m_path->setCurrentIndex(request.worstCasePath ? 1 : 0);
    m_seed->setValue(static_cast<int>(request.seed));
}

} // namespace ui::dialogs
