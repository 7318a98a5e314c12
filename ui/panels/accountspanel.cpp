// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/accountspanel.h"

#include "ui/format.h"
#include "ui/models/accounttablemodel.h"
#include "ui/models/explanation.h"
#include "ui/models/filltablemodel.h"
#include "ui/models/positiontablemodel.h"
#include "ui/models/riskwords.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/infocard.h"
#include "ui/panels/performancetable.h"
#include "ui/theme.h"

#include <QAction>
#include <QItemSelectionModel>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace ui::panels {

namespace {

using core::engine::AccountSnapshot;
using core::engine::AccountState;

/// The limits that an account is beyond, with their figures.
QString limitLine(const AccountSnapshot& account)
{
    const QString name = QString::fromStdString(account.strategy);
    QStringList figures;
    for (const auto& breach : account.breaches)
        figures.append(models::words::breachFigures(breach));
    const QString state = models::words::accountState(account.state);
    if (figures.isEmpty())
        return AccountsPanel::tr("%1: %2").arg(name, state);
    return AccountsPanel::tr("%1, %2: %3").arg(name, state, figures.join(QStringLiteral("; ")));
}

/// What must not be missed about an account; empty when all is well.
QString alarmLine(const AccountSnapshot& account)
{
    using P = AccountsPanel;
    const QString name = QString::fromStdString(account.strategy);
    const QString reason = QString::fromStdString(account.stateReason);
    const QString why = reason.isEmpty() ? QString() : QStringLiteral(": ") + reason;
    switch (account.state) {
    case AccountState::Liquidating:
        return P::tr("%1 is being liquidated%2").arg(name, why);
    case AccountState::Liquidated:
        return P::tr("%1 was liquidated and is halted%2").arg(name, why);
    case AccountState::Suspended:
        return P::tr("%1 is suspended%2").arg(name, why);
    case AccountState::Blocked:
    case AccountState::Flattening:
        return limitLine(account);
    case AccountState::Halted:
        return P::tr("%1 is halted%2").arg(name, why);
    case AccountState::Running:
        break;
    }
    if (account.marginCalls == 1)
        return P::tr("%1 had a margin call").arg(name);
    if (account.marginCalls > 1)
        return P::tr("%1 had %2 margin calls").arg(name, format::count(account.marginCalls));
    return {};
}

bool isMarginCall(const AccountSnapshot& account)
{
    return account.marginCalls > 0 || account.state == AccountState::Liquidating ||
           account.state == AccountState::Liquidated;
}

} // namespace

AccountsPanel::AccountsPanel(QWidget* parent)
    : Panel(QStringLiteral("panel.accounts"), tr("Accounts"), parent),
      m_positions(new models::PositionTableModel(this)),
      m_orders(new models::OrderTableModel(this)),
      m_fills(new models::FillTableModel(this)),
      m_accounts(new models::AccountTableModel(this)),
      m_positionOrder(new models::PinnedSortProxy(this)),
      m_accountOrder(new models::PinnedSortProxy(this))
{
    m_positionOrder->setSourceModel(m_positions);
    m_accountOrder->setSourceModel(m_accounts);
    makeActs();
    m_tabs = new QTabBar(this);
    for (const auto& title :
         {tr("Positions"), tr("Orders"), tr("Fills"), tr("Accounts"), tr("Performance")})
        m_tabs->addTab(title);
    m_tabs->setExpanding(false);
    m_tabs->setFixedHeight(HEADER_HEIGHT);
    m_tabs->setAccessibleName(tr("Tables of the accounts"));
    setTitleWidget(m_tabs);
    setContextIsFigures();
    setBody(makeBody());
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        handleSelectionChanged();
    });
    connect(this, &Panel::actionTriggered, this, &AccountsPanel::newReplayRequested);
    connect(&themeManager(), &ThemeManager::themeChanged, m_pages, qOverload<>(&QWidget::update));
    setSnapshot({});
}

FigureTable* AccountsPanel::addTable(models::CellTableModel& columns, QAbstractItemModel& shown,
                                     const QString& name)
{
    auto* table = new FigureTable(m_pages);
    table->setAccessibleName(name);
    table->setCellModel(columns, shown);
    m_pages->addWidget(table);
    connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &AccountsPanel::handleSelectionChanged);
    return table;
}

