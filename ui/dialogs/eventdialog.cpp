// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/eventdialog.h"

#include "ui/format.h"
#include "ui/models/eventtablemodel.h"
#include "ui/models/words.h"
#include "ui/panel.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/infocard.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui::dialogs {

namespace {

constexpr QSize FIRST_SIZE(1080, 560);
constexpr int JSON_HEIGHT = 88;
/// A full disk keeps the journal from being written; what is there is better than nothing.
constexpr int FLUSH_PATIENCE_MILLISECONDS = 2000;

} // namespace

EventDialog::EventDialog(QWidget* parent)
    : QDialog(parent), m_model(new models::EventTableModel(this))
{
    setWindowTitle(tr("Event"));
    resize(FIRST_SIZE);
    setMinimumSize(560, 320);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE);
    column->setSpacing(2 * SPACE);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(makeLines());
    m_pages->addWidget(makeState());
    column->addWidget(makeHeader());
    column->addWidget(m_pages, 1);
    column->addWidget(makeButtons());
    connect(&m_reader, &models::EventReader::ready, this, &EventDialog::handleReady);
    connect(&m_reader, &models::EventReader::failed, this, &EventDialog::handleFailed);
    m_patience.setSingleShot(true);
    m_patience.setInterval(FLUSH_PATIENCE_MILLISECONDS);
    connect(&m_patience, &QTimer::timeout, this, &EventDialog::read);
    connect(this, &QDialog::finished, &m_reader, &models::EventReader::cancel);
    connect(this, &QDialog::finished, &m_patience, &QTimer::stop);
}

QWidget* EventDialog::makeHeader()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3 * SPACE);
    m_title = new QLabel(box);
    setRole(m_title, "title");
    m_summary = new QLabel(box);
    setRole(m_summary, "dim");
    m_only = new QCheckBox(box);
    m_only->setChecked(true);
    connect(m_only, &QCheckBox::toggled, this, &EventDialog::filter);
    row->addWidget(m_title);
    row->addWidget(m_summary, 1);
    row->addWidget(m_only);
    return box;
}

QWidget* EventDialog::makeLines()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2 * SPACE);
    m_table = new panels::FigureTable(page);
    m_table->setAccessibleName(tr("Lines of the journal"));
    m_table->setCellModel(*m_model, *m_model);
    // What happened has one order only.
    m_table->setSortingEnabled(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    // Long amounts are read below; nobody scrolls sideways for them.
    m_table->setLastColumnGivesWay();
    m_table->setEmptyText(tr("This event has no lines of the strategy alone."));
    m_detail = new panels::InfoCard(page);
    m_detail->setLinksBesideTitle();
    m_detail->addLink(QStringLiteral("json"), tr("Show JSON"));
    m_json = new QPlainTextEdit(page);
    m_json->setReadOnly(true);
    m_json->setFont(figureFont(LABEL_PIXELS));
    m_json->setFixedHeight(JSON_HEIGHT);
    m_json->setWordWrapMode(QTextOption::WrapAnywhere);
    m_json->setTabChangesFocus(true);
    m_json->setAccessibleName(tr("The line as the journal has it"));
    m_json->hide();
    connect(m_detail, &panels::InfoCard::linkActivated, this,
            [this] { showJson(!m_json->isVisible()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &EventDialog::showDetail);
    column->addWidget(m_table, 1);
    column->addWidget(m_detail);
    column->addWidget(m_json);
    return page;
}

QWidget* EventDialog::makeState()
{
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setSpacing(2 * SPACE);
    m_stateHeadline = new QLabel(page);
    m_stateText = new QLabel(page);
    setRole(m_stateHeadline, "bad");
    setRole(m_stateText, "secondary");
    for (QLabel* label : {m_stateHeadline, m_stateText}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_progress = new QProgressBar(page);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(240);
    column->addStretch(1);
    column->addWidget(m_stateHeadline);
    column->addWidget(m_stateText);
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return page;
}

QWidget* EventDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * SPACE);
    const auto add = [this, box](const QString& text, auto&& act) {
        auto* button = new QPushButton(text, box);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, act);
        return button;
    };
    auto* again = add(tr("&Read again"), [this] { readAgain(); });
    again->setToolTip(tr("Reads what the session has written since"));
    m_copy = add(tr("&Copy"), [this] { copy(m_model->asText()); });
    m_copy->setToolTip(tr("Copies the lines shown, with tabs between their cells (Ctrl+C)"));
    m_copyJson = add(tr("Copy as &JSON"), [this] { copy(m_model->asJson()); });
    auto* close = add(tr("Close"), [this] { reject(); });
    close->setDefault(true);
    auto* shortcut = new QShortcut(QKeySequence::Copy, m_table);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, m_copy, &QPushButton::click);
    row->addWidget(again);
    row->addStretch(1);
    row->addWidget(m_copyJson);
    row->addWidget(m_copy);
    row->addWidget(close);
    return box;
}

