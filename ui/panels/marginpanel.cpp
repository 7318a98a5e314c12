// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/marginpanel.h"

#include "ui/charts/marginchart.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/whatif.h"
#include "ui/panels/margingauges.h"
#include "ui/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui::panels {

namespace {

using core::engine::AccountState;
using core::engine::EngineSnapshot;

/// A sentence and how loud it is.
struct Verdict
{
    QString text;
    const char* role = "dim";
};

QString accountName(const EngineSnapshot& snapshot, core::AccountIndex account)
{
    return models::strategyName(snapshot, account);
}

bool hasPositions(const EngineSnapshot& snapshot)
{
    return std::any_of(snapshot.accounts.begin(), snapshot.accounts.end(),
                       [](const auto& account) { return !account.positions.empty(); });
}

QString callSentence(const EngineSnapshot& snapshot, const models::FirstCall& call)
{
    const QString sentence =
        MarginPanel::tr("%1 is called at %2")
            .arg(accountName(snapshot, call.account), format::percent(call.move, 1));
    if (!call.aloneMove)
        return sentence;
    const auto base = models::instrumentOf(snapshot, call.aloneSymbol).symbol.base();
    return MarginPanel::tr("%1 (%2 alone %3)")
        .arg(sentence, QString::fromStdString(base), format::percent(*call.aloneMove, 1));
}

using AccountList = std::vector<const core::engine::AccountSnapshot*>;

/// Everybody who would be below the call level after the move.
AccountList calledAccounts(const EngineSnapshot& snapshot, int permille)
{
    AccountList called;
    for (const auto& account : snapshot.accounts)
        if (models::whatIf(account, permille).called)
            called.push_back(&account);
    return called;
}

QString namesOf(const AccountList& accounts)
{
    QStringList names;
    for (const auto* account : accounts)
        names.append(QString::fromStdString(account->strategy));
    return names.join(MarginPanel::tr(", "));
}

/// What the call closes and in which order, an account a line.
QString closingLines(const EngineSnapshot& snapshot, const AccountList& accounts)
{
    QString lines;
    for (const auto* account : accounts) {
        QStringList symbols;
        for (const core::SymbolIndex symbol : models::closingOrder(snapshot, *account))
            symbols.append(models::symbolName(snapshot, symbol));
        if (!symbols.isEmpty())
            lines += QLatin1Char('\n') + MarginPanel::tr("%1 would close %2")
                                             .arg(QString::fromStdString(account->strategy),
                                                  symbols.join(MarginPanel::tr(", then ")));
    }
    return lines;
}

Verdict verdictFor(const EngineSnapshot& snapshot, int permille)
{
    if (!hasPositions(snapshot))
        return {MarginPanel::tr("Every account is flat: no move brings a margin call.")};
    const auto first =
        permille == 0 ? models::firstCall(snapshot) : models::firstCall(snapshot, permille < 0);
    const AccountList called = calledAccounts(snapshot, permille);
    if (!called.empty()) {
        const QString from = first ? QLatin1Char('\n') + callSentence(snapshot, *first) : QString();
        return {MarginPanel::tr("Margin call at this move: %1").arg(namesOf(called)) + from +
                    closingLines(snapshot, called),
                "bad"};
    }
    if (first)
        return {callSentence(snapshot, *first), "warn"};
    return {permille < 0   ? MarginPanel::tr("No fall brings a margin call.")
            : permille > 0 ? MarginPanel::tr("No rise brings a margin call.")
                           : MarginPanel::tr("No common move brings a margin call.")};
}

/// "call at 25 %", or the span where accounts differ.
QString callLevels(const EngineSnapshot& snapshot)
{
    if (snapshot.accounts.empty())
        return {};
    const auto [least, most] = std::minmax_element(
        snapshot.accounts.begin(), snapshot.accounts.end(),
        [](const auto& a, const auto& b) { return a.maintenanceRatio < b.maintenanceRatio; });
    const auto percent = [](double ratio) {
        const int decimals = std::abs(ratio * 100 - std::round(ratio * 100)) < 1e-9 ? 0 : 1;
        return format::percent(ratio, decimals, format::Sign::Minus);
    };
    if (least->maintenanceRatio == most->maintenanceRatio)
        return MarginPanel::tr("call at %1").arg(percent(least->maintenanceRatio));
    return MarginPanel::tr("call at %1 to %2")
        .arg(percent(least->maintenanceRatio), percent(most->maintenanceRatio));
}

QFrame* makeRule(QWidget* parent)
{
    auto* rule = new QFrame(parent);
    rule->setFixedHeight(1);
    const auto paint = [rule] {
        rule->setStyleSheet(QStringLiteral("background: %1;").arg(theme().line.name()));
    };
    QObject::connect(&themeManager(), &ThemeManager::themeChanged, rule, paint);
    paint();
    return rule;
}

} // namespace

