// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/importplanform.h"

#include "core/base/decimal.h"
#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTableWidget>

#include <algorithm>

namespace ui::dialogs {

namespace {

using core::history::ImportPlan;
using core::history::Stamp;
using core::history::TimeFormat;
using core::history::VolumeColumn;
using core::market::Timeframe;

/// The roles of csvimport.h with the words of the window.
QList<std::pair<QString, QString>> roles()
{
    using F = ImportPlanForm;
    return {
        {QStringLiteral("-"), F::tr("skip")},        {QStringLiteral("time"), F::tr("time")},
        {QStringLiteral("open"), F::tr("open")},     {QStringLiteral("high"), F::tr("high")},
        {QStringLiteral("low"), F::tr("low")},       {QStringLiteral("close"), F::tr("close")},
        {QStringLiteral("volume"), F::tr("volume")}, {QStringLiteral("trades"), F::tr("trades")},
        {QStringLiteral("price"), F::tr("price of a trade")},
        {QStringLiteral("side"), F::tr("side of a trade")},
        {QStringLiteral("id"), F::tr("id of a trade")}};
}

QString delimiterText(char delimiter)
{
    using F = ImportPlanForm;
    return delimiter == ','    ? F::tr("comma")
           : delimiter == ';'  ? F::tr("semicolon")
           : delimiter == '\t' ? F::tr("tab")
                               : QString(QLatin1Char(delimiter));
}

QLabel* caption(const QString& text, QWidget* buddy, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    setRole(label, "dim");
    label->setBuddy(buddy);
    return label;
}

} // namespace

ImportPlanForm::ImportPlanForm(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * SPACE);
    m_format = new QLabel(this);
    m_format->setWordWrap(true);
    setRole(m_format, "secondary");
    column->addWidget(m_format);
    column->addWidget(makeFields());
    m_preview = new QTableWidget(this);
    m_preview->setObjectName(QStringLiteral("preview"));
    m_preview->setAccessibleName(tr("First rows, with the role of each column above"));
    m_preview->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_preview->setSelectionMode(QAbstractItemView::NoSelection);
    m_preview->setShowGrid(false);
    m_preview->horizontalHeader()->hide();
    m_preview->verticalHeader()->hide();
    m_preview->verticalHeader()->setMinimumSectionSize(ROW_HEIGHT);
    m_preview->verticalHeader()->setDefaultSectionSize(ROW_HEIGHT);
    m_preview->setCornerWidget(new QWidget(this));
    column->addWidget(m_preview, 1);
}

