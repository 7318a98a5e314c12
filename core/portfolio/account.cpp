// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/account.h"

namespace core::portfolio {

namespace {

/// The share part/whole of an amount, rounded half-even.
Money share(Money amount, Quantity part, Quantity whole)
{
    const Int128 product = static_cast<Int128>(amount.count()) * part.lots();
    return Money(static_cast<std::int64_t>(divideHalfEven(product, whole.lots())));
}

} // namespace

std::string_view name(EntryKind kind)
{
    switch (kind) {
    case EntryKind::Deposit:
        return "deposit";
    case EntryKind::Trade:
        return "trade";
    case EntryKind::Fee:
        return "fee";
    case EntryKind::OpeningFee:
        return "opening_fee";
    case EntryKind::LiquidationFee:
        return "liquidation_fee";
    case EntryKind::BorrowInterest:
        return "borrow_interest";
    case EntryKind::Funding:
        return "funding";
    case EntryKind::BadDebt:
        return "bad_debt";
    case EntryKind::Withdrawal:
        return "withdrawal";
    case EntryKind::Reset:
        return "reset";
    }
    return "";
}

bool concernsSymbol(EntryKind kind)
{
    return kind == EntryKind::Trade || kind == EntryKind::Fee || kind == EntryKind::OpeningFee ||
           kind == EntryKind::LiquidationFee || kind == EntryKind::Funding || kind == EntryKind::Reset;
}

Result<AccountSettings> AccountSettings::make(double longLeverage, double shortLeverage,
                                              double maintenance)
{
    const bool leverages = longLeverage >= 1.0 && longLeverage <= 1000.0 && shortLeverage >= 1.0 &&
                           shortLeverage <= 1000.0;
    if (!leverages)
        return Error{ErrorCode::InvalidInput, "a leverage is below 1 or above 1000",
                     "Choose leverages from 1 to 1000."};
    if (!(maintenance > 0.0 && maintenance < 1.0))
        return Error{ErrorCode::InvalidInput, "the maintenance ratio is not between 0 and 1",
                     "Choose a ratio above 0 and below 1, such as 0.25."};
    AccountSettings settings;
    settings.longLeverage = *decimalNearest(longLeverage, 4);
    settings.shortLeverage = *decimalNearest(shortLeverage, 4);
    settings.maintenance = *decimalNearest(maintenance, 8);
    if (settings.maintenance < 1)
        settings.maintenance = 1;
    return settings;
}

void Account::deposit(Money amount, Timestamp time, std::vector<LedgerEntry>& entries,
                      CorrelationId correlation)
{
    m_cash += amount;
    m_deposits += amount;
    entries.push_back({time, EntryKind::Deposit, 0, amount, Quantity(), correlation});
}

void Account::withdraw(Money amount, Timestamp time, CorrelationId correlation,
                       std::vector<LedgerEntry>& entries)
{
    if (amount == Money())
        return;
    m_cash -= amount;
    m_deposits -= amount;
    entries.push_back({time, EntryKind::Withdrawal, 0, -amount, Quantity(), correlation});
}

Money Account::closeAt(SymbolIndex symbol, Money value, Timestamp time, CorrelationId correlation,
                       std::vector<LedgerEntry>& entries)
{
    Position& position = m_positions[symbol];
    if (position.quantity.isZero())
        return {};
    TradePart part;
    part.symbol = symbol;
    part.quantity = -position.quantity;
    part.notional = value < Money() ? -value : value;
    const Money realised = reduce(position, part);
    m_realised += realised;
    --m_open;
    m_cash += value;
    entries.push_back({time, EntryKind::Reset, symbol, value, part.quantity, correlation});
    return realised;
}

void Account::setLeverage(std::int64_t longLeverage, std::int64_t shortLeverage)
{
    m_settings.longLeverage = longLeverage;
    m_settings.shortLeverage = shortLeverage;
}

Money Account::reduce(Position& position, const TradePart& part)
{
    const Quantity size = part.quantity.magnitude();
    const Quantity whole = position.quantity.magnitude();
    require(size <= whole, "a reduction is at most the position");
    // The last part takes what is left, so that nothing remains of cost or fees.
    const Money cost = size == whole ? position.cost : share(position.cost, size, whole);
    const Money entryFees = size == whole ? position.entryFees : share(position.entryFees, size, whole);
    const bool isLong = position.quantity.lots() > 0;
    position.cost -= cost;
    position.entryFees -= entryFees;
    position.quantity += part.quantity;
    const Money gross = isLong ? part.notional - cost : cost - part.notional;
    return gross - entryFees - part.fee - part.liquidationFee;
}

Money Account::trade(const TradePart& part, std::vector<LedgerEntry>& entries)
{
    Position& position = m_positions[part.symbol];
    const bool opens = position.quantity.isZero() ||
                       (position.quantity.lots() > 0) == (part.quantity.lots() > 0);
    const bool wasFlat = position.quantity.isZero();
    Money realised;
    if (opens) {
        if (wasFlat)
            position.opened = part.time;
        position.quantity += part.quantity;
        position.cost += part.notional;
        position.entryFees += part.fee + part.openingFee;
    } else {
        realised = reduce(position, part);
        m_realised += realised;
    }
    m_open += (wasFlat ? 1 : 0) - (position.quantity.isZero() ? 1 : 0);
    const Money cash = part.quantity.lots() > 0 ? -part.notional : part.notional;
    m_cash += cash;
    entries.push_back(
        {part.time, EntryKind::Trade, part.symbol, cash, part.quantity, part.correlation});
    const auto charge = [&](EntryKind kind, Money amount) {
        if (amount == Money())
            return;
        m_cash -= amount;
        m_fees += amount;
        entries.push_back({part.time, kind, part.symbol, -amount, Quantity(), part.correlation});
    };
    charge(EntryKind::Fee, part.fee);
    charge(EntryKind::OpeningFee, part.openingFee);
    charge(EntryKind::LiquidationFee, part.liquidationFee);
    return realised;
}

void Account::chargeInterest(Money amount, Timestamp time, CorrelationId correlation,
                             std::vector<LedgerEntry>& entries)
{
    if (amount == Money())
        return;
    m_cash -= amount;
    m_borrowInterest += amount;
    entries.push_back({time, EntryKind::BorrowInterest, 0, -amount, Quantity(), correlation});
}

void Account::payFunding(SymbolIndex symbol, Money amount, Timestamp time, CorrelationId correlation,
                         std::vector<LedgerEntry>& entries)
{
    if (amount == Money())
        return;
    m_cash += amount;
    entries.push_back({time, EntryKind::Funding, symbol, amount, Quantity(), correlation});
}

Money Account::writeOff(Timestamp time, CorrelationId correlation, std::vector<LedgerEntry>& entries)
{
    require(isFlat(), "bad debt is booked on a flat account");
    if (m_cash >= Money())
        return {};
    const Money debt = -m_cash;
    m_cash += debt;
    m_badDebt += debt;
    entries.push_back({time, EntryKind::BadDebt, 0, debt, Quantity(), correlation});
    return debt;
}

} // namespace core::portfolio
