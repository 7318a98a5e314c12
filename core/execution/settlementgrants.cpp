// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/execution/settlement.h"

#include <algorithm>
#include <cmath>

namespace core::execution {

/// The figures after opening so many lots at the fill's price.
portfolio::Margin Settlement::marginAfter(const Fill& fill, const Offer& offer, std::int64_t lots,
                                       const portfolio::Margin& before) const
{
    const portfolio::Account& account = m_book.account;
    const market::Instrument& instrument = m_instruments[fill.symbol];
    const bool buying = isBuying(fill.side);
    const Quantity held = account.position(fill.symbol).quantity;
    const Quantity opened = buying ? Quantity(lots) : -Quantity(lots);
    const Money notional = moneyOf(fill.symbol, offer.cost(Quantity(lots)));
    const Money fee = chargeOf(notional, feeRate(fill.liquidity));
    const Money borrowed = portfolio::newlyBorrowed(account.cash(), buying, notional, fee);
    const Int128 value = portfolio::positionValue(instrument, m_marks[fill.symbol], held + opened) -
                         portfolio::positionValue(instrument, m_marks[fill.symbol], held);
    portfolio::Margin after = before;
    after.equity += value + (buying ? -notional.count() : notional.count()) - fee.count() -
                    chargeOf(borrowed, m_rules.costs.borrow.openingFee).count();
    (buying ? after.longExposure : after.shortExposure) += buying ? value : -value;
    return after;
}

/// I − E after opening so many lots, not positive when the account carries them.
Int128 Settlement::lackingAfter(const Fill& fill, const Offer& offer, std::int64_t lots,
                             const portfolio::Margin& before) const
{
    const portfolio::Margin after = marginAfter(fill, offer, lots, before);
    return after.initial(m_book.account.settings()) - after.equity;
}

bool Settlement::isOverExposed(const Fill& fill, const Offer& offer, std::int64_t lots,
                            const portfolio::Margin& before) const
{
    const portfolio::Margin after = marginAfter(fill, offer, lots, before);
    return after.exposure() > m_book.risk.exposureLimit(after.equity);
}

/// The most lots that keep the account within its exposure. Costs count: they take from the equity
/// that the limit is a multiple of.
std::int64_t Settlement::withinExposure(const Fill& fill, const Offer& offer, std::int64_t lots,
                                     const portfolio::Margin& before) const
{
    if (m_book.risk.limits().exposure == 0 || !isOverExposed(fill, offer, lots, before))
        return lots;
    std::int64_t fits = 0;
    while (fits + 1 < lots) {
        const std::int64_t middle = fits + (lots - fits) / 2;
        (isOverExposed(fill, offer, middle, before) ? lots : fits) = middle;
    }
    return fits;
}

/// What margin and risk limits let open. A loss that is too large is found here, before it can
/// grow.
Settlement::Grant Settlement::grant(const Fill& fill, const Offer& offer, Quantity wanted)
{
    portfolio::RiskWatch& risk = m_book.risk;
    if (!risk.isOn())
        return {grantable(fill, offer, wanted)};
    const auto before = portfolio::marginOf(m_book.account, m_instruments, m_marks);
    std::vector<portfolio::RiskChange> changes;
    risk.judgeLoss({m_book.account, before, time(), m_correlation}, changes);
    m_events.insert(m_events.end(), changes.begin(), changes.end());
    if (const auto limit = risk.blockingFills())
        return {Quantity(), reasonOf(*limit)};
    const std::int64_t allowed = withinExposure(fill, offer, wanted.lots(), before);
    std::int64_t lots = allowed > 0 ? grantable(fill, offer, Quantity(allowed)).lots() : 0;
    const Reason reason = lots < allowed ? Reason::InsufficientMargin : Reason::ExposureLimit;
    // Either check may round the other way round on a smaller size.
    while (lots > 0 && (isOverExposed(fill, offer, lots, before) ||
                        lackingAfter(fill, offer, lots, before) > 0))
        --lots;
    const bool isEnough = lots >= m_instruments[fill.symbol].minimumLots;
    return {isEnough ? Quantity(lots) : Quantity(), reason};
}

Quantity Settlement::grantable(const Fill& fill, const Offer& offer, Quantity wanted) const
{
    const portfolio::AccountSettings& settings = m_book.account.settings();
    const market::Instrument& instrument = m_instruments[fill.symbol];
    const auto before = portfolio::marginOf(m_book.account, m_instruments, m_marks);
    const double leverage =
        toDouble(isBuying(fill.side) ? settings.longLeverage : settings.shortLeverage, 4);
    const double mark = instrument.toDouble(m_marks[fill.symbol]);
    const double lot = toDouble(1, instrument.lotDecimals) * 1e8;
    const double rate = toDouble(feeRate(fill.liquidity), 8);
    const auto perLotAt = [&](double price) {
        const double against = isBuying(fill.side) ? price - mark : mark - price;
        return (mark / leverage + against + rate * price) * lot;
    };
    // The estimate must not fall short: it takes every lot for the best price, and leaves out what an
    // opening fee may add.
    const double perLot = perLotAt(instrument.toDouble(offer.best()));
    const double worst = instrument.toDouble(offer.worst(wanted));
    const double perLotAtMost =
        perLotAt(worst) + toDouble(m_rules.costs.borrow.openingFee, 8) * (worst + rate * worst) * lot;
    const double room = static_cast<double>(before.equity - before.initial(settings));
    const double estimate = perLot > 0.0 ? std::floor(room / perLot) + 1.0
                                         : static_cast<double>(wanted.lots());
    if (estimate < 1.0)
        return {};
    auto lots = estimate < static_cast<double>(wanted.lots()) ? static_cast<std::int64_t>(estimate)
                                                              : wanted.lots();
    while (lots > 0) {
        const Int128 lacking = lackingAfter(fill, offer, lots, before);
        if (lacking <= 0)
            break;
        lots -= std::max<std::int64_t>(
            1, static_cast<std::int64_t>(static_cast<double>(lacking) / perLotAtMost));
    }
    return lots >= instrument.minimumLots ? Quantity(lots) : Quantity();
}

} // namespace core::execution
