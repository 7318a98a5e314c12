// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/factsheet.h"

#include "core/base/decimal.h"
#include "core/strategy/catalog.h"
#include "ui/format.h"
#include "ui/models/words.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace ui::dialogs {

namespace {

using core::strategy::CatalogEntry;
using core::strategy::ParameterSpec;

QString plain(double value)
{
    const auto decimals = core::decimalsOf(core::formatDouble(value));
    return QString::number(value, 'f', decimals ? *decimals : 0);
}

QString symbolsText(const std::vector<core::Symbol>& symbols)
{
    QStringList names;
    for (const auto& symbol : symbols)
        names.append(QString::fromStdString(symbol.text()));
    return names.isEmpty() ? FactSheet::tr("any") : names.join(QStringLiteral(", "));
}

QString typeText(ParameterSpec::Type type)
{
    switch (type) {
    case ParameterSpec::Type::Boolean:
        return FactSheet::tr("yes or no");
    case ParameterSpec::Type::Integer:
        return FactSheet::tr("whole number");
    case ParameterSpec::Type::Number:
        return FactSheet::tr("number");
    case ParameterSpec::Type::Choice:
        return FactSheet::tr("choice");
    }
    return {};
}

QLabel* cell(const QString& text, QWidget* parent, const char* role = nullptr)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    if (role)
        setRole(label, role);
    return label;
}

void addFacts(QFormLayout& form, const CatalogEntry& entry, QWidget* parent)
{
    const auto& metadata = entry.metadata;
    const auto add = [&](const QString& label, const QString& value) {
        form.addRow(cell(label, parent, "dim"), cell(value, parent));
    };
    const QString none(format::NONE);
    const auto text = [&none](const std::string& value) {
        return value.empty() ? none : QString::fromStdString(value);
    };
    add(FactSheet::tr("Kind"), entry.kind == core::strategy::Kind::Native ? FactSheet::tr("native plugin")
                                                                          : FactSheet::tr("Lua script"));
    add(FactSheet::tr("File"), QString::fromStdString(entry.file.string()));
    const QString signature = models::words::signature(entry.signature);
    add(FactSheet::tr("Signature"), signature.isEmpty() ? none : signature);
    if (!entry.signature.trustedComment.empty())
        add(FactSheet::tr("Signer's comment"),
            QString::fromStdString(entry.signature.trustedComment));
    add(FactSheet::tr("Version"), text(metadata.version));
    add(FactSheet::tr("Author"), text(metadata.author));
    add(FactSheet::tr("Symbols"), symbolsText(metadata.symbols));
    add(FactSheet::tr("Timeframe"),
        metadata.timeframe ? QString::fromStdString(metadata.timeframe->text()) : none);
    add(FactSheet::tr("Warm-up"), metadata.warmup == 1
                                      ? FactSheet::tr("1 candle")
                                      : FactSheet::tr("%1 candles").arg(metadata.warmup));
    add(FactSheet::tr("Acts on"), metadata.hearsTrades ? FactSheet::tr("closed candles and each trade")
                                                       : FactSheet::tr("closed candles"));
    add(FactSheet::tr("Size"),
        FactSheet::tr("%1 bytes")
            .arg(format::count(static_cast<std::int64_t>(entry.size))));
}

QWidget* makeParameters(const CatalogEntry& entry, QWidget* parent)
{
    auto* table = new QWidget(parent);
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 2 * SPACE, 0, 0);
    grid->setHorizontalSpacing(6 * SPACE);
    grid->setVerticalSpacing(2 * SPACE);
    const QStringList titles = {FactSheet::tr("Parameter"), FactSheet::tr("Type"),
                                FactSheet::tr("Default"), FactSheet::tr("Allowed"),
                                FactSheet::tr("Meaning")};
    for (int column = 0; column < titles.size(); ++column)
        grid->addWidget(cell(titles[column], table, "dim"), 0, column);
    int row = 1;
    for (const auto& spec : entry.metadata.parameters) {
        auto* name = cell(QString::fromStdString(spec.name), table);
        auto* value = cell(defaultText(spec), table);
        name->setFont(figureFont());
        value->setFont(figureFont());
        value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(name, row, 0);
        grid->addWidget(cell(typeText(spec.type), table), row, 1);
        grid->addWidget(value, row, 2);
        grid->addWidget(cell(boundsText(spec), table), row, 3);
        grid->addWidget(cell(QString::fromStdString(spec.description), table, "secondary"), row, 4);
        ++row;
    }
    grid->setColumnStretch(4, 1);
    return table;
}

} // namespace

QString defaultText(const ParameterSpec& spec)
{
    const auto& value = spec.defaultValue;
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? QStringLiteral("true") : QStringLiteral("false");
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return QString::number(*integer);
    if (const auto* number = std::get_if<double>(&value))
        return plain(*number);
    return QString::fromStdString(std::get<std::string>(value));
}

QString boundsText(const ParameterSpec& spec)
{
    if (spec.type == ParameterSpec::Type::Choice) {
        QStringList choices;
        for (const auto& choice : spec.choices)
            choices.append(QString::fromStdString(choice));
        return choices.join(QStringLiteral(", "));
    }
    QString text;
    if (spec.minimum && spec.maximum)
        text = FactSheet::tr("%1 to %2").arg(plain(*spec.minimum), plain(*spec.maximum));
    else if (spec.minimum)
        text = FactSheet::tr("at least %1").arg(plain(*spec.minimum));
    else if (spec.maximum)
        text = FactSheet::tr("at most %1").arg(plain(*spec.maximum));
    if (spec.step)
        text += (text.isEmpty() ? QString() : QStringLiteral(", ")) +
                FactSheet::tr("step %1").arg(plain(*spec.step));
    return text;
}

FactSheet::FactSheet(const CatalogEntry& entry, QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    viewport()->setAutoFillBackground(false);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(6 * SPACE);
    form->setVerticalSpacing(2 * SPACE);
    addFacts(*form, entry, page);
    column->addLayout(form);
    if (entry.metadata.parameters.empty())
        column->addWidget(cell(tr("It declares no parameters."), page, "secondary"));
    else
        column->addWidget(makeParameters(entry, page));
    column->addStretch(1);
    setWidget(page);
    page->setAutoFillBackground(false);
}

} // namespace ui::dialogs
