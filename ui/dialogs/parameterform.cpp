// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/parameterform.h"

#include "core/base/decimal.h"
#include "core/strategy/strategy.h"
#include "ui/dialogs/factsheet.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSpinBox>

#include <algorithm>
#include <limits>

namespace ui::dialogs {

namespace {

using core::strategy::ParameterSpec;

/// Where no bound is declared, a control still needs one.
constexpr double WIDEST = 1e9;
constexpr int LEAST_DECIMALS = 2;
constexpr int MOST_DECIMALS = 8;

int decimalsOf(double value)
{
    const auto decimals = core::decimalsOf(core::formatDouble(value));
    return decimals ? std::min(*decimals, MOST_DECIMALS) : LEAST_DECIMALS;
}

int clampedInt(double value)
{
    return static_cast<int>(std::clamp(value, double(std::numeric_limits<int>::min()),
                                       double(std::numeric_limits<int>::max())));
}

double numberOf(const core::strategy::ParameterValue& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    const auto* number = std::get_if<double>(&value);
    return number ? *number : 0.0;
}

} // namespace

ParameterForm::ParameterForm(const core::strategy::Metadata& metadata, QWidget* parent)
    : QWidget(parent), m_metadata(std::make_unique<const core::strategy::Metadata>(metadata))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(3 * SPACE);
    grid->setVerticalSpacing(SPACE);
    grid->setColumnStretch(1, 1);
    auto* title = new QLabel(QString::fromStdString(m_metadata->name), this);
    setRole(title, "title");
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const auto& spec : m_metadata->parameters)
        addField(spec, *grid, row++);
    if (m_metadata->parameters.empty()) {
        auto* none = new QLabel(tr("It declares no parameters."), this);
        setRole(none, "dim");
        grid->addWidget(none, 1, 0, 1, 2);
    }
}

ParameterForm::~ParameterForm() = default;

const std::string& ParameterForm::strategy() const
{
    return m_metadata->name;
}

void ParameterForm::addField(const ParameterSpec& spec, QGridLayout& grid, int row)
{
    Field field;
    field.name = spec.name;
    QWidget* control = nullptr;
    switch (spec.type) {
    case ParameterSpec::Type::Boolean:
        control = makeBoolean(field);
        break;
    case ParameterSpec::Type::Integer:
        control = makeInteger(spec, field);
        break;
    case ParameterSpec::Type::Number:
        control = makeNumber(spec, field);
        break;
    case ParameterSpec::Type::Choice:
        control = makeChoice(spec, field);
        break;
    }
    auto* label = new QLabel(QString::fromStdString(spec.name), this);
    setRole(label, "dim");
    label->setBuddy(control);
    const QString hint = boundsText(spec);
    const QString description = QString::fromStdString(spec.description);
    control->setToolTip(description.isEmpty() || hint.isEmpty()
                            ? description + hint
                            : description + QStringLiteral(" (") + hint + QLatin1Char(')'));
    control->setAccessibleName(QString::fromStdString(m_metadata->name + " " + spec.name));
    control->setObjectName(QString::fromStdString(spec.name));
    grid.addWidget(label, row, 0);
    grid.addWidget(control, row, 1);
    field.write(defaultText(spec).toStdString());
    field.defaultText = field.read();
    m_fields.push_back(std::move(field));
}

QWidget* ParameterForm::makeBoolean(Field& field)
{
    auto* box = new QCheckBox(this);
    box->setMinimumHeight(HIT_TARGET);
    field.read = [box] { return std::string(box->isChecked() ? "true" : "false"); };
    field.write = [box](const std::string& text) { box->setChecked(text == "true"); };
    connect(box, &QCheckBox::toggled, this, &ParameterForm::changed);
    return box;
}

QWidget* ParameterForm::makeInteger(const ParameterSpec& spec, Field& field)
{
    auto* box = new QSpinBox(this);
    box->setRange(clampedInt(spec.minimum.value_or(-WIDEST)),
                  clampedInt(spec.maximum.value_or(WIDEST)));
    box->setSingleStep(std::max(1, clampedInt(spec.step.value_or(1.0))));
    box->setFont(figureFont());
    field.read = [box] { return std::to_string(box->value()); };
    field.write = [box](const std::string& text) {
        box->setValue(QString::fromStdString(text).toInt());
    };
    connect(box, &QSpinBox::valueChanged, this, &ParameterForm::changed);
    return box;
}

QWidget* ParameterForm::makeNumber(const ParameterSpec& spec, Field& field)
{
    auto* box = new QDoubleSpinBox(this);
    int decimals = std::max(LEAST_DECIMALS, decimalsOf(numberOf(spec.defaultValue)));
    for (const auto& bound : {spec.minimum, spec.maximum, spec.step})
        if (bound)
            decimals = std::max(decimals, decimalsOf(*bound));
    box->setDecimals(decimals);
    box->setRange(spec.minimum.value_or(-WIDEST), spec.maximum.value_or(WIDEST));
    box->setSingleStep(spec.step.value_or(0.1));
    box->setLocale(QLocale::c());
    box->setFont(figureFont());
    field.read = [box] { return core::formatDouble(box->value()); };
    field.write = [box](const std::string& text) {
        box->setValue(QString::fromStdString(text).toDouble());
    };
    connect(box, &QDoubleSpinBox::valueChanged, this, &ParameterForm::changed);
    return box;
}

QWidget* ParameterForm::makeChoice(const ParameterSpec& spec, Field& field)
{
    auto* box = new QComboBox(this);
    for (const auto& choice : spec.choices)
        box->addItem(QString::fromStdString(choice));
    field.read = [box] { return box->currentText().toStdString(); };
    field.write = [box](const std::string& text) {
        box->setCurrentText(QString::fromStdString(text));
    };
    connect(box, &QComboBox::currentIndexChanged, this, &ParameterForm::changed);
    return box;
}

ParameterForm::Overrides ParameterForm::overrides() const
{
    Overrides list;
    for (const auto& field : m_fields) {
        auto text = field.read();
        if (text != field.defaultText)
            list.emplace_back(field.name, std::move(text));
    }
    return list;
}

void ParameterForm::setOverrides(const Overrides& overrides)
{
    for (const auto& field : m_fields) {
        const auto given = std::find_if(overrides.begin(), overrides.end(),
                                        [&](const auto& one) { return one.first == field.name; });
        field.write(given == overrides.end() ? field.defaultText : given->second);
    }
}

} // namespace ui::dialogs
