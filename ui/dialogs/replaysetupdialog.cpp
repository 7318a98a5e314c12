// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/replaysetupdialog.h"

#include "ui/dialogs/accountform.h"
#include "ui/dialogs/parameterform.h"
#include "ui/format.h"
#include "ui/models/strategylistmodel.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace ui::dialogs {

namespace {

using core::engine::ReplayRequest;
using core::history::Coverage;
using core::history::TimeRange;

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    setRole(label, "title");
    return label;
}

QLabel* caption(const QString& text, QWidget* parent, const char* role = "dim")
{
    auto* label = new QLabel(text, parent);
    setRole(label, role);
    return label;
}

void addCheckable(QListWidget& list, const QString& text, const QString& hint)
{
    auto* row = new QListWidgetItem(text, &list);
    row->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
    row->setCheckState(Qt::Unchecked);
    row->setSizeHint({0, ROW_HEIGHT});
    row->setToolTip(hint);
}

QVBoxLayout* makeColumn(QWidget* box)
{
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * SPACE);
    return column;
}

QDateTimeEdit* makeTimeEdit(QWidget* parent)
{
    auto* edit = new QDateTimeEdit(parent);
    edit->setTimeSpec(Qt::UTC);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    edit->setCalendarPopup(true);
    edit->setFont(figureFont());
    return edit;
}

core::Error invalid(const QString& what, const QString& remedy)
{
    return {core::ErrorCode::InvalidInput, what.toStdString(), remedy.toStdString()};
}

core::Timestamp endOf(const Coverage& coverage)
{
    return coverage.newest + coverage.finest.length();
}

} // namespace

ReplaySetupDialog::ReplaySetupDialog(models::StrategyListPtr strategies,
                                     std::vector<Coverage> coverage, const QStringList& checked,
                                     QWidget* parent)
    : QDialog(parent), m_strategies(std::move(strategies)), m_coverage(std::move(coverage))
{
    setWindowTitle(tr("New replay"));
    resize(980, 660);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    auto* row = new QHBoxLayout;
    row->setSpacing(6 * SPACE);
    row->addWidget(makeStrategies(), 5);
    row->addWidget(makeMarket(), 5);
    row->addWidget(makeAccount(), 4);
    column->addLayout(row, 1);
    m_message = caption({}, this, "warn");
    m_message->setWordWrap(true);
    column->addWidget(m_message);
    column->addWidget(makeButtons());
    fillStrategies();
    fillSymbols();
    connect(m_account, &AccountForm::changed, this, &ReplaySetupDialog::refresh);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        rebuildParameters();
        updateSymbols();
    });
    connect(m_symbols, &QListWidget::itemChanged, this, &ReplaySetupDialog::updateRange);
    setChecked(checked);
}

QWidget* ReplaySetupDialog::makeStrategies()
{
    auto* box = new QWidget(this);
    auto* column = makeColumn(box);
    m_list = new QListWidget(box);
    m_list->setAccessibleName(tr("Strategies"));
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setMaximumHeight(6 * ROW_HEIGHT);
    auto* scroll = new QScrollArea(box);
    scroll->setWidgetResizable(true);
    scroll->viewport()->setAutoFillBackground(false);
    auto* page = new QWidget(scroll);
    m_formColumn = makeColumn(page);
    m_formColumn->setSpacing(4 * SPACE);
    m_formHint = caption(tr("Check a strategy to see its parameters."), page);
    m_formColumn->addWidget(m_formHint);
    m_formColumn->addStretch(1);
    scroll->setWidget(page);
    page->setAutoFillBackground(false);
    column->addWidget(heading(tr("Strategies, each on its own account"), box));
    column->addWidget(m_list);
    column->addWidget(heading(tr("Parameters"), box));
    column->addWidget(scroll, 1);
    return box;
}

QWidget* ReplaySetupDialog::makeAccount()
{
    auto* box = new QWidget(this);
    auto* column = makeColumn(box);
    m_account = new AccountForm(box);
    column->addWidget(heading(tr("Each account"), box));
    column->addWidget(m_account);
    column->addStretch(1);
    return box;
}