QWidget* AccountsPanel::makeBody()
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE);
    column->setSpacing(SPACE);
    m_alarm = new InfoCard(body);
    m_alarm->setObjectName(QStringLiteral("alarm"));
    m_alarm->setFilled(true);
    m_pages = new QStackedWidget(body);
    addTable(*m_positions, *m_positionOrder, tr("Open positions"));
    addTable(*m_orders, *m_orders, tr("Orders, working ones first"));
    addTable(*m_fills, *m_fills, tr("Fills, newest first"));
    auto* accounts = addTable(*m_accounts, *m_accountOrder, tr("Accounts and their total"));
    accounts->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(accounts, &QWidget::customContextMenuRequested, this, &AccountsPanel::showActMenu);
    m_performance = new PerformanceTable(m_pages);
    m_performance->setAccessibleName(tr("Performance of the accounts"));
    m_pages->addWidget(m_performance);
    connect(m_performance, &PerformanceTable::selectionMoved, this,
            &AccountsPanel::handleSelectionChanged);
    m_explanation = new InfoCard(body);
    m_explanation->setLinksBesideTitle();
    addActLinks();
    m_explanation->addLink(QStringLiteral("event"), tr("Follow event"));
    m_explanation->addLink(QStringLiteral("chart"), tr("Show on chart"));
    m_explanation->addLink(QStringLiteral("close"), tr("Close"));
    connect(m_explanation, &InfoCard::linkActivated, this, [this](const QString& id) {
        if (id == QLatin1StringView("chart"))
            showOnChart();
        else if (id == QLatin1StringView("event"))
            followEvent();
        else if (auto* act = findChild<QAction*>(id))
            act->trigger();
        else
            qobject_cast<QAbstractItemView*>(m_pages->currentWidget())->clearSelection();
    });
    column->addWidget(m_alarm);
    column->addWidget(m_pages, 1);
    column->addWidget(m_explanation);
    return body;
}

void AccountsPanel::setTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

AccountsPanel::Tab AccountsPanel::tab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

FigureTable& AccountsPanel::table(Tab tab) const
{
    return *qobject_cast<FigureTable*>(m_pages->widget(tab));
}

void AccountsPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    m_updating = true;
    m_positions->setSnapshot(snapshot);
    m_orders->setSnapshot(snapshot);
    m_fills->setSnapshot(snapshot);
    m_accounts->setSnapshot(snapshot);
    m_performance->setSnapshot(snapshot);
    keepOrderSelected();
    m_updating = false;
    updateActs();
    if (!snapshot) {
        setContextText({});
        setEmptyState(tr("No session yet. Accounts, positions, orders and fills appear here once a "
                         "replay is loaded."),
                      tr("New replay…"));
        return;
    }
    showBody();
    updateHeader();
    updateAlarm();
    updateEmptyHints();
    updateExplanation();
}

void AccountsPanel::updateHeader()
{
    const auto& total = m_snapshot->total;
    setContextText(tr("Equity %1 %2 %3")
                       .arg(format::money(total.equity), models::quoteCurrency(*m_snapshot),
                            format::percent(models::returnOf(total))));
}

void AccountsPanel::updateAlarm()
{
    QStringList lines;
    qsizetype calls = 0;
    for (const auto& account : m_snapshot->accounts) {
        const QString line = alarmLine(account);
        if (line.isEmpty())
            continue;
        if (isMarginCall(account))
            lines.insert(calls++, tr("Margin call: %1").arg(line));
        else
            lines.append(line);
    }
    m_alarm->setVisible(!lines.isEmpty());
    if (lines.isEmpty())
        return;
    m_alarm->setToken(calls > 0 ? Token::Bad : Token::Warn);
    m_alarm->setContent(lines.front(), lines.mid(1));
}

void AccountsPanel::updateEmptyHints()
{
    const bool begun = m_snapshot->barsDone > 0;
    const QString before = tr("Nothing has been played yet. Press Play.");
    table(Positions).setEmptyText(begun ? tr("No open positions: every account is flat.") : before);
    table(Orders).setEmptyText(begun ? tr("No orders yet.") : before);
    table(Fills).setEmptyText(begun ? tr("No fills yet.") : before);
    table(Accounts).setEmptyText(tr("This session has no accounts."));
}

