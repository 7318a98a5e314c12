// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "plainreport.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace core;
using analytics::Cause;
using analytics::FillLine;
using analytics::LedgerLine;

std::int64_t PlainReport::Trip::profit() const
{
    std::int64_t sum = worth;
    for (const std::int64_t line : lines)
        sum += line;
    return sum;
}

PlainReport::PlainReport(const std::vector<story::Event>& events, std::size_t symbols)
{
    readLedger(events, symbols);
    readCurve(events);
    readDays();
    readDrawdown();
    readExposure();
}

void PlainReport::readLedger(const std::vector<story::Event>& events, std::size_t symbols)
{
    std::vector<std::int64_t> lots(symbols);
    std::vector<std::size_t> closings; ///< Trips in the order in which they closed.
    const auto openOf = [&](SymbolIndex symbol) {
        for (Trip& trip : trips) {
            if (trip.open && trip.symbol == symbol)
                return &trip;
        }
        return static_cast<Trip*>(nullptr);
    };
    const auto shareOut = [&](std::int64_t cash) {
        std::map<SymbolIndex, Trip*> open; // In the order of symbols.
        Int128 whole = 0;
        for (Trip& trip : trips) {
            if (trip.open) {
                open[trip.symbol] = &trip;
                whole += std::abs(trip.worth);
            }
        }
        if (open.empty() && closings.empty()) {
            outside += cash;
        } else if (open.empty()) {
            trips[closings.back()].lines.push_back(cash);
        } else {
            std::int64_t left = cash;
            for (const auto& [symbol, trip] : open) {
                const std::int64_t part =
                    whole == 0 ? 0
                               : static_cast<std::int64_t>(divideHalfEven(
                                     static_cast<Int128>(cash) * std::abs(trip->worth), whole));
                trip->lines.push_back(part);
                left -= part;
            }
            open.rbegin()->second->lines.push_back(left);
        }
    };
    for (const story::Event& event : events) {
        if (const auto* fill = std::get_if<FillLine>(&event)) {
            turnover += fill->notional.count();
            slippage += fill->slippage.count();
            ambiguous += fill->ambiguous ? 1 : 0;
            continue;
        }
        if (const auto* point = std::get_if<story::Point>(&event)) {
            for (Trip& trip : trips) {
                if (!trip.open)
                    continue;
                trip.worth = point->values[trip.symbol];
                trip.seen.push_back(trip.profit());
            }
            continue;
        }
        const auto& line = std::get<LedgerLine>(event);
        const std::int64_t cash = line.cash.count();
        fees -= line.cause == Cause::Fee ? cash : 0;
        interest -= line.cause == Cause::BorrowInterest ? cash : 0;
        funding -= line.cause == Cause::Funding ? cash : 0;
        if (line.cause == Cause::Deposit || line.cause == Cause::Withdrawal) {
            deposits += cash;
        } else if (line.cause == Cause::Trade) {
            std::int64_t& held = lots[*line.symbol];
            if (held == 0) {
                trips.emplace_back();
                trips.back().symbol = *line.symbol;
                trips.back().opened = line.time;
            }
            Trip& trip = *openOf(*line.symbol);
            held += line.quantity.lots();
            trip.lines.push_back(cash);
            trip.worth -= cash;
            if (held == 0) {
                trip.open = false;
                trip.worth = 0;
                trip.closed = line.time;
                closings.push_back(static_cast<std::size_t>(&trip - trips.data()));
            }
        } else if (!line.symbol) {
            shareOut(cash);
        } else if (Trip* open = openOf(*line.symbol)) {
            open->lines.push_back(cash);
        } else {
            auto last = closings.rbegin();
            while (last != closings.rend() && trips[*last].symbol != *line.symbol)
                ++last;
            if (last == closings.rend())
                shareOut(cash);
            else
                trips[*last].lines.push_back(cash);
        }
    }
}

void PlainReport::readCurve(const std::vector<story::Event>& events)
{
    for (const story::Event& event : events) {
        if (const auto* point = std::get_if<story::Point>(&event)) {
            m_moments.push_back({point->equity.time, false, 0, point->equity.equity.count(),
                                 point->equity.longExposure.count(),
                                 point->equity.shortExposure.count()});
            equity = point->equity.equity.count();
        }
        const auto* line = std::get_if<LedgerLine>(&event);
        const bool isFlow =
            line && (line->cause == Cause::Deposit || line->cause == Cause::Withdrawal);
        if (!isFlow || m_moments.empty())
            continue;
        Moment moment = m_moments.back();
        moment.time = line->time;
        moment.isFlow = true;
        moment.amount = line->cash.count();
        moment.equity += moment.amount;
        equity = moment.equity;
        m_moments.push_back(moment);
    }
}

