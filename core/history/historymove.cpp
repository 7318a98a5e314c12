// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historymove.h"

#include "core/history/historycheck.h"
#include "core/history/moveplan.h"

#include <algorithm>

#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::chrono::milliseconds TOLD_EVERY{100};

Error cancelledError()
{
    return {ErrorCode::Cancelled, "The move was stopped", "Move again to go on from there."};
}

/// The instrument as a history has it by now; fails with NotFound where it is gone.
Result<market::Instrument> instrumentNow(HistoryDatabase& store, const Symbol& symbol)
{
    auto coverage = store.coverage(symbol);
    if (coverage)
        return coverage->instrument;
    // One without candles.
    auto holdings = store.holdings();
    if (!holdings)
        return holdings.error();
    for (const Holding& holding : *holdings) {
        if (holding.instrument.symbol == symbol)
            return holding.instrument;
    }
    return coverage.error();
}

/// Another program has put the instrument since the move was planned.
Error otherDecimals(const Symbol& symbol, const char* where)
{
    return {ErrorCode::Busy, fmt::format("{} was given other decimals {} meanwhile", symbol.text(), where), ""};
}

/// A remedy once rows were moved, of which it may say that nothing was changed.
std::string remedyAfterRows(std::string remedy)
{
    for (const std::string_view untrue : {"Nothing was changed.", "Nothing of it was changed."}) {
        if (remedy.starts_with(untrue))
            remedy.erase(0, std::min(untrue.size() + 1, remedy.size()));
    }
    return remedy.empty() ? "Move again: it goes on from there." : remedy + " Then move again: it goes on from there.";
}

/// One move, from the comparison to the check.
class HistoryMove
{
public:
    HistoryMove(HistoryDatabase& source, HistoryDatabase& destination, const MoveOptions& options,
                const std::function<void(const MoveProgress&)>& told, const std::atomic<bool>& cancel)
        : m_source(source), m_destination(destination), m_options(options), m_told(told), m_cancel(cancel)
    {}

    Result<MoveReport> run()
    {
        const auto begun = std::chrono::steady_clock::now();
        auto done = work();
        m_report.cancelled = !done && done.error().code == ErrorCode::Cancelled;
        if (!done && !m_report.cancelled)
            return stopped(done.error());
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        return std::move(m_report);
    }

private:
    Result<void> work();
    Result<void> compare(MovePlan& plan);
    Result<void> compareTable(MovePlan& plan, TablePlan& table);
    [[nodiscard]] Result<void> refuseOtherKind(const MovePlan& plan) const;
    Result<void> refuseOthers() const;
    Result<void> send(const MovePlan& plan);
    Result<void> putInstrument(const MovePlan& plan);
    [[nodiscard]] Result<void> checkDecimals(const MovePlan& plan) const;
    Result<void> sendTable(const MovePlan& plan, const TablePlan& table);
    Result<void> sendRows(const RowTable& table, const Rows& rows);
    Result<void> sendVerified(const MovePlan& plan);
    Result<void> sendVerified(const Symbol& symbol, const VerifiedRanges& verified);
    Result<void> commit(const Symbol& symbol, const HistoryBatch& batch, const RowTable& table);
    Result<void> sendSync(const MovePlan& plan);
    Result<void> check();
    void count(const WriteCount& written)
    {
        m_report.sent += written.inserted + written.changed;
        m_report.present += written.unchanged;
    }
    [[nodiscard]] Error stopped(const Error& error) const;
    void beginStage(MoveStage stage, std::int64_t rows);
    Result<void> tell(const RowTable& table, std::size_t rows);

    HistoryDatabase& m_source;
    HistoryDatabase& m_destination;
    const MoveOptions& m_options;
    const std::function<void(const MoveProgress&)>& m_told;
    const std::atomic<bool>& m_cancel;
    MoveReport m_report;
    std::vector<std::string> m_others; ///< Where the destination has other rows, for people.
    MoveProgress m_progress;
    std::chrono::steady_clock::time_point m_stageBegun;
    std::chrono::steady_clock::time_point m_lastTold;
};

Result<void> HistoryMove::work()
{
    auto plans = planMove(m_source, m_destination);
    if (!plans)
        return plans.error();
    std::int64_t shared = 0;
    for (const MovePlan& plan : *plans) {
        if (auto refused = refuseOtherKind(plan); !refused)
            return refused;
        shared += plan.sharedRows();
    }
    beginStage(MoveStage::Comparing, shared);
    for (MovePlan& plan : *plans) {
        if (auto done = compare(plan); !done)
            return done;
    }
    if (auto refused = refuseOthers(); !refused)
        return refused;
    std::int64_t left = 0;
    for (const MovePlan& plan : *plans)
        left += plan.rows() - plan.settledRows();
    beginStage(MoveStage::Sending, left);
    for (const MovePlan& plan : *plans) {
        m_report.present += plan.settledRows();
        if (auto done = send(plan); !done)
            return done;
    }
    return check();
}