void EventDialog::follow(const std::filesystem::path& session, core::CorrelationId event,
                         const QString& strategy)
{
    m_session = session;
    m_event = event;
    m_strategy = strategy;
    const QString title = tr("Event %1").arg(models::words::correlation(event));
    setWindowTitle(title);
    m_title->setText(title);
    m_only->setText(
        tr("&Only %1").arg(QString(strategy).replace(QLatin1Char('&'), QLatin1StringView("&&"))));
    m_only->setVisible(!strategy.isEmpty());
    readAgain();
}

void EventDialog::readAgain()
{
    m_chain.reset();
    m_model->setChain({});
    showPage(Page::Loading, {}, tr("Reading the journal…"));
    m_patience.start();
    emit journalWanted();
}

void EventDialog::handleJournalFlushed()
{
    if (m_patience.isActive())
        read();
}

void EventDialog::read()
{
    m_patience.stop();
    m_reader.request(m_session, m_event);
}

void EventDialog::showPage(Page page, const QString& headline, const QString& text)
{
    m_page = page;
    m_stateHeadline->setText(headline);
    m_stateHeadline->setVisible(!headline.isEmpty());
    m_stateText->setText(text);
    m_progress->setVisible(page == Page::Loading);
    m_pages->setCurrentIndex(page == Page::Lines ? 0 : 1);
    for (QWidget* control : {static_cast<QWidget*>(m_copy), static_cast<QWidget*>(m_copyJson),
                             static_cast<QWidget*>(m_only)})
        control->setEnabled(page == Page::Lines);
    if (page != Page::Lines)
        m_summary->clear();
}

void EventDialog::handleReady(quint64, const models::EventChainPtr& chain)
{
    m_chain = chain;
    if (chain->lines.empty()) {
        showPage(Page::Empty, {}, tr("The journal has no line of this event."));
        return;
    }
    m_model->setChain(chain);
    filter();
    showPage(Page::Lines);
    summarise();
    m_table->setFocus();
}

void EventDialog::handleFailed(quint64, const QString& what, const QString& remedy)
{
    showPage(Page::Error, what, remedy);
}

void EventDialog::filter()
{
    m_model->setOnly(m_only->isChecked() ? m_strategy : QString());
    if (m_model->rowCount() > 0)
        m_table->selectRowQuietly(0);
    showDetail();
    if (m_page == Page::Lines)
        summarise();
}

void EventDialog::summarise()
{
    QString text = tr("%1 · %2 of %3 lines of the journal")
                       .arg(models::preciseTime(m_chain->lines.front().time),
                            format::count(m_model->rowCount()),
                            format::count(static_cast<std::int64_t>(m_chain->lines.size())));
    if (m_chain->more)
        text += tr(" · there are more; export the journal to read all of them");
    m_summary->setText(text);
}

void EventDialog::showDetail()
{
    const models::JournalLine* line = m_model->lineAt(m_table->selectedRow());
    m_detail->setVisible(line != nullptr);
    if (!line) {
        m_json->clear();
        return;
    }
    m_detail->setContent(line->event + QStringLiteral(" · ") + line->what,
                         {line->amounts.join(QStringLiteral(" · "))});
    m_json->setPlainText(line->raw);
}

void EventDialog::showJson(bool shown)
{
    m_json->setVisible(shown);
    m_detail->setLink(QStringLiteral("json"), shown ? tr("Hide JSON") : tr("Show JSON"));
}

void EventDialog::copy(const QString& text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace ui::dialogs
