// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/accounttablemodel.h"

#include "ui/format.h"
#include "ui/models/actwords.h"
#include "ui/models/riskwords.h"
#include "ui/models/snapshotlookup.h"
#include "ui/models/words.h"

#include <algorithm>
#include <cmath>

namespace ui::models {

namespace {

using core::engine::AccountSnapshot;
using core::engine::AccountState;

Cell levelCell(const AccountSnapshot& account, bool total)
{
    if (total)
        return figureCell(QString(format::NONE), 0.0, Token::Faint);
    if (!std::isfinite(account.marginLevel))
        return figureCell(AccountTableModel::tr("flat"), HUGE_VAL, Token::Faint);
    return figureCell(format::percent(account.marginLevel, 1, format::Sign::Minus),
                      account.marginLevel,
                      marginToken(account.marginLevel, account.maintenanceRatio));
}

Cell moneyCell(core::Money amount)
{
    return figureCell(format::money(amount), amount.toDouble());
}

} // namespace

Token marginToken(double level, double callLevel)
{
    if (!std::isfinite(level))
        return Token::Faint;
    return level < callLevel                    ? Token::Bad
           : level < callLevel * MARGIN_WARNING ? Token::Warn
                                                : Token::Ok;
}

AccountTableModel::AccountTableModel(QObject* parent)
    : CellTableModel({{tr("Strategy"), false, 150},
                      {tr("State"), false, 190},
                      {tr("Cash"), true, 112},
                      {tr("Equity"), true, 112},
                      {tr("Return"), true, 80},
                      {tr("Exposure"), true, 112, tr("Longs and shorts at their marks")},
                      {tr("Margin level"), true, 92, tr("Equity by exposure")},
                      {tr("Drawdown"), true, 84, tr("From the highest equity so far")},
                      {tr("Fees"), true, 92},
                      {tr("Interest"), true, 84, tr("Paid for what was borrowed")},
                      {tr("Fills"), true, 64},
                      {tr("Ambiguous"), true, 76,
                       tr("Fills that depended on which extreme of a bar came first")}},
                     parent)
{}

int AccountTableModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_snapshot || m_snapshot->accounts.empty())
        return 0;
    return static_cast<int>(m_snapshot->accounts.size()) + 1;
}

void AccountTableModel::setSnapshot(const core::engine::SnapshotPtr& snapshot)
{
    const auto names = [](const core::engine::SnapshotPtr& shown) {
        std::vector<std::string> list;
        if (shown)
            for (const auto& account : shown->accounts)
                list.push_back(account.strategy);
        return list;
    };
    if (names(snapshot) == names(m_snapshot)) {
        m_snapshot = snapshot;
        reportChanged(0, rowCount());
        return;
    }
    beginResetModel();
    m_snapshot = snapshot;
    endResetModel();
}

QVariant AccountTableModel::data(const QModelIndex& index, int role) const
{
    if (role == PinnedRole)
        return isTotal(index.row());
    if (role == Qt::ToolTipRole && index.column() == State && !isTotal(index.row()))
        return words::stateReason(m_snapshot->accounts[static_cast<std::size_t>(index.row())]);
    if (role == Qt::ToolTipRole && index.column() == Ambiguous)
        return tr("At stake: %1").arg(format::money(accountAt(index.row()).ambiguousStake));
    return CellTableModel::data(index, role);
}

const AccountSnapshot& AccountTableModel::accountAt(int row) const
{
    return isTotal(row) ? m_snapshot->total : m_snapshot->accounts[static_cast<std::size_t>(row)];
}

Cell AccountTableModel::stateCell(const AccountSnapshot& account, bool total) const
{
    if (total) {
        const auto running = std::count_if(
            m_snapshot->accounts.begin(), m_snapshot->accounts.end(),
            [](const AccountSnapshot& one) { return one.state == AccountState::Running; });
        return textCell(tr("%n running", nullptr, static_cast<int>(running)), Token::Dim);
    }
    QString text = words::accountState(account);
    const bool isLimited =
        account.state == AccountState::Blocked || account.state == AccountState::Flattening;
    if (!isLimited && !account.stateReason.empty())
        text += QStringLiteral(" · ") + QString::fromStdString(account.stateReason);
    if (const QString past = words::pastActs(account); !past.isEmpty())
        text += QStringLiteral(" · ") + past;
    Cell cell = textCell(text, words::accountToken(account.state));
    cell.shape = words::accountShape(account.state);
    return cell;
}

Cell AccountTableModel::cell(int row, int column) const
{
    const bool total = isTotal(row);
    const auto& account = accountAt(row);
    switch (column) {
    case Strategy: {
        Cell cell = textCell(total ? tr("Total") : QString::fromStdString(account.strategy));
        cell.strong = total;
        return cell;
    }
    case State:
        return stateCell(account, total);
    case Cash:
        return moneyCell(account.cash);
    case Equity: {
        Cell cell = moneyCell(account.equity);
        cell.strong = total;
        return cell;
    }
    case Return:
        return signedCell(format::percent(returnOf(account)), returnOf(account));
    case Exposure:
        return moneyCell(account.longExposure + account.shortExposure);
    case MarginLevel:
        return levelCell(account, total);
    case Drawdown:
        return figureCell(format::percent(account.drawdown), account.drawdown,
                          account.drawdown < 0.0 ? Token::Down : Token::Text);
    case Fees:
        return moneyCell(account.fees);
    case Interest:
        return moneyCell(account.borrowInterest);
    case Fills:
        return figureCell(format::count(account.fills), static_cast<qlonglong>(account.fills));
    case Ambiguous:
        return figureCell(format::count(account.ambiguousFills),
                          static_cast<qlonglong>(account.ambiguousFills),
                          account.ambiguousFills > 0 ? Token::Warn : Token::Faint);
    default:
        return {};
    }
}

PinnedSortProxy::PinnedSortProxy(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(RawRole);
}

bool PinnedSortProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const bool leftPinned = left.data(PinnedRole).toBool();
    const bool rightPinned = right.data(PinnedRole).toBool();
    if (leftPinned != rightPinned)
        return (sortOrder() == Qt::AscendingOrder) == rightPinned;
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace ui::models