Result<void> HistoryMove::compare(MovePlan& plan)
{
    for (TablePlan& table : plan.tables) {
        if (auto done = compareTable(plan, table); !done)
            return done;
    }
    return {};
}

Result<void> HistoryMove::compareTable(MovePlan& plan, TablePlan& table)
{
    RowPages pages(table.table, {&m_source, plan.sourceScale}, {&m_destination, plan.destinationScale}, table.shared,
                   m_options.pageRows);
    RowDifference all;
    const auto read = pages.each([&](const RowPages::Page& page) {
        const RowDifference one = differenceOf(table.table.kind, page);
        if (one.isCovered())
            table.settle(page.range, static_cast<std::int64_t>(page.source.size()));
        if (!all.firstDifferent)
            all.firstDifferent = one.firstDifferent;
        all.different += one.different;
        return tell(table.table, page.source.size());
    });
    if (!read)
        return read;
    if (all.different > 0)
        m_others.push_back(fmt::format("{} {} at {} time{} from {}", plan.source.instrument.symbol.text(),
                                       table.table.name(), all.different, all.different == 1 ? "" : "s",
                                       formatTimestampShort(*all.firstDifferent)));
    return {};
}

/// An instrument of the destination is changed by merging only.
Result<void> HistoryMove::refuseOtherKind(const MovePlan& plan) const
{
    const market::Instrument& here = plan.source.instrument;
    if (!plan.destination || plan.destination->instrument.kind == here.kind || m_options.otherRows == OtherRows::Replace)
        return {};
    const bool perpetual = here.kind == market::InstrumentKind::Perpetual;
    return Error{ErrorCode::AlreadyExists,
                 fmt::format("{} is a {} here and a {} at the destination", here.symbol.text(),
                             perpetual ? "perpetual" : "spot pair", perpetual ? "spot pair" : "perpetual"),
                 "Nothing was changed. Move into another database, or merge: it is a perpetual there then."};
}

Result<void> HistoryMove::refuseOthers() const
{
    if (m_others.empty() || m_options.otherRows == OtherRows::Replace)
        return {};
    const std::string more = m_others.size() > 1 ? fmt::format(", and {} more tables", m_others.size() - 1) : "";
    return Error{ErrorCode::AlreadyExists,
                 fmt::format("The destination has other rows of the same time: {}{}", m_others.front(), more),
                 "Nothing was changed. Move into an empty database, or merge: then these rows take the place of its."};
}

Result<void> HistoryMove::send(const MovePlan& plan)
{
    if (auto put = putInstrument(plan); !put)
        return put;
    for (const TablePlan& table : plan.tables) {
        if (auto done = sendTable(plan, table); !done)
            return done;
    }
    if (auto done = sendVerified(plan); !done)
        return done;
    return sendSync(plan);
}

/// The rows are scaled to the decimals of the plan, so the destination must have these.
Result<void> HistoryMove::putInstrument(const MovePlan& plan)
{
    auto put = m_destination.putInstrument(plan.source.instrument);
    if (!put)
        return put.error();
    if (!plan.hasDecimalsOfBoth(*put))
        return otherDecimals(put->symbol, "at the destination");
    return {};
}

/// Asked after a page was read: decimals only grow, so it was read in those of the plan.
Result<void> HistoryMove::checkDecimals(const MovePlan& plan) const
{
    const market::Instrument& planned = plan.source.instrument;
    auto now = instrumentNow(m_source, planned.symbol);
    if (!now)
        return now.error();
    if (now->priceDecimals != planned.priceDecimals || now->lotDecimals != planned.lotDecimals)
        return otherDecimals(planned.symbol, "here");
    return {};
}

Result<void> HistoryMove::sendTable(const MovePlan& plan, const TablePlan& table)
{
    for (const TimeRange& range : table.unsettled()) {
        RowPages pages(table.table, {&m_source, plan.sourceScale}, {}, range, m_options.pageRows);
        const auto sent = pages.each([&](const RowPages::Page& page) {
            auto done = checkDecimals(plan);
            if (done)
                done = sendRows(table.table, page.source);
            return done ? tell(table.table, page.source.size()) : done;
        });
        if (!sent)
            return sent;
    }
    return {};
}

Result<void> HistoryMove::sendRows(const RowTable& table, const Rows& rows)
{
    if (rows.empty())
        return {};
    std::vector<Result<WriteCount>> written;
    if (table.kind == RowKind::Candles)
        written.push_back(m_destination.write(table.symbol, table.timeframe, candlesOf(rows)));
    else if (table.kind == RowKind::FundingRates)
        written.push_back(m_destination.writeFundingRates(table.symbol, ratesOf(rows)));
    else
        for (const market::TradeColumns& piece : tradesOf(rows)) {
            written.push_back(m_destination.writeTrades(table.symbol, piece));
            if (!written.back())
                break;
        }
    for (const auto& one : written) {
        if (!one)
            return one.error();
        count(*one);
    }
    return {};
}