QWidget* ReplaySetupDialog::makeMarket()
{
    auto* box = new QWidget(this);
    auto* column = makeColumn(box);
    m_asDeclared = new QCheckBox(tr("Symbols as the strategies declare"), box);
    m_asDeclared->setChecked(true);
    m_symbols = new QListWidget(box);
    m_symbols->setAccessibleName(tr("Symbols in the history"));
    m_symbols->setSelectionMode(QAbstractItemView::NoSelection);
    m_timeframe = new QComboBox(box);
    m_timeframe->setObjectName(QStringLiteral("timeframe"));
    m_timeframe->addItem(tr("as declared"));
    for (const auto& timeframe : core::market::ALL_TIMEFRAMES)
        m_timeframe->addItem(QString::fromStdString(timeframe.text()));
    m_from = makeTimeEdit(box);
    m_to = makeTimeEdit(box);
    m_rangeHint = caption({}, box);
    m_rangeHint->setWordWrap(true);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(3 * SPACE);
    form->setVerticalSpacing(SPACE);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto addRow = [&](const QString& text, QWidget* field) {
        auto* label = caption(text, box);
        label->setBuddy(field);
        form->addRow(label, field);
    };
    addRow(tr("&Timeframe"), m_timeframe);
    addRow(tr("&From, UTC"), m_from);
    addRow(tr("T&o, UTC"), m_to);
    column->addWidget(heading(tr("Market"), box));
    column->addWidget(m_asDeclared);
    column->addWidget(m_symbols, 1);
    column->addLayout(form);
    column->addWidget(m_rangeHint);
    connect(m_asDeclared, &QCheckBox::toggled, this, &ReplaySetupDialog::updateSymbols);
    connect(m_timeframe, &QComboBox::currentIndexChanged, this, &ReplaySetupDialog::refresh);
    connect(m_from, &QDateTimeEdit::dateTimeChanged, this, &ReplaySetupDialog::refresh);
    connect(m_to, &QDateTimeEdit::dateTimeChanged, this, &ReplaySetupDialog::refresh);
    return box;
}

QWidget* ReplaySetupDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    auto* cancel = new QPushButton(tr("Cancel"), box);
    cancel->setAutoDefault(false);
    m_start = new QPushButton(tr("&Start"), box);
    m_start->setProperty("primary", true);
    m_start->setDefault(true);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_start);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &ReplaySetupDialog::start);
    return box;
}

void ReplaySetupDialog::fillStrategies()
{
    if (!m_strategies)
        return;
    for (const auto& item : *m_strategies) {
        if (!models::mayRun(item))
            continue;
        addCheckable(*m_list, QString::fromStdString(item.entry.name),
                     QString::fromStdString(item.entry.metadata.description));
    }
}

void ReplaySetupDialog::fillSymbols()
{
    for (const auto& coverage : m_coverage)
        addCheckable(*m_symbols, QString::fromStdString(coverage.instrument.symbol.text()),
                     tr("%1 candles of %2, %3 to %4")
                         .arg(format::count(coverage.candles),
                              QString::fromStdString(coverage.finest.text()),
                              format::dateTime(coverage.oldest),
                              format::dateTime(endOf(coverage))));
}

bool ReplaySetupDialog::isChosen(const std::string& strategy) const
{
    const auto rows = m_list->findItems(QString::fromStdString(strategy), Qt::MatchExactly);
    return !rows.isEmpty() && rows.front()->checkState() == Qt::Checked;
}

void ReplaySetupDialog::setChecked(const QStringList& names)
{
    {
        const QSignalBlocker quiet(m_list);
        for (int row = 0; row < m_list->count(); ++row)
            m_list->item(row)->setCheckState(
                names.contains(m_list->item(row)->text()) ? Qt::Checked : Qt::Unchecked);
    }
    rebuildParameters();
    const auto declared = declaredSymbols();
    const bool covered =
        !declared.empty() &&
        std::all_of(declared.begin(), declared.end(), [this](const auto& symbol) {
            return std::any_of(m_coverage.begin(), m_coverage.end(), [&](const Coverage& coverage) {
                return coverage.instrument.symbol == symbol;
            });
        });
    if (!covered && m_coverage.size() == 1) {
        m_asDeclared->setChecked(false);
        m_symbols->item(0)->setCheckState(Qt::Checked);
    }
    updateSymbols();
}

