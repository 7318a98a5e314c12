// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/jobrun.h"

#include <chrono>
#include <type_traits>

namespace core::history {

namespace {

template <typename Report> Result<JobReport> asJob(Result<Report> result)
{
    return result ? Result<JobReport>(JobReport(std::move(*result))) : Result<JobReport>(result.error());
}

/// Rates of work on the disk: rows a second since it began.
class Pacer
{
public:
    JobProgress progress(double share, std::int64_t done) const
    {
        const std::chrono::duration<double> past = std::chrono::steady_clock::now() - m_begun;
        JobProgress now;
        now.share = share;
        now.done = done;
        if (past.count() > 0.0)
            now.perSecond = static_cast<double>(done) / past.count();
        if (share > 0.0)
            now.secondsLeft = past.count() * (1.0 - share) / share;
        return now;
    }

private:
    std::chrono::steady_clock::time_point m_begun = std::chrono::steady_clock::now();
};

Result<JobReport> runImport(HistoryStore& store, const JobRequest& request, const JobTold& told,
                            const std::atomic<bool>& cancel)
{
    const std::filesystem::path file(request.file);
    std::shared_ptr<const ImportPlan> plan = request.plan;
    if (!plan) {
        auto made = planImport(file, request.options, &cancel);
        if (!made)
            return made.error();
        plan = std::make_shared<const ImportPlan>(std::move(*made));
    }
    return asJob(importCsv(
        store, file, request.options, *plan,
        [&](const ImportProgress& progress) {
            JobProgress now;
            if (progress.bytesTotal > 0)
                now.share = static_cast<double>(progress.bytesDone) / static_cast<double>(progress.bytesTotal);
            now.done = progress.rows;
            now.perSecond = progress.rowsPerSecond;
            now.secondsLeft = progress.secondsLeft;
            told(now);
        },
        cancel));
}

void add(WriteCount& sum, const WriteCount& more)
{
    sum.inserted += more.inserted;
    sum.changed += more.changed;
    sum.unchanged += more.unchanged;
    sum.spooled += more.spooled;
}

DownloadReport sumOf(const DownloadReport& earlier, DownloadReport later)
{
    add(later.trades, earlier.trades);
    add(later.candles, earlier.candles);
    later.requests += earlier.requests;
    later.failures += earlier.failures;
    if (earlier.rejected > 0)
        later.firstRejection = earlier.firstRejection;
    later.rejected += earlier.rejected;
    later.unverified += earlier.unverified;
    later.seconds += earlier.seconds;
    return later;
}

DeleteReport sumOf(const DeleteReport& earlier, DeleteReport later)
{
    later.candles += earlier.candles;
    later.trades += earlier.trades;
    later.fundingRates += earlier.fundingRates;
    return later;
}

} // namespace

bool needsVenue(JobKind kind)
{
    return kind == JobKind::Trades || kind == JobKind::Candles || kind == JobKind::FillGaps;
}

Result<JobReport> runVenueJob(HistoryStore& store, KrakenRest& kraken, const JobRequest& request, const JobTold& told,
                              const std::atomic<bool>& cancel)
{
    JobProgress now;
    // Why it waits to ask again.
    kraken.setTroubleTold([&](const Error& why, Nanoseconds) {
        now.trouble = why.what;
        told(now);
    });
    const DownloadTold tell = [&](const DownloadProgress& progress) {
        now.share = progress.share;
        now.done = progress.trades;
        now.perSecond = progress.tradesPerSecond;
        now.secondsLeft = progress.secondsLeft;
        now.reached = progress.reached;
        now.trouble.clear();
        told(now);
    };
    auto result = request.kind == JobKind::Trades
                      ? downloadTrades(store, kraken, request.symbol, request.range, tell, cancel)
                  : request.kind == JobKind::FillGaps
                      ? fillGaps(store, kraken, request.symbol, tell, cancel)
                      : downloadCandles(store, kraken, request.symbol, request.timeframe, cancel);
    kraken.setTroubleTold({});
    return asJob(std::move(result));
}

Result<JobReport> runDiskJob(HistoryDatabase& store, const JobRequest& request, const JobTold& told,
                             const std::atomic<bool>& cancel)
{
    if (request.kind == JobKind::Import)
        return runImport(store, request, told, cancel);
    const Pacer pacer;
    const UpkeepTold tell = [&](const UpkeepProgress& now) { told(pacer.progress(now.share, now.done)); };
    if (request.kind == JobKind::Delete)
        return asJob(deleteHistory(store, request.symbol, request.range, tell, cancel));
    return asJob(verifyHistory(store, request.symbol, tell, cancel));
}

bool wasStopped(const Result<JobReport>& result)
{
    if (!result)
        return result.error().code == ErrorCode::Cancelled;
    return std::visit(
        [](const auto& report) {
            if constexpr (std::is_same_v<std::decay_t<decltype(report)>, std::monostate>)
                return false;
            else
                return report.cancelled;
        },
        *result);
}

JobReport joined(const JobReport& earlier, const JobReport& later)
{
    if (const auto* first = std::get_if<DownloadReport>(&earlier)) {
        if (const auto* second = std::get_if<DownloadReport>(&later))
            return sumOf(*first, *second);
    }
    if (const auto* first = std::get_if<DeleteReport>(&earlier)) {
        if (const auto* second = std::get_if<DeleteReport>(&later))
            return sumOf(*first, *second);
    }
    // An import or a check that is gone on with goes through everything again.
    return std::holds_alternative<std::monostate>(later) ? earlier : later;
}

} // namespace core::history
