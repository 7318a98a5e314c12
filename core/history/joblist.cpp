// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/joblist.h"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core::history {

using nlohmann::json;

namespace {

constexpr std::array KINDS = {"import", "trades", "candles", "fill_gaps", "verify", "delete"};
constexpr std::array VOLUMES = {"base", "quote", "contracts"};
constexpr std::array STAMPS = {"open", "close"};
constexpr std::size_t MAX_TEXT = 4096;
constexpr int VERSION = 1;

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<const char*, N>& names, const std::string& text)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (text == names[i])
            return static_cast<Enum>(i);
    }
    return std::nullopt;
}

template <typename Enum, std::size_t N> const char* nameOf(const std::array<const char*, N>& names, Enum value)
{
    return names[static_cast<std::size_t>(value)];
}

json optionsJson(const ImportOptions& options)
{
    json out = {{"venue", options.venue}};
    if (options.timeframe)
        out["timeframe"] = options.timeframe->text();
    if (options.columns)
        out["columns"] = *options.columns;
    if (options.volume)
        out["volume"] = nameOf(VOLUMES, *options.volume);
    if (options.priceDecimals)
        out["price_decimals"] = *options.priceDecimals;
    if (options.lotDecimals)
        out["lot_decimals"] = *options.lotDecimals;
    if (!options.member.empty())
        out["member"] = options.member;
    if (options.timeFormat)
        out["time_format"] = timeFormatText(*options.timeFormat);
    if (options.stamp)
        out["stamp"] = nameOf(STAMPS, *options.stamp);
    return out;
}

json jobJson(const Job& job)
{
    const JobRequest& request = job.request;
    json out = {{"kind", nameOf(KINDS, request.kind)}, {"symbol", request.symbol.text()}};
    if (request.range.from != Timestamp::min())
        out["from"] = formatTimestampShort(request.range.from);
    if (request.range.to != Timestamp::max())
        out["to"] = formatTimestampShort(request.range.to);
    if (request.kind == JobKind::Candles)
        out["timeframe"] = request.timeframe.text();
    if (request.kind == JobKind::Import) {
        out["file"] = request.file;
        out["options"] = optionsJson(request.options);
    }
    return out;
}

/// Reads the members of one object, and remembers whether any of them was not what it must be.
class Members
{
public:
    explicit Members(const json& object) : m_object(object), m_good(object.is_object()) {}

    [[nodiscard]] std::optional<std::string> text(const char* name)
    {
        const json* value = find(name);
        if (!value)
            return std::nullopt;
        if (!value->is_string() || value->get_ref<const std::string&>().size() > MAX_TEXT ||
            value->get_ref<const std::string&>().find('\0') != std::string::npos) {
            m_good = false;
            return std::nullopt;
        }
        return value->get<std::string>();
    }
    [[nodiscard]] std::optional<int> number(const char* name, int least, int most)
    {
        const json* value = find(name);
        if (!value)
            return std::nullopt;
        if (!value->is_number_integer() || value->get<std::int64_t>() < least || value->get<std::int64_t>() > most) {
            m_good = false;
            return std::nullopt;
        }
        return static_cast<int>(value->get<std::int64_t>());
    }
    template <typename Value> void parsed(const char* name, Value& out, Result<Value> (*parse)(std::string_view))
    {
        if (const auto written = text(name)) {
            auto value = parse(*written);
            keep(value.ok());
            if (value)
                out = *value;
        }
    }
    template <typename Enum, std::size_t N>
    [[nodiscard]] std::optional<Enum> choice(const char* name, const std::array<const char*, N>& names)
    {
        const auto written = text(name);
        const auto value = written ? named<Enum>(names, *written) : std::nullopt;
        keep(!written || value.has_value());
        return value;
    }
    [[nodiscard]] const json* find(const char* name)
    {
        if (!m_object.is_object())
            return nullptr;
        const auto found = m_object.find(name);
        return found == m_object.end() ? nullptr : &*found;
    }
    void keep(bool good) { m_good = m_good && good; }
    [[nodiscard]] bool good() const { return m_good; }

private:
    const json& m_object;
    bool m_good = true;
};

bool readOptions(const json& object, ImportOptions& options)
{
    Members members(object);
    options.venue = members.text("venue").value_or("");
    market::Timeframe timeframe = market::ONE_MINUTE;
    members.parsed("timeframe", timeframe, &market::Timeframe::parse);
    if (members.find("timeframe"))
        options.timeframe = timeframe;
    options.columns = members.text("columns");
    options.volume = members.choice<VolumeColumn>("volume", VOLUMES);
    options.priceDecimals = members.number("price_decimals", 0, MAX_DECIMALS);
    options.lotDecimals = members.number("lot_decimals", 0, MAX_DECIMALS);
    options.member = members.text("member").value_or("");
    if (const auto format = members.text("time_format")) {
        options.timeFormat = timeFormatOf(*format);
        members.keep(options.timeFormat.has_value());
    }
    options.stamp = members.choice<Stamp>("stamp", STAMPS);
    return members.good() && !options.venue.empty();
}

bool readJob(const json& object, JobRequest& request)
{
    Members members(object);
    const auto kind = members.choice<JobKind>("kind", KINDS);
    members.parsed("symbol", request.symbol, &Symbol::parse);
    members.parsed("from", request.range.from, &parseTimestamp);
    members.parsed("to", request.range.to, &parseTimestamp);
    members.parsed("timeframe", request.timeframe, &market::Timeframe::parse);
    if (!kind || !members.good() || request.symbol.text().empty() || request.range.from >= request.range.to)
        return false;
    request.kind = *kind;
    if (request.kind == JobKind::Trades)
        return request.range.from != Timestamp::min();
    if (request.kind != JobKind::Import)
        return true;
    request.file = members.text("file").value_or("");
    const json* options = members.find("options");
    request.options.symbol = request.symbol;
    return members.good() && !request.file.empty() && options && readOptions(*options, request.options);
}

Error unreadable()
{
    return {ErrorCode::Corrupt, "The list of unfinished jobs cannot be read",
            "Nothing of the history was changed. Start again what was not finished."};
}

} // namespace

std::string writeJobList(const JobList& jobs)
{
    json list = json::array();
    for (const Job& job : jobs) {
        if (!isFinal(job.state))
            list.push_back(jobJson(job));
    }
    // A file's name need not be text.
    return json{{"version", VERSION}, {"jobs", list}}.dump(1, ' ', false, json::error_handler_t::replace);
}

Result<JobList> readJobList(std::string_view text)
{
    if (text.size() > MAX_JOB_LIST_BYTES)
        return unreadable();
    const json all = json::parse(text, nullptr, false);
    Members members(all);
    if (!members.number("version", VERSION, VERSION) || !members.good())
        return unreadable();
    const json* list = members.find("jobs");
    if (!list || !list->is_array() || list->size() > MAX_KEPT_JOBS)
        return unreadable();
    JobList jobs;
    for (const json& one : *list) {
        Job job;
        if (!readJob(one, job.request))
            return unreadable();
        job.id = jobs.size() + 1;
        job.state = JobState::Offered;
        jobs.push_back(std::move(job));
    }
    // What was overlooked, such as a limit whose name is damaged, would make the job another one.
    if (writeJobList(jobs) != text)
        return unreadable();
    return jobs;
}

} // namespace core::history