void ReplaySetupDialog::rebuildParameters()
{
    // Forms of strategies that stay keep what was entered.
    std::vector<ParameterForm*> next;
    for (const auto& item : *m_strategies) {
        const auto known = std::find_if(m_forms.begin(), m_forms.end(), [&](auto* form) {
            return form->strategy() == item.entry.name;
        });
        const bool chosen = models::mayRun(item) && isChosen(item.entry.name);
        if (chosen && known != m_forms.end()) {
            next.push_back(*known);
        } else if (chosen) {
            auto* form = new ParameterForm(item.entry.metadata, this);
            connect(form, &ParameterForm::changed, this, &ReplaySetupDialog::refresh);
            next.push_back(form);
        } else if (known != m_forms.end()) {
            delete *known;
            m_forms.erase(known);
        }
    }
    m_forms = std::move(next);
    for (std::size_t i = 0; i < m_forms.size(); ++i)
        m_formColumn->insertWidget(static_cast<int>(i) + 1, m_forms[i]);
    m_formHint->setVisible(m_forms.empty());
}

std::vector<core::Symbol> ReplaySetupDialog::declaredSymbols() const
{
    std::set<core::Symbol> symbols;
    for (const auto* form : m_forms)
        symbols.insert(form->metadata().symbols.begin(), form->metadata().symbols.end());
    return {symbols.begin(), symbols.end()};
}

void ReplaySetupDialog::updateSymbols()
{
    m_symbols->setEnabled(!m_asDeclared->isChecked());
    if (m_asDeclared->isChecked()) {
        const auto declared = declaredSymbols();
        const QSignalBlocker quiet(m_symbols);
        for (int row = 0; row < m_symbols->count(); ++row) {
            const auto& symbol = m_coverage[static_cast<std::size_t>(row)].instrument.symbol;
            const bool wanted =
                std::find(declared.begin(), declared.end(), symbol) != declared.end();
            m_symbols->item(row)->setCheckState(wanted ? Qt::Checked : Qt::Unchecked);
        }
    }
    updateRange();
}

std::vector<const Coverage*> ReplaySetupDialog::chosenCoverage() const
{
    std::vector<const Coverage*> chosen;
    for (int row = 0; row < m_symbols->count(); ++row)
        if (m_symbols->item(row)->checkState() == Qt::Checked)
            chosen.push_back(&m_coverage[static_cast<std::size_t>(row)]);
    return chosen;
}

TimeRange ReplaySetupDialog::covered() const
{
    TimeRange range{core::Timestamp::max(), core::Timestamp::min()};
    for (const auto* coverage : chosenCoverage()) {
        range.from = std::min(range.from, coverage->oldest);
        range.to = std::max(range.to, endOf(*coverage));
    }
    return range;
}

void ReplaySetupDialog::updateRange()
{
    const TimeRange range = covered();
    const bool any = range.from < range.to;
    for (auto* edit : {m_from, m_to})
        edit->setEnabled(any);
    m_rangeHint->setVisible(any);
    if (any) {
        const auto first = format::toDateTime(range.from);
        const auto last = format::toDateTime(range.to);
        for (auto* edit : {m_from, m_to}) {
            const QSignalBlocker quiet(edit);
            edit->setDateTimeRange(first, last);
            edit->setDateTime(edit == m_from ? first : last);
        }
        m_rangeHint->setText(tr("The history has %1 to %2.")
                                 .arg(format::dateTime(range.from), format::dateTime(range.to)));
    }
    refresh();
}