/// After the rows, since they say that nothing is missing between them; and only what the source said before the rows were
/// read and says still, for more may have come meanwhile, and some been deleted.
Result<void> HistoryMove::sendVerified(const MovePlan& plan)
{
    for (const VerifiedRanges& verified : plan.verified) {
        if (auto done = sendVerified(plan.source.instrument.symbol, verified); !done)
            return done;
    }
    return {};
}

Result<void> HistoryMove::sendVerified(const Symbol& symbol, const VerifiedRanges& verified)
{
    auto still = m_source.verified(symbol, verified.timeframe);
    auto known = m_destination.verified(symbol, verified.timeframe);
    if (!still || !known)
        return still ? known.error() : still.error();
    const std::vector<TimeRange> gone = notWithin(verified.ranges, *still);
    const RowTable table = verified.timeframe ? RowTable{symbol, RowKind::Candles, *verified.timeframe}
                                              : RowTable{symbol, RowKind::Trades};
    for (const TimeRange& range : notWithin(verified.ranges, *known)) {
        if (std::ranges::binary_search(gone, range.from, {}, &TimeRange::from))
            continue;
        HistoryBatch batch;
        batch.verified = VerifiedRange{verified.timeframe, range};
        if (auto done = commit(symbol, batch, table); !done)
            return done;
    }
    return {};
}

Result<void> HistoryMove::sendSync(const MovePlan& plan)
{
    const Symbol& symbol = plan.source.instrument.symbol;
    for (const SyncStatus& status : plan.source.sync) {
        if (plan.destination && isAsFar(plan.destination->sync, status))
            continue;
        auto still = m_source.syncStatus(symbol, status.kind);
        if (!still)
            return still.error();
        if (!*still)
            continue;
        HistoryBatch batch;
        batch.sync = status;
        if (auto done = commit(symbol, batch, {symbol, RowKind::Trades}); !done)
            return done;
    }
    return {};
}

/// Writes what is no row, tells that the move goes on, and looks whether it is to end.
Result<void> HistoryMove::commit(const Symbol& symbol, const HistoryBatch& batch, const RowTable& table)
{
    if (auto done = m_destination.commit(symbol, batch); !done)
        return done.error();
    return tell(table, 0);
}

Result<void> HistoryMove::check()
{
    auto plans = planMove(m_source, m_destination);
    if (!plans)
        return plans.error();
    std::int64_t rows = 0;
    for (const MovePlan& plan : *plans)
        rows += plan.rows() + plan.rollupRows();
    beginStage(MoveStage::Checking, rows);
    HistoryCheck check(m_source, m_destination, m_options.pageRows,
                       [this](const RowTable& table, std::size_t done) { return tell(table, done); });
    for (const MovePlan& plan : *plans) {
        if (auto done = check.add(plan); !done)
            return done;
    }
    m_report.checks = check.take();
    return {};
}

Error HistoryMove::stopped(const Error& error) const
{
    if (m_progress.stage == MoveStage::Comparing)
        return error;
    return {error.code, fmt::format("{}; {} rows were moved and are kept", error.what, m_report.sent),
            remedyAfterRows(error.remedy)};
}

void HistoryMove::beginStage(MoveStage stage, std::int64_t rows)
{
    m_progress = {stage, {}, 0, rows, 0.0, 0.0};
    m_stageBegun = std::chrono::steady_clock::now();
    m_lastTold = {};
}

/// Counts rows of the stage and says so now and then; fails with Cancelled once that is wanted.
Result<void> HistoryMove::tell(const RowTable& table, std::size_t rows)
{
    m_progress.rowsDone += static_cast<std::int64_t>(rows);
    const auto now = std::chrono::steady_clock::now();
    if (m_told && now - m_lastTold >= TOLD_EVERY) {
        m_lastTold = now;
        m_progress.table = table;
        const double seconds = std::chrono::duration<double>(now - m_stageBegun).count();
        m_progress.rowsPerSecond = seconds > 0.0 ? static_cast<double>(m_progress.rowsDone) / seconds : 0.0;
        const auto left = static_cast<double>(std::max<std::int64_t>(m_progress.rowsTotal - m_progress.rowsDone, 0));
        m_progress.secondsLeft = m_progress.rowsPerSecond > 0.0 ? left / m_progress.rowsPerSecond : 0.0;
        m_told(m_progress);
    }
    if (m_cancel.load())
        return cancelledError();
    return {};
}

} // namespace

bool MoveReport::isComplete() const
{
    return !cancelled &&
           std::ranges::all_of(checks, [](const TableCheck& check) { return check.difference.isCovered(); });
}

Result<MoveReport> moveHistory(HistoryDatabase& source, HistoryDatabase& destination, const MoveOptions& options,
                               const std::function<void(const MoveProgress&)>& told, const std::atomic<bool>& cancel)
{
    return HistoryMove(source, destination, options, told, cancel).run();
}

} // namespace core::history
