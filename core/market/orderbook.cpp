// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/market/orderbook.h"

#include "core/base/decimal.h"

#include <algorithm>

namespace core::market {

namespace {

using Levels = std::vector<BookLevel>;

bool isBetterBid(const BookLevel& a, const BookLevel& b)
{
    return a.price > b.price;
}
bool isBetterAsk(const BookLevel& a, const BookLevel& b)
{
    return a.price < b.price;
}

Error refused(const char* why)
{
    return {ErrorCode::InvalidInput, std::string("the order book's message was not applied: ") + why,
            "Ask the venue for a snapshot."};
}

template <typename Better>
Result<Levels> sorted(std::span<const BookLevel> levels, std::size_t depth, Better better)
{
    Levels all(levels.begin(), levels.end());
    std::sort(all.begin(), all.end(), better);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].price <= Price() || all[i].size <= Quantity())
            return refused("a price or a size is not positive");
        if (i > 0 && all[i].price == all[i - 1].price)
            return refused("a price comes twice");
    }
    // Room for what a message adds before the book is cut again.
    all.reserve(2 * depth);
    all.resize(std::min(all.size(), depth));
    return all;
}

template <typename Better> void set(Levels& side, const BookLevel& level, Better better)
{
    const auto place = std::lower_bound(side.begin(), side.end(), level, better);
    const bool isThere = place != side.end() && place->price == level.price;
    if (level.size.isZero()) {
        if (isThere)
            side.erase(place);
    } else if (isThere) {
        place->size = level.size;
    } else {
        side.insert(place, level);
    }
}

bool isSound(std::span<const BookLevel> levels)
{
    return std::all_of(levels.begin(), levels.end(), [](const BookLevel& level) {
        return level.price > Price() && level.size >= Quantity();
    });
}

} // namespace

OrderBook::OrderBook(std::size_t depth) : m_depth(std::max<std::size_t>(depth, 1)) {}

Result<void> OrderBook::applySnapshot(std::span<const BookLevel> bids, std::span<const BookLevel> asks,
                                      Timestamp time)
{
    auto newBids = sorted(bids, m_depth, isBetterBid);
    if (!newBids)
        return newBids.error();
    auto newAsks = sorted(asks, m_depth, isBetterAsk);
    if (!newAsks)
        return newAsks.error();
    m_bids = std::move(*newBids);
    m_asks = std::move(*newAsks);
    m_time = time;
    m_isTrusted = true;
    ++m_version;
    return {};
}

Result<void> OrderBook::applyUpdate(std::span<const BookLevel> bids, std::span<const BookLevel> asks,
                                    Timestamp time)
{
    if (m_version == 0)
        return refused("there was no snapshot yet");
    if (!isSound(bids) || !isSound(asks))
        return refused("a price is not positive or a size is negative");
    for (const BookLevel& level : bids)
        set(m_bids, level, isBetterBid);
    for (const BookLevel& level : asks)
        set(m_asks, level, isBetterAsk);
    m_bids.resize(std::min(m_bids.size(), m_depth));
    m_asks.resize(std::min(m_asks.size(), m_depth));
    m_time = std::max(m_time, time);
    ++m_version;
    return {};
}

bool OrderBook::isVerified() const
{
    return m_isTrusted && !m_bids.empty() && !m_asks.empty() && bestBid() < bestAsk();
}

bool OrderBook::isStale(Timestamp now, Nanoseconds limit) const
{
    return m_version == 0 || now - m_time > limit;
}

Price OrderBook::mid() const
{
    const Int128 sum = static_cast<Int128>(bestBid().ticks()) + bestAsk().ticks();
    return Price(static_cast<std::int64_t>(divideHalfEven(sum, 2)));
}

} // namespace core::market
