// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/downloaddialog.h"

#include "ui/format.h"
#include "ui/models/jobwords.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QDateEdit>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QRegularExpression>

namespace ui::dialogs {

using core::history::JobKind;
using core::history::JobRequest;

namespace {

constexpr int WIDTH = 560;
constexpr double TRADES_A_REQUEST = 1000.0;
/// That the venue has on our grid.
constexpr std::array TIMEFRAMES = {"1m", "5m", "15m", "30m", "1h", "4h", "1d"};

QLabel* wrapped(QWidget* parent, const char* role)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    setRole(label, role);
    return label;
}

} // namespace

DownloadDialog::DownloadDialog(const QString& symbols, Extents known, const core::history::KrakenAccess& access,
                               QWidget* parent)
    : QDialog(parent), m_known(std::move(known)), m_access(access)
{
    setWindowTitle(tr("Download from Kraken"));
    resize(WIDTH, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    column->addLayout(makeForm());
    m_symbols->setText(symbols);
    m_story = wrapped(this, "secondary");
    m_story->setObjectName(QStringLiteral("story"));
    m_problem = wrapped(this, "warn");
    m_problem->setObjectName(QStringLiteral("problem"));
    column->addWidget(m_story);
    column->addWidget(m_problem);
    column->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    m_accept = new QPushButton(tr("&Download"), this);
    m_accept->setObjectName(QStringLiteral("confirm"));
    m_accept->setProperty("primary", true);
    m_accept->setDefault(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * SPACE);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_accept);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &DownloadDialog::begin);
    refresh();
}

QLayout* DownloadDialog::makeForm()
{
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * SPACE);
    form->setVerticalSpacing(2 * SPACE);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto caption = [this](const QString& text, QWidget* buddy) {
        auto* label = new QLabel(text, this);
        setRole(label, "dim");
        label->setBuddy(buddy);
        buddy->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        return label;
    };
    m_symbols = new QLineEdit(this);
    m_symbols->setObjectName(QStringLiteral("symbols"));
    m_symbols->setPlaceholderText(QStringLiteral("BTC/USD, ETH/USD"));
    m_trades = new QRadioButton(tr("Every &trade since"), this);
    m_trades->setChecked(true);
    m_since = new QDateEdit(QDateTime::currentDateTimeUtc().date().addDays(-7), this);
    m_since->setObjectName(QStringLiteral("since"));
    m_since->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    // Kraken's first trades.
    m_since->setDateRange(QDate(2013, 9, 1), QDateTime::currentDateTimeUtc().date());
    m_since->setAccessibleName(tr("First day of the trades, UTC"));
    m_candles = new QRadioButton(tr("The &last 720 candles of"), this);
    m_candles->setObjectName(QStringLiteral("candles"));
    m_timeframe = new QComboBox(this);
    for (const char* text : TIMEFRAMES)
        m_timeframe->addItem(QString::fromLatin1(text));
    m_timeframe->setAccessibleName(tr("Timeframe of the candles"));
    m_endpoint = new QLineEdit(QString::fromStdString(m_access.endpoint), this);
    m_endpoint->setObjectName(QStringLiteral("endpoint"));
    form->addRow(caption(tr("&Symbols"), m_symbols), m_symbols);
    form->addRow(m_trades, m_since);
    form->addRow(m_candles, m_timeframe);
    form->addRow(caption(tr("Ser&ver"), m_endpoint), m_endpoint);
    for (QLineEdit* field : {m_symbols, m_endpoint})
        connect(field, &QLineEdit::textChanged, this, &DownloadDialog::refresh);
    connect(m_since, &QDateEdit::dateChanged, this, &DownloadDialog::refresh);
    connect(m_trades, &QRadioButton::toggled, this, &DownloadDialog::refresh);
    return form;
}