QWidget* ImportPlanForm::makeFields()
{
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(3 * SPACE);
    grid->setVerticalSpacing(SPACE);
    m_times = new QComboBox(box);
    m_times->setObjectName(QStringLiteral("times"));
    for (const auto format : {TimeFormat::Iso, TimeFormat::Seconds, TimeFormat::Milliseconds,
                              TimeFormat::Microseconds, TimeFormat::Nanoseconds})
        m_times->addItem(QString::fromStdString(timeFormatText(format)), static_cast<int>(format));
    m_stamp = new QComboBox(box);
    m_stamp->setObjectName(QStringLiteral("stamp"));
    m_stamp->addItem(tr("its open"), static_cast<int>(Stamp::Open));
    m_stamp->addItem(tr("its close"), static_cast<int>(Stamp::Close));
    m_stamp->setToolTip(tr("Whether the time of a row is when its candle opens or when it closes"));
    m_timeframe = new QComboBox(box);
    for (const auto& timeframe : core::market::ALL_TIMEFRAMES)
        m_timeframe->addItem(QString::fromStdString(timeframe.text()));
    m_volume = new QComboBox(box);
    m_volume->addItem(tr("base currency"), static_cast<int>(VolumeColumn::Base));
    m_volume->addItem(tr("quote currency"), static_cast<int>(VolumeColumn::Quote));
    m_volume->addItem(tr("contracts"), static_cast<int>(VolumeColumn::Contracts));
    m_volumeHint = new QLabel(box);
    m_priceDecimals = new QSpinBox(box);
    m_lotDecimals = new QSpinBox(box);
    for (auto* spin : {m_priceDecimals, m_lotDecimals})
        spin->setRange(0, core::MAX_DECIMALS);
    const QList<std::pair<QString, QWidget*>> fields = {{tr("Times &written as"), m_times},
                                                        {tr("A candle's time is"), m_stamp},
                                                        {tr("&Timeframe"), m_timeframe},
                                                        {tr("Unit of &volume"), m_volume},
                                                        {tr("&Price decimals"), m_priceDecimals},
                                                        {tr("&Lot decimals"), m_lotDecimals}};
    for (int i = 0; i < fields.size(); ++i) {
        grid->addWidget(caption(fields[i].first, fields[i].second, box), 0, i);
        grid->addWidget(fields[i].second, 1, i);
        grid->setColumnStretch(i, 1);
    }
    grid->addWidget(m_volumeHint, 2, 0, 1, static_cast<int>(fields.size()));
    connect(m_volume, &QComboBox::activated, this, [this] {
        m_volumeSaid = true;
        updateHints();
    });
    connect(m_times, &QComboBox::activated, this, [this] {
        m_timesSaid = true;
        emit readingChanged();
    });
    connect(m_stamp, &QComboBox::activated, this, [this] {
        m_stampSaid = true;
        emit readingChanged();
    });
    connect(m_timeframe, &QComboBox::activated, this, [this] { m_timeframeSaid = true; });
    connect(m_priceDecimals, &QSpinBox::valueChanged, this, [this] { m_priceDecimalsSaid = true; });
    connect(m_lotDecimals, &QSpinBox::valueChanged, this, [this] { m_lotDecimalsSaid = true; });
    return box;
}

void ImportPlanForm::clear()
{
    m_rolesSaid = false;
    m_volumeSaid = false;
    m_timesSaid = false;
    m_stampSaid = false;
    m_timeframeSaid = false;
    m_priceDecimalsSaid = false;
    m_lotDecimalsSaid = false;
    m_plan = {};
    m_preview->setRowCount(0);
}

void ImportPlanForm::setPlan(const ImportPlan& plan)
{
    m_plan = plan;
    m_format->setText(
        tr("%1 rows, separated by %2, %3.")
            .arg(format::count(plan.dataRows), delimiterText(plan.delimiter),
                 plan.header ? tr("with a header") : tr("without a header")) +
        (plan.usableRows < plan.dataRows
             ? QLatin1Char(' ') + tr("%1 of them cannot be read and will be left out.")
                                      .arg(format::count(plan.dataRows - plan.usableRows))
             : QString()));
    if (const auto format = core::history::timeFormatOf(plan.timeFormat))
        m_times->setCurrentIndex(m_times->findData(static_cast<int>(*format)));
    m_stamp->setCurrentIndex(m_stamp->findData(static_cast<int>(plan.stamp)));
    if (!m_timeframeSaid)
        m_timeframe->setCurrentText(QString::fromStdString(plan.timeframe.text()));
    if (!m_volumeSaid)
        m_volume->setCurrentIndex(m_volume->findData(static_cast<int>(plan.volume)));
    if (plan.volumeUnit == core::market::VolumeUnit::Stated)
        m_volumeSaid = true;
    const QSignalBlocker quietPrice(m_priceDecimals);
    const QSignalBlocker quietLot(m_lotDecimals);
    m_priceDecimals->setValue(plan.priceDecimals);
    m_lotDecimals->setValue(plan.lotDecimals);
    updateHints();
    fillPreview();
}

