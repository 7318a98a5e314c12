// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the accounts panel lets the user do to an account: in the card of the selected one, in its
// context menu and in the window's menu.
#include "ui/panels/accountspanel.h"

#include "core/engine/actionrules.h"
#include "ui/models/accounttablemodel.h"
#include "ui/models/snapshotlookup.h"
#include "ui/panels/figuretable.h"
#include "ui/panels/infocard.h"

#include <QAction>
#include <QMenu>

namespace ui::panels {

namespace {

using core::portfolio::UserAction;
using Kind = UserAction::Kind;

/// In which they are offered.
constexpr Kind ORDER[] = {Kind::Halt, Kind::Resume, Kind::SetLeverage, Kind::Reset};

/// What an act does, where it is possible.
QString hintOf(Kind kind)
{
    using P = AccountsPanel;
    switch (kind) {
    case Kind::Halt:
        return P::tr("Cancels entries and opens nothing more; what reduces goes on");
    case Kind::Resume:
        return P::tr("Lets the strategy trade again");
    case Kind::SetLeverage:
        return P::tr("Binds what is opened from then on; shows its effect beforehand");
    case Kind::Reset:
        return P::tr("Closes everything at its marks and begins again with the starting cash");
    }
    return {};
}

} // namespace

void AccountsPanel::makeActs()
{
    const auto add = [this](Kind kind, const char* name, const QString& text) {
        auto* act = new QAction(text, this);
        act->setObjectName(QLatin1StringView(name));
        connect(act, &QAction::triggered, this, [this, kind] {
            if (const auto account = actedAccount())
                emit actRequested(kind, *account);
        });
        m_acts[static_cast<std::size_t>(kind)] = act;
    };
    add(Kind::Halt, "halt", tr("&Halt"));
    add(Kind::Resume, "resume", tr("Res&ume"));
    add(Kind::SetLeverage, "leverage", tr("Change &leverage…"));
    add(Kind::Reset, "reset", tr("&Reset…"));
}

QAction& AccountsPanel::actionOf(Kind kind) const
{
    return *m_acts[static_cast<std::size_t>(kind)];
}

void AccountsPanel::addActLinks()
{
    for (const Kind kind : ORDER)
        m_explanation->addLink(actionOf(kind).objectName(), actionOf(kind).iconText());
}

void AccountsPanel::addActionsTo(QMenu* menu)
{
    menu->setToolTipsVisible(true);
    for (const Kind kind : ORDER)
        menu->addAction(&actionOf(kind));
}

std::optional<core::AccountIndex> AccountsPanel::selectedAccount() const
{
    const int row = table(Accounts).selectedRow();
    if (!m_snapshot || row < 0)
        return std::nullopt;
    const int account = m_accountOrder->mapToSource(m_accountOrder->index(row, 0)).row();
    const bool isTotal = static_cast<std::size_t>(account) >= m_snapshot->accounts.size();
    return isTotal ? std::nullopt : std::optional(static_cast<core::AccountIndex>(account));
}

/// The selected account, or the only one.
std::optional<core::AccountIndex> AccountsPanel::actedAccount() const
{
    const auto selected = selectedAccount();
    if (selected || !m_snapshot || m_snapshot->accounts.size() != 1)
        return selected;
    return core::AccountIndex(0);
}

void AccountsPanel::updateActs()
{
    const auto account = actedAccount();
    for (std::size_t i = 0; i < m_acts.size(); ++i) {
        const auto kind = static_cast<Kind>(i);
        QString hint = !m_snapshot ? tr("Load a replay first") : tr("Select an account in the Accounts tab first");
        bool isPossible = false;
        if (account) {
            const auto& shown = m_snapshot->accounts[*account];
            // Any leverages will do: which ones is asked later.
            const std::int64_t some = kind == Kind::SetLeverage ? 10'000 : 0;
            const auto allowed = core::engine::checkAction(shown, {kind, *account, some, some, 0});
            isPossible = allowed.ok();
            hint = isPossible ? tr("%1: %2", "strategy, what is done")
                                    .arg(models::strategyName(*m_snapshot, *account), hintOf(kind))
                              : QString::fromStdString(allowed.error().message());
        }
        m_acts[i]->setEnabled(isPossible);
        m_acts[i]->setToolTip(hint);
    }
}

void AccountsPanel::showActMenu(const QPoint& place)
{
    if (!selectedAccount())
        return;
    QMenu menu(this);
    addActionsTo(&menu);
    menu.exec(table(Accounts).viewport()->mapToGlobal(place));
}

} // namespace ui::panels