core::Result<std::vector<core::Symbol>> DownloadDialog::symbols() const
{
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    std::vector<core::Symbol> result;
    for (const QString& text : m_symbols->text().split(between, Qt::SkipEmptyParts)) {
        auto symbol = core::Symbol::parse(text.toUpper().toStdString());
        if (!symbol)
            return symbol.error();
        if (std::find(result.begin(), result.end(), *symbol) == result.end())
            result.push_back(std::move(*symbol));
    }
    if (result.empty())
        return core::Error{core::ErrorCode::InvalidInput, tr("Which symbols? Write them with a slash, as in BTC/USD").toStdString(), ""};
    return result;
}

core::Result<std::vector<JobRequest>> DownloadDialog::requests() const
{
    auto wanted = symbols();
    if (!wanted)
        return wanted.error();
    if (const auto endpoint = core::history::checkEndpoint(m_endpoint->text().trimmed().toStdString()); !endpoint)
        return endpoint.error();
    std::vector<JobRequest> result;
    for (const core::Symbol& symbol : *wanted) {
        JobRequest request;
        request.symbol = symbol;
        request.kind = m_trades->isChecked() ? JobKind::Trades : JobKind::Candles;
        if (m_trades->isChecked())
            request.range.from = format::fromDateTime(QDateTime(m_since->date(), QTime(0, 0), Qt::UTC));
        else
            request.timeframe = *core::market::Timeframe::parse(m_timeframe->currentText().toStdString());
        result.push_back(std::move(request));
    }
    return result;
}

/// By the trades a day that are stored of it; empty where there are none to go by.
QString DownloadDialog::estimate(const core::Symbol& symbol) const
{
    const auto known = m_known.find(symbol);
    if (known == m_known.end() || known->second.newest <= known->second.oldest)
        return {};
    const auto stored = std::chrono::duration<double>(known->second.newest - known->second.oldest);
    const double perSecond = static_cast<double>(known->second.trades) / stored.count();
    const auto asked = static_cast<double>(m_since->dateTime().secsTo(QDateTime::currentDateTimeUtc()));
    const double spacing = std::max(std::chrono::duration<double>(m_access.spacing).count(), 0.2);
    return models::words::duration(std::max(1.0, perSecond * asked / TRADES_A_REQUEST) * spacing);
}

QString DownloadDialog::story() const
{
    const auto wanted = symbols();
    if (!wanted)
        return {};
    if (m_candles->isChecked())
        return tr("Stores the last 720 closed candles, which takes a few seconds. They have no trades.");
    QStringList lines = {tr("Stores every trade and makes candles of one minute of them. What is stored already is "
                            "not fetched again. You may pause it, and close the program, at any time.")};
    for (const core::Symbol& symbol : *wanted) {
        const QString time = estimate(symbol);
        if (!time.isEmpty())
            lines.append(tr("%1: at most about %2, going by its stored trades.")
                             .arg(QString::fromStdString(symbol.text()), time));
    }
    if (lines.size() == 1)
        lines.append(tr("Kraken gives a thousand trades a second at most: a busy pair takes some minutes a week, and "
                        "hours a year."));
    return lines.join(QLatin1Char('\n'));
}

void DownloadDialog::refresh()
{
    m_since->setEnabled(m_trades->isChecked());
    m_timeframe->setEnabled(m_candles->isChecked());
    if (!m_accept)
        return;
    const auto wanted = requests();
    m_problem->setText(wanted ? QString() : QString::fromStdString(wanted.error().message()));
    m_problem->setVisible(!wanted);
    setRole(m_problem, m_symbols->text().isEmpty() ? "secondary" : "warn");
    m_story->setText(story());
    m_story->setVisible(!m_story->text().isEmpty());
    m_accept->setEnabled(wanted.ok());
    fitHeight(*this);
}

void DownloadDialog::begin()
{
    const auto wanted = requests();
    if (!wanted)
        return;
    const QString endpoint = m_endpoint->text().trimmed();
    if (endpoint != QString::fromStdString(m_access.endpoint))
        emit endpointChosen(endpoint);
    emit downloadsRequested(*wanted);
    accept();
}

} // namespace ui::dialogs
