// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/portfolio/riskwatch.h"

#include <algorithm>
#include <chrono>

namespace core::portfolio {

namespace {

constexpr std::int64_t EXPOSURE_UNIT = 10'000;
constexpr Nanoseconds RATE_WINDOW = std::chrono::minutes(1);

/// `lost` is more than that fraction, counted in 1e-8, of `whole`.
bool isBeyond(Int128 lost, std::int64_t fraction, Int128 whole)
{
    return lost > 0 && lost * RATIO_UNIT > std::max<Int128>(whole, 0) * fraction;
}

/// Infinite when there is nothing to compare with.
double ratio(Int128 part, Int128 whole)
{
    return whole > 0 ? asDouble(part) / asDouble(whole) : std::numeric_limits<double>::infinity();
}

} // namespace

RiskWatch::RiskWatch(const RiskLimits& limits)
    : m_limits(limits),
      m_isOn(limits.isOn()),
      m_orders(static_cast<std::size_t>(limits.ordersAMinute), Timestamp::min())
{}

void RiskWatch::start(const RiskMoment& moment)
{
    if (!m_isOn)
        return;
    m_deposits = moment.account.deposits();
    m_peak = moment.margin.equity;
    std::vector<RiskChange> none;
    startDay(moment, none);
}

void RiskWatch::startDay(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    follow(moment.account);
    m_dayEquity = moment.margin.equity;
    m_dayEnd = std::chrono::floor<std::chrono::days>(moment.time) + std::chrono::days(1);
    end(RiskLimit::DailyLoss, 0.0, moment, changes);
}

void RiskWatch::lift(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    for (const auto limit :
         {RiskLimit::DailyLoss, RiskLimit::Drawdown, RiskLimit::Exposure, RiskLimit::OrderRate}) {
        if (const auto& standing = breach(limit))
            end(limit, standing->value, moment, changes);
    }
}

void RiskWatch::resume(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    follow(moment.account);
    m_peak = moment.margin.equity;
    end(RiskLimit::Drawdown, 0.0, moment, changes);
}

/// Money that comes from outside is neither a profit nor a way out of a loss.
void RiskWatch::follow(const Account& account)
{
    const Int128 added = (account.deposits() - m_deposits).count();
    m_dayEquity += added;
    m_peak += added;
    m_deposits = account.deposits();
}

void RiskWatch::judgeLoss(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    follow(moment.account);
    const Int128 lost = m_dayEquity - moment.margin.equity;
    if (m_limits.dailyLoss > 0 && isBeyond(lost, m_limits.dailyLoss, m_dayEquity))
        begin(RiskLimit::DailyLoss, ratio(lost, m_dayEquity), moment, changes);
    const Int128 below = m_peak - moment.margin.equity;
    if (m_limits.drawdown > 0 && isBeyond(below, m_limits.drawdown, m_peak))
        begin(RiskLimit::Drawdown, ratio(below, m_peak), moment, changes);
}

void RiskWatch::judgeClose(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    judgeLoss(moment, changes);
    m_peak = std::max(m_peak, moment.margin.equity);
    if (m_limits.exposure > 0) {
        const Int128 exposure = moment.margin.exposure();
        const double multiple = exposure == 0 ? 0.0 : ratio(exposure, moment.margin.equity);
        if (exposure > exposureLimit(moment.margin.equity))
            begin(RiskLimit::Exposure, multiple, moment, changes);
        else
            end(RiskLimit::Exposure, multiple, moment, changes);
    }
    if (breach(RiskLimit::OrderRate) && mayOrder(moment.time))
        end(RiskLimit::OrderRate, rate(), moment, changes);
}

bool RiskWatch::mayOrder(Timestamp time) const
{
    return m_orders.empty() || m_orders[m_nextOrder] == Timestamp::min() ||
           time - m_orders[m_nextOrder] >= RATE_WINDOW;
}

void RiskWatch::countOrder(Timestamp time)
{
    if (m_orders.empty())
        return;
    m_orders[m_nextOrder] = time;
    m_nextOrder = (m_nextOrder + 1) % m_orders.size();
}

double RiskWatch::rate() const
{
    return static_cast<double>(m_limits.ordersAMinute);
}

void RiskWatch::exceedOrders(const RiskMoment& moment, std::vector<RiskChange>& changes)
{
    begin(RiskLimit::OrderRate, rate() + 1.0, moment, changes);
}

std::optional<RiskLimit> RiskWatch::blocking() const
{
    if (m_flattening)
        return m_flattening;
    for (const auto& breach : m_breaches) {
        if (breach)
            return breach->limit;
    }
    return std::nullopt;
}

std::optional<RiskLimit> RiskWatch::blockingFills() const
{
    if (m_flattening)
        return m_flattening;
    for (const RiskLimit limit : {RiskLimit::DailyLoss, RiskLimit::Drawdown}) {
        if (breach(limit))
            return limit;
    }
    return std::nullopt;
}

Int128 RiskWatch::exposureLimit(Int128 equity) const
{
    if (m_limits.exposure == 0)
        return MAX_POSITION_VALUE * 1'000'000;
    return divideFloor(std::max<Int128>(equity, 0) * m_limits.exposure, EXPOSURE_UNIT);
}

std::optional<RiskLimit> RiskWatch::takeBreach()
{
    const auto news = m_news;
    m_news.reset();
    return news;
}

void RiskWatch::begin(RiskLimit limit, double value, const RiskMoment& moment,
                      std::vector<RiskChange>& changes)
{
    auto& breach = m_breaches[static_cast<std::size_t>(limit)];
    if (breach)
        return;
    breach = RiskBreach{limit, moment.time, value, m_limits.of(limit)};
    ++m_count;
    m_news = m_news ? std::min(*m_news, limit) : limit;
    if (m_limits.onBreach == OnBreach::Flatten && !m_flattening)
        m_flattening = limit;
    changes.push_back({*breach, true, m_limits.onBreach, saturate(moment.margin.equity),
                       moment.time, moment.correlation});
}

void RiskWatch::end(RiskLimit limit, double value, const RiskMoment& moment,
                    std::vector<RiskChange>& changes)
{
    auto& breach = m_breaches[static_cast<std::size_t>(limit)];
    if (!breach)
        return;
    RiskBreach ended = *breach;
    ended.value = value;
    breach.reset();
    changes.push_back({ended, false, m_limits.onBreach, saturate(moment.margin.equity), moment.time,
                       moment.correlation});
}

} // namespace core::portfolio