void ImportPlanForm::updateHints()
{
    const bool trades = core::history::holdsTrades(m_plan);
    for (QComboBox* box : {m_timeframe, m_stamp, m_volume})
        box->setEnabled(!trades);
    m_volumeHint->setText(
        trades ? tr("The rows are trades: they are kept one by one, and make candles of one minute.")
        : m_volumeSaid ? tr("As stated: volumes limit how much of a bar an order may take.")
                     : tr("The unit of volume is a guess; please check it. As long as it is one, "
                          "volumes are shown but do not limit fills."));
    m_volumeHint->setWordWrap(true);
    setRole(m_volumeHint, m_volumeSaid || trades ? "dim" : "warn");
}

void ImportPlanForm::fillPreview()
{
    const auto columns = static_cast<int>(m_plan.columns.size());
    m_preview->clear();
    m_preview->setColumnCount(columns);
    m_preview->setRowCount(static_cast<int>(m_plan.preview.size()) + 1);
    for (int row = 0; row < static_cast<int>(m_plan.preview.size()); ++row) {
        const auto& fields = m_plan.preview[static_cast<std::size_t>(row)];
        for (int i = 0; i < std::min(columns, static_cast<int>(fields.size())); ++i) {
            auto* item =
                new QTableWidgetItem(QString::fromStdString(fields[static_cast<std::size_t>(i)]));
            item->setFont(figureFont(LABEL_PIXELS));
            m_preview->setItem(row + 1, i, item);
        }
    }
    addRoleBoxes();
    m_preview->resizeColumnsToContents();
    for (int i = 0; i < columns; ++i)
        m_preview->setColumnWidth(i, std::max(96, m_preview->columnWidth(i) + 8));
}

void ImportPlanForm::addRoleBoxes()
{
    m_preview->setRowHeight(0, 34);
    for (int i = 0; i < m_preview->columnCount(); ++i) {
        auto* box = new QComboBox(m_preview);
        box->setAccessibleName(tr("Role of column %1").arg(i + 1));
        for (const auto& [role, word] : roles())
            box->addItem(word, role);
        box->setCurrentIndex(std::max(
            0, box->findData(QString::fromStdString(m_plan.columns[static_cast<std::size_t>(i)]))));
        connect(box, &QComboBox::activated, this, [this, box, i] {
            m_rolesSaid = true;
            m_plan.columns[static_cast<std::size_t>(i)] =
                box->currentData().toString().toStdString();
            emit readingChanged();
        });
        m_preview->setCellWidget(0, i, box);
    }
}

void ImportPlanForm::addTo(core::history::ImportOptions& options) const
{
    if (m_rolesSaid) {
        std::string columns;
        for (const auto& role : m_plan.columns)
            columns += (columns.empty() ? "" : ",") + role;
        options.columns = columns;
    }
    if (m_volumeSaid)
        options.volume = static_cast<VolumeColumn>(m_volume->currentData().toInt());
    if (m_timesSaid)
        options.timeFormat = static_cast<TimeFormat>(m_times->currentData().toInt());
    if (m_stampSaid)
        options.stamp = static_cast<Stamp>(m_stamp->currentData().toInt());
    if (m_timeframeSaid)
        options.timeframe = plan().timeframe;
    if (m_priceDecimalsSaid)
        options.priceDecimals = m_priceDecimals->value();
    if (m_lotDecimalsSaid)
        options.lotDecimals = m_lotDecimals->value();
}

ImportPlan ImportPlanForm::plan() const
{
    ImportPlan corrected = m_plan;
    const auto timeframe = Timeframe::parse(m_timeframe->currentText().toStdString());
    if (timeframe)
        corrected.timeframe = *timeframe;
    corrected.volume = static_cast<VolumeColumn>(m_volume->currentData().toInt());
    corrected.volumeUnit =
        m_volumeSaid ? core::market::VolumeUnit::Stated : core::market::VolumeUnit::Guessed;
    corrected.priceDecimals = m_priceDecimals->value();
    corrected.lotDecimals = m_lotDecimals->value();
    return corrected;
}

} // namespace ui::dialogs