long double PlainReport::growth(std::size_t from, std::size_t to) const
{
    long double product = 1.0L;
    for (std::size_t i = from + 1; i <= to; ++i) {
        if (!m_moments[i].isFlow)
            product *= static_cast<long double>(m_moments[i].equity) /
                       static_cast<long double>(m_moments[i - 1].equity);
    }
    return product;
}

void PlainReport::readDays()
{
    std::size_t goneAt = m_moments.size();
    for (std::size_t i = m_moments.size(); i-- > 0;) {
        if (m_moments[i].equity <= 0)
            goneAt = i;
    }
    gone = goneAt < m_moments.size();
    if (!gone)
        totalReturn = growth(0, m_moments.size() - 1) - 1.0L;
    // The last moment that counts for the equity at a midnight.
    const auto standing = [this](Timestamp midnight) {
        std::size_t last = 0;
        for (std::size_t i = 1; i < m_moments.size(); ++i) {
            const bool later =
                m_moments[i].isFlow ? m_moments[i].time >= midnight : m_moments[i].time > midnight;
            if (later)
                break;
            last = i;
        }
        return last;
    };
    const Timestamp first = m_moments.front().time;
    const std::chrono::days day(1);
    for (Timestamp end = std::chrono::ceil<std::chrono::days>(first) + day;
         end <= m_moments.back().time; end += day) {
        const std::size_t at = standing(end);
        if (at >= goneAt)
            break;
        days.push_back({end, growth(standing(end - day), at) - 1.0L});
    }
}

void PlainReport::readDrawdown()
{
    // As if the money that came or went had been there, or gone, from the beginning.
    std::vector<long double> index;
    long double scale = 1.0L;
    for (std::size_t i = 0; i < m_moments.size(); ++i) {
        if (m_moments[i].isFlow) {
            const auto before = static_cast<long double>(m_moments[i - 1].equity);
            const auto after = static_cast<long double>(m_moments[i].equity);
            if (before <= 0.0L || after <= 0.0L)
                break;
            scale *= before / after;
        }
        index.push_back(static_cast<long double>(m_moments[i].equity) * scale);
    }
    for (std::size_t i = 0; i < index.size(); ++i) {
        const long double highest =
            *std::max_element(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        if (highest > 0.0L)
            deepest = std::min(deepest, index[i] / highest - 1.0L);
    }
    readDates();
}

void PlainReport::readDates()
{
    double depth = 0.0;
    for (std::size_t i = 0; i < m_moments.size(); ++i) {
        std::size_t top = 0; // The last of the highest up to here.
        for (std::size_t j = 0; j <= i; ++j) {
            if (m_moments[j].equity >= m_moments[top].equity)
                top = j;
        }
        if (top == i || m_moments[top].equity <= 0)
            continue;
        const double fallen =
            static_cast<double>(m_moments[i].equity) / static_cast<double>(m_moments[top].equity) -
            1.0;
        if (fallen < depth) {
            depth = fallen;
            peak = m_moments[top].time;
            trough = m_moments[i].time;
        }
        // Once for each stay below a peak, from its first point.
        if (top != i - 1)
            continue;
        std::size_t end = i;
        while (end + 1 < m_moments.size() && m_moments[end].equity < m_moments[top].equity)
            ++end;
        underWater += m_moments[end].time - m_moments[top].time;
        longest = std::max(longest, m_moments[end].time - m_moments[top].time);
    }
}

void PlainReport::readExposure()
{
    long double whole = 0.0L;
    long double defined = 0.0L;
    for (std::size_t i = 0; i < m_moments.size(); ++i) {
        const Moment& now = m_moments[i];
        const auto worth = static_cast<long double>(now.equity);
        if (now.equity > 0) {
            longMost = std::max(longMost, static_cast<long double>(now.longExposure) / worth);
            shortMost = std::max(shortMost, static_cast<long double>(now.shortExposure) / worth);
        }
        // Until the next point; a flow comes right after the point before it.
        std::size_t next = i + 1;
        if (next == m_moments.size() || m_moments[next].isFlow)
            continue;
        std::size_t since = i;
        while (m_moments[since].isFlow)
            --since;
        const auto time =
            static_cast<long double>((m_moments[next].time - m_moments[since].time).count());
        whole += time;
        averageEquity += time * worth;
        inMarket += now.longExposure != 0 || now.shortExposure != 0 ? time : 0.0L;
        if (now.equity <= 0)
            continue;
        defined += time;
        longAverage += time * static_cast<long double>(now.longExposure) / worth;
        shortAverage += time * static_cast<long double>(now.shortExposure) / worth;
    }
    averageEquity /= whole * 1e8L;
    inMarket /= whole;
    longAverage /= defined;
    shortAverage /= defined;
}