MarginPanel::MarginPanel(QWidget* parent)
    : Panel(QStringLiteral("panel.margin"), tr("Margin"), parent)
{
    setBody(makeBody());
    connect(this, &Panel::actionTriggered, this, &MarginPanel::newReplayRequested);
    setSnapshot({});
}

QWidget* MarginPanel::makeBody()
{
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(scroll);
    scroll->viewport()->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE);
    column->setSpacing(2 * SPACE);
    m_gauges = new MarginGauges(body);
    column->addWidget(m_gauges);
    column->addWidget(makeRule(body));
    column->addWidget(makeWhatIf());
    column->addWidget(makeRule(body));
    column->addWidget(makeHistory(), 1);
    scroll->setWidget(body);
    body->setAutoFillBackground(false);
    return scroll;
}

QWidget* MarginPanel::makeHistory()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(SPACE);
    m_chartCaption = new QLabel(box);
    setRole(m_chartCaption, "dim");
    m_chart = new charts::MarginChart(box);
    column->addWidget(m_chartCaption);
    column->addWidget(m_chart, 1);
    return box;
}

QWidget* MarginPanel::makeWhatIf()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    auto* label = new QLabel(tr("What if all marks &move"), box);
    setRole(label, "dim");
    m_reset = new QToolButton(box);
    m_reset->setIcon(icon(QLatin1StringView("refresh"), Token::Dim));
    m_reset->setToolTip(tr("Back to no move"));
    m_reset->setAccessibleName(m_reset->toolTip());
    m_move = new QLabel(box);
    m_move->setFont(figureFont());
    m_slider = new QSlider(Qt::Horizontal, box);
    m_slider->setRange(-MAX_MOVE_PERMILLE, MAX_MOVE_PERMILLE);
    m_slider->setPageStep(10);
    m_slider->setAccessibleName(tr("Common move of all marks in thousandths"));
    m_slider->setMinimumWidth(60);
    label->setBuddy(m_slider);
    m_sentence = new QLabel(box);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setMinimumWidth(1);
    m_sentence->setFont(textFont(LABEL_PIXELS));
    head->addWidget(label, 1);
    head->addWidget(m_reset);
    head->addWidget(m_move);
    column->addLayout(head);
    column->addWidget(m_slider);
    column->addWidget(m_sentence);
    connect(m_slider, &QSlider::valueChanged, this, &MarginPanel::refresh);
    connect(m_reset, &QToolButton::clicked, this, [this] { setPermille(0); });
    return box;
}

int MarginPanel::permille() const
{
    return m_slider->value();
}

void MarginPanel::setPermille(int permille)
{
    m_slider->setValue(permille);
}

QString MarginPanel::sentence() const
{
    return m_sentence->text();
}

void MarginPanel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    m_snapshot = snapshot;
    if (!snapshot || snapshot->accounts.empty()) {
        setContextText({});
        setEmptyState(
            tr("No session yet. How far each account is from its margin call appears here "
               "once a replay is loaded."),
            tr("New replay…"));
        return;
    }
    showBody();
    setContextText(callLevels(*snapshot));
    m_chart->setSnapshot(snapshot);
    m_chartCaption->setText(tr("Level over time, cut at %1")
                                .arg(format::percent(m_chart->ceiling(), 0, format::Sign::Minus)));
    refresh();
}

void MarginPanel::refresh()
{
    m_move->setText(format::percent(permille() / 1000.0, 1));
    m_reset->setEnabled(permille() != 0);
    if (!m_snapshot)
        return;
    m_gauges->show(*m_snapshot, permille());
    Verdict verdict = verdictFor(*m_snapshot, permille());
    // A number must not be torn apart at its thin spaces.
    verdict.text.replace(QChar(format::THIN_SPACE), QChar(u'\u202f'));
    m_sentence->setText(verdict.text);
    setRole(m_sentence, verdict.role);
}

} // namespace ui::panels