core::Result<ReplayRequest> ReplaySetupDialog::request() const
{
    if (m_list->count() == 0)
        return invalid(tr("No strategy is approved yet"),
                       tr("Approve one in the Strategies panel first."));
    if (m_forms.empty())
        return invalid(tr("No strategy is chosen"), tr("Check at least one."));
    if (m_coverage.empty())
        return invalid(tr("There is no market history yet"), tr("Import candles first."));
    const auto chosen = chosenCoverage();
    for (const auto& symbol : declaredSymbols())
        if (m_asDeclared->isChecked() &&
            std::none_of(chosen.begin(), chosen.end(),
                         [&](const auto* one) { return one->instrument.symbol == symbol; }))
            return invalid(tr("The history has no %1, which a strategy declares")
                               .arg(QString::fromStdString(symbol.text())),
                           tr("Import it, or choose other symbols."));
    if (chosen.empty())
        return invalid(tr("No symbol is chosen"), tr("Check at least one."));

    ReplayRequest request;
    for (const auto* form : m_forms) {
        const auto overrides = form->overrides();
        const auto resolved = core::strategy::resolveParameters(form->metadata(), overrides);
        if (!resolved)
            return resolved.error();
        request.strategies.push_back({form->strategy(), overrides});
    }
    if (!m_asDeclared->isChecked())
        for (const auto* coverage : chosen)
            request.symbols.push_back(coverage->instrument.symbol);
    if (m_timeframe->currentIndex() > 0) {
        const auto index = static_cast<std::size_t>(m_timeframe->currentIndex() - 1);
        request.timeframe = core::market::ALL_TIMEFRAMES[index];
    }
    if (auto fits = checkTimeframes(request.timeframe); !fits)
        return fits.error();
    const TimeRange whole = covered();
    const TimeRange wanted{format::fromDateTime(m_from->dateTime()),
                           format::fromDateTime(m_to->dateTime())};
    if (wanted.from >= wanted.to)
        return invalid(tr("The range ends before it begins"), tr("Choose a later end."));
    if (wanted.from > whole.from)
        request.range.from = wanted.from;
    if (wanted.to < whole.to)
        request.range.to = wanted.to;
    const auto account = m_account->addTo(request);
    if (!account)
        return account.error();
    return request;
}

core::Result<void>
ReplaySetupDialog::checkTimeframes(std::optional<core::market::Timeframe> chosen) const
{
    core::market::Timeframe finest = core::market::ONE_MINUTE;
    for (const auto* coverage : chosenCoverage())
        finest = std::max(finest, coverage->finest);
    for (const auto* form : m_forms) {
        const auto declared = form->metadata().timeframe.value_or(core::market::ONE_MINUTE);
        const auto wanted = chosen.value_or(declared);
        if (!wanted.isMultipleOf(finest))
            return invalid(tr("%1 would run on %2, but the finest candles stored are %3")
                               .arg(QString::fromStdString(form->strategy()),
                                    QString::fromStdString(wanted.text()),
                                    QString::fromStdString(finest.text())),
                           tr("Choose a coarser timeframe, or import finer candles."));
    }
    return {};
}

void ReplaySetupDialog::setRequest(const ReplayRequest& request)
{
    QStringList names;
    for (const auto& strategy : request.strategies)
        names.append(QString::fromStdString(strategy.name));
    m_asDeclared->setChecked(request.symbols.empty());
    setChecked(names);
    for (const auto& strategy : request.strategies)
        for (auto* form : m_forms)
            if (form->strategy() == strategy.name)
                form->setOverrides(strategy.parameters);
    if (!request.symbols.empty())
        for (int row = 0; row < m_symbols->count(); ++row) {
            const auto& symbol = m_coverage[static_cast<std::size_t>(row)].instrument.symbol;
            const auto& wanted = request.symbols;
            m_symbols->item(row)->setCheckState(
                std::find(wanted.begin(), wanted.end(), symbol) != wanted.end() ? Qt::Checked
                                                                                : Qt::Unchecked);
        }
    m_timeframe->setCurrentIndex(0);
    if (request.timeframe)
        m_timeframe->setCurrentText(QString::fromStdString(request.timeframe->text()));
    updateRange();
    if (request.range.from != TimeRange{}.from)
        m_from->setDateTime(format::toDateTime(request.range.from));
    if (request.range.to != TimeRange{}.to)
        m_to->setDateTime(format::toDateTime(request.range.to));
    setAccount(request);
}

void ReplaySetupDialog::setAccount(const ReplayRequest& request)
{
    m_account->setRequest(request);
    refresh();
}

void ReplaySetupDialog::refresh()
{
    const auto wanted = request();
    m_start->setEnabled(wanted.ok());
    m_message->setText(wanted ? QString() : QString::fromStdString(wanted.error().message()));
}

void ReplaySetupDialog::start()
{
    const auto wanted = request();
    if (!wanted)
        return;
    emit replayRequested(*wanted);
    accept();
}

} // namespace ui::dialogs
