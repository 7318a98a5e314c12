// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historymove.h"
#include "core/history/moveplan.h"

namespace core::history {

/// Reads every row of two histories and says what differs. On the thread of their stores.
class HistoryCheck
{
public:
    /// `tell` hears of each page that was read; an error of its ends the check.
    using Tell = std::function<Result<void>(const RowTable& table, std::size_t rows)>;
    HistoryCheck(HistoryDatabase& source, HistoryDatabase& destination, std::size_t pageRows, Tell tell)
        : m_source(source), m_destination(destination), m_pageRows(pageRows), m_tell(std::move(tell))
    {}

    /// Checks one instrument. Rollups are compared where they are made of the same candles.
    [[nodiscard]] Result<void> add(const MovePlan& plan);
    [[nodiscard]] std::vector<TableCheck> take() { return std::move(m_checks); }

private:
    [[nodiscard]] Result<void> addTable(const MovePlan& plan, const TablePlan& table);
    [[nodiscard]] Result<void> addVerified(const Symbol& symbol);
    void addSync(const MovePlan& plan);
    void addInstrument(const MovePlan& plan);
    void keep(TableCheck check);

    HistoryDatabase& m_source;
    HistoryDatabase& m_destination;
    std::size_t m_pageRows;
    Tell m_tell;
    std::vector<TableCheck> m_checks;
};

} // namespace core::history
