// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "story.h"

/// What a story comes to, computed after the fact from the whole list of events, slowly and
/// plainly, by the definitions alone. Shares no code with the library but its types.
struct PlainReport
{
    explicit PlainReport(const std::vector<story::Event>& events, std::size_t symbols);

    struct Trip
    {
        core::SymbolIndex symbol = 0;
        core::Timestamp opened;
        core::Timestamp closed;
        std::vector<std::int64_t> lines; ///< Cash.
        std::vector<std::int64_t> seen;  ///< Profit at points of the curve.
        std::int64_t worth = 0;          ///< Of the open position.
        bool open = true;

        [[nodiscard]] std::int64_t profit() const;
    };
    struct Day
    {
        core::Timestamp end;
        long double value = 0.0L;
    };

    // The curve.
    std::vector<Day> days;
    bool gone = false;
    long double totalReturn = 0.0L;
    std::int64_t deposits = 0;
    std::int64_t equity = 0;
    long double inMarket = 0.0L;
    long double longAverage = 0.0L;
    long double longMost = 0.0L;
    long double shortAverage = 0.0L;
    long double shortMost = 0.0L;
    long double averageEquity = 0.0L;
    long double deepest = 0.0L; ///< Net of deposits, up to the first of them that finds no equity.

    // Dates; only right where no money comes or goes after the first point.
    core::Timestamp peak;
    core::Timestamp trough;
    core::Nanoseconds underWater{0};
    core::Nanoseconds longest{0};

    // The trades.
    std::vector<Trip> trips; ///< In the order in which they opened.
    std::int64_t outside = 0;
    std::int64_t turnover = 0;
    std::int64_t fees = 0;
    std::int64_t slippage = 0;
    std::int64_t interest = 0;
    std::int64_t funding = 0;
    std::int64_t ambiguous = 0;

private:
    void readLedger(const std::vector<story::Event>& events, std::size_t symbols);
    void readCurve(const std::vector<story::Event>& events);
    void readDays();
    void readDrawdown();
    void readDates();
    void readExposure();

    /// A point of the curve, or money that came or went right after one.
    struct Moment
    {
        core::Timestamp time;
        bool isFlow = false;
        std::int64_t amount = 0; ///< Of a flow.
        std::int64_t equity = 0; ///< After it.
        std::int64_t longExposure = 0;
        std::int64_t shortExposure = 0;
    };
    std::vector<Moment> m_moments;
    /// Growth from one moment to a later one: the product over the stretches between flows.
    [[nodiscard]] long double growth(std::size_t from, std::size_t to) const;
};