void AccountsPanel::keepOrderSelected()
{
    // An order that closed left the upper part of the table and with it its selection.
    if (!m_selectedOrder || table(Orders).selectedRow() >= 0)
        return;
    const int row = m_snapshot ? m_orders->rowOf(*m_selectedOrder) : -1;
    if (row >= 0)
        table(Orders).selectRowQuietly(row);
    else
        m_selectedOrder.reset();
}

void AccountsPanel::handleSelectionChanged()
{
    if (m_updating)
        return;
    if (tab() == Orders) {
        const auto view = m_orders->orderAt(table(Orders).selectedRow());
        m_selectedOrder.reset();
        if (view.order)
            m_selectedOrder = models::OrderKey{view.account, view.order->id};
    }
    updateActs();
    updateExplanation();
    // The card takes its room from the table: once it has, what was selected is still in sight.
    auto* view = qobject_cast<QAbstractItemView*>(m_pages->currentWidget());
    QMetaObject::invokeMethod(
        view, [view] { view->scrollTo(view->currentIndex()); }, Qt::QueuedConnection);
}

void AccountsPanel::updateExplanation()
{
    const auto selection = selected();
    m_explanation->setVisible(!selection.explanation.title.isEmpty());
    m_explanation->setContent(selection.explanation.title,
                              {selection.explanation.lines.join(QLatin1Char(' '))});
    m_explanation->setLink(QStringLiteral("chart"),
                           selection.onChart ? tr("Show on chart") : QString());
    for (const QAction* act : m_acts) {
        m_explanation->setLink(act->objectName(), selection.isAccount ? act->iconText() : QString());
        m_explanation->setLinkEnabled(act->objectName(), act->isEnabled(), act->toolTip());
    }
    m_explanation->setLink(
        QStringLiteral("event"),
        selection.event.isNone()
            ? QString()
            : tr("Follow event %1").arg(models::words::correlation(selection.event)));
}

AccountsPanel::Selection AccountsPanel::selected() const
{
    if (!m_snapshot)
        return {};
    if (tab() == Performance) {
        Selection selection;
        selection.explanation = m_performance->explanation();
        selection.onChart = false;
        return selection;
    }
    if (const auto account = selectedAccount(); account && tab() == Accounts) {
        Selection selection;
        selection.explanation = models::explainAccount(*m_snapshot, *account);
        selection.account = *account;
        if (const auto& last = m_snapshot->accounts[*account].lastAction)
            selection.event = last->event;
        selection.onChart = false;
        selection.isAccount = true;
        return selection;
    }
    const int row = table(tab()).selectedRow();
    if (tab() == Fills) {
        const auto* record = m_fills->fillAt(row);
        if (record)
            return {models::explainFill(*m_snapshot, *record), record->fill.symbol,
                    record->fill.time, record->fill.correlation, record->account};
    } else if (tab() == Orders) {
        const auto view = m_orders->orderAt(row);
        if (view.order)
            return {models::explainOrder(*m_snapshot, view.account, *view.order),
                    view.order->symbol, view.order->decisionTime, view.order->correlation,
                    view.account};
    } else if (tab() == Positions && row >= 0) {
        const auto index = m_positionOrder->mapToSource(m_positionOrder->index(row, 0));
        const auto view = m_positions->positionAt(index.row());
        if (view.position)
            return {models::explainPosition(*m_snapshot, view.account, *view.position),
                    view.position->symbol,
                    view.position->opened,
                    {},
                    view.account};
    }
    return {};
}

void AccountsPanel::showOnChart()
{
    const auto selection = selected();
    if (!selection.explanation.title.isEmpty() && selection.symbol < m_snapshot->symbols.size())
        emit showOnChartRequested(m_snapshot->symbols[selection.symbol].instrument.symbol,
                                  selection.time);
}

void AccountsPanel::followEvent()
{
    const auto selection = selected();
    if (!selection.event.isNone())
        emit followEventRequested(selection.event,
                                  models::strategyName(*m_snapshot, selection.account));
}

} // namespace ui::panels
