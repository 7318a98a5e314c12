// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/deletedialog.h"

#include "ui/format.h"
#include "ui/panel.h"
#include "ui/theme.h"

#include <QDateTimeEdit>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>

namespace ui::dialogs {

using core::history::TimeRange;

namespace {

constexpr int WIDTH = 520;
/// Apart from the tokens of the panel, which asks the same service.
quint64 nextToken()
{
    static quint64 last = quint64(1) << 40;
    return ++last;
}

QDateTimeEdit* timeEdit(core::Timestamp time, const QString& name, QWidget* parent)
{
    auto* edit = new QDateTimeEdit(format::toDateTime(time), parent);
    edit->setTimeSpec(Qt::UTC);
    edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    edit->setAccessibleName(name);
    return edit;
}

} // namespace

DeleteDialog::DeleteDialog(const core::history::Coverage& coverage, core::history::SurveyPtr survey, TimeRange range,
                           QWidget* parent)
    : QDialog(parent), m_coverage(coverage), m_survey(std::move(survey))
{
    const QString symbol = QString::fromStdString(coverage.instrument.symbol.text());
    setWindowTitle(tr("Delete %1").arg(symbol));
    resize(WIDTH, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE);
    column->setSpacing(3 * SPACE);
    m_all = new QRadioButton(tr("&Everything of %1").arg(symbol), this);
    m_part = new QRadioButton(tr("Only &from"), this);
    m_part->setObjectName(QStringLiteral("part"));
    m_from = timeEdit(range.from, tr("Delete from, UTC"), this);
    m_from->setObjectName(QStringLiteral("from"));
    m_to = timeEdit(range.to, tr("Delete up to, UTC"), this);
    m_to->setObjectName(QStringLiteral("to"));
    const bool isPart = range.from > coverage.oldest || range.to < coverage.newest;
    (isPart ? m_part : m_all)->setChecked(true);
    auto* to = new QLabel(tr("to"), this);
    setRole(to, "dim");
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(2 * SPACE);
    grid->setVerticalSpacing(2 * SPACE);
    grid->addWidget(m_all, 0, 0, 1, 4);
    grid->addWidget(m_part, 1, 0);
    grid->addWidget(m_from, 1, 1);
    grid->addWidget(to, 1, 2);
    grid->addWidget(m_to, 1, 3);
    grid->setColumnStretch(4, 1);
    column->addLayout(grid);
    m_story = new QLabel(this);
    m_story->setObjectName(QStringLiteral("story"));
    m_story->setWordWrap(true);
    m_story->setTextFormat(Qt::PlainText);
    column->addWidget(m_story);
    column->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    // What cannot be taken back is not what Enter does.
    cancel->setDefault(true);
    m_confirm = new QPushButton(tr("&Delete"), this);
    m_confirm->setObjectName(QStringLiteral("confirm"));
    m_confirm->setProperty("primary", true);
    m_confirm->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * SPACE);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_confirm);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, [this] {
        emit deletionRequested(request());
        accept();
    });
    connect(m_all, &QRadioButton::toggled, this, &DeleteDialog::requestCount);
    for (QDateTimeEdit* edit : {m_from, m_to})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, &DeleteDialog::requestCount);
    refresh();
}

TimeRange DeleteDialog::range() const
{
    if (m_all->isChecked())
        return {};
    const core::market::Timeframe minute = core::market::ONE_MINUTE;
    return {minute.floor(format::fromDateTime(m_from->dateTime())), minute.floor(format::fromDateTime(m_to->dateTime()))};
}

/// What a strip counts that begins and ends with whole candles: a candle goes if it opens in the range.
TimeRange DeleteDialog::countedRange() const
{
    const core::market::Timeframe finest = m_coverage.finest;
    const auto up = [&](core::Timestamp time) { return finest.floor(time + finest.length() - core::Nanoseconds(1)); };
    const TimeRange wanted = range();
    return {up(wanted.from), up(wanted.to)};
}

core::history::JobRequest DeleteDialog::request() const
{
    core::history::JobRequest request;
    request.kind = core::history::JobKind::Delete;
    request.symbol = m_coverage.instrument.symbol;
    request.range = range();
    return request;
}

void DeleteDialog::requestCount()
{
    m_count.reset();
    m_token = nextToken();
    if (!m_all->isChecked()) {
        const TimeRange counted = countedRange();
        const bool hasCandles =
            counted.from < counted.to && counted.from <= m_coverage.newest && counted.to > m_coverage.oldest;
        if (hasCandles)
            emit countRequested(m_token, m_coverage.instrument.symbol, counted);
        else
            m_count = 0;
    }
    refresh();
}

void DeleteDialog::handleCount(quint64 token, const core::Symbol& symbol, const core::history::StripPtr& strip)
{
    if (token != m_token || symbol != m_coverage.instrument.symbol)
        return;
    const auto steps = (strip->range.to - strip->range.from) / m_coverage.finest.length();
    m_count = steps - strip->missing - strip->verifiedEmpty;
    refresh();
}

QString DeleteDialog::allStory() const
{
    const QString candles = tr("Deletes %1 candles of %2 from %3 to %4 UTC, every candle of coarser timeframes")
                                .arg(format::count(m_coverage.candles), QString::fromStdString(m_coverage.finest.text()),
                                     format::dateTime(m_coverage.oldest), format::dateTime(m_coverage.newest));
    if (!m_survey)
        return candles + tr(", all trades and all funding rates.");
    return candles + (m_survey->trades ? tr(", %1 trades and all funding rates.").arg(format::count(m_survey->trades->trades))
                                       : tr(" and all funding rates."));
}

QString DeleteDialog::partStory() const
{
    const TimeRange wanted = range();
    const QString candles =
        tr("Deletes %1 candles of %2 from %3 to %4 UTC, those of coarser timeframes that were written there or made of them")
            .arg(m_count ? format::count(*m_count) : QStringLiteral("…"),
                 QString::fromStdString(m_coverage.finest.text()), format::dateTime(wanted.from),
                 format::dateTime(wanted.to));
    const bool hasTrades = !m_survey || m_survey->trades;
    return candles + (hasTrades ? tr(", and the trades and funding rates of that time.")
                                : tr(", and the funding rates of that time."));
}

void DeleteDialog::refresh()
{
    for (QDateTimeEdit* edit : {m_from, m_to})
        edit->setEnabled(m_part->isChecked());
    const TimeRange wanted = range();
    const bool isRange = wanted.from < wanted.to;
    QString text;
    if (m_all->isChecked())
        text = allStory();
    else if (!isRange)
        text = tr("The range is empty: it ends before it begins.");
    else
        text = partStory();
    if (m_all->isChecked() || isRange)
        text += tr(" It cannot be taken back; what Kraken has can be downloaded again.");
    m_story->setText(text);
    setRole(m_story, isRange ? "warn" : "bad");
    m_confirm->setEnabled(isRange);
    fitHeight(*this);
}

} // namespace ui::dialogs
