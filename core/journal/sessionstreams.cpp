// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/sessionstreams.h"

#include "core/journal/chain.h"
#include "core/journal/equityfile.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

namespace core::journal {

namespace {

constexpr std::size_t TRADES = 1;
/// Streams before the strategies' own.
constexpr std::size_t FIRST_STRATEGY = 2;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
    return hash ^ (hash >> 32);
}

std::uint64_t mix(std::uint64_t hash, std::string_view text)
{
    hash = mix(hash, text.size());
    for (const char c : text)
        hash = mix(hash, static_cast<std::uint8_t>(c));
    return hash;
}

std::uint64_t hashOf(const RecordBatch& batch, const Record& record)
{
    std::uint64_t hash = mix(0, static_cast<std::uint64_t>(record.time.time_since_epoch().count()));
    hash = mix(hash, record.correlation.value);
    hash = mix(hash, static_cast<std::uint64_t>(record.stream.code()));
    const auto fields = batch.fields(record);
    hash = mix(hash, fields.size());
    for (const Field& field : fields) {
        if (field.isText())
            hash = mix(hash, batch.text(field));
        else if (field.type == Field::Type::Number)
            hash = mix(hash, std::bit_cast<std::uint64_t>(field.number));
        else
            hash = mix(hash, static_cast<std::uint64_t>(field.integer));
    }
    return hash;
}

std::uint64_t hashOf(const portfolio::EquityPoint& point)
{
    std::uint64_t hash = mix(0, static_cast<std::uint64_t>(point.time.time_since_epoch().count()));
    hash = mix(hash, static_cast<std::uint64_t>(point.cash.count()));
    return mix(hash, static_cast<std::uint64_t>(point.equity.count()));
}

bool isFileName(std::string_view name)
{
    return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

/// Checks that each strategy can have files of its own.
Result<void> checkStrategies(const std::vector<std::string>& strategies)
{
    for (std::size_t i = 0; i < strategies.size(); ++i) {
        if (!isFileName(strategies[i]))
            return Error{ErrorCode::InvalidInput,
                         fmt::format("\"{}\" cannot name a strategy's journal", strategies[i]),
                         "Use letters, digits, '_' and '-'."};
        if (std::find(strategies.begin(), strategies.begin() + static_cast<std::ptrdiff_t>(i),
                      strategies[i]) != strategies.begin() + static_cast<std::ptrdiff_t>(i))
            return Error{ErrorCode::InvalidInput,
                         fmt::format("the session has two strategies called {}", strategies[i]),
                         ""};
    }
    return {};
}

} // namespace

bool RepeatGuard::accept(std::uint64_t hash)
{
    m_hash = mix(m_hash, hash);
    ++m_position;
    if (m_position > m_total) {
        m_total = m_position;
        m_totalHash = m_hash;
        return true;
    }
    if (m_position == m_total && m_hash != m_totalHash)
        m_diverged = true;
    return false;
}

void RepeatGuard::restart()
{
    m_position = 0;
    m_hash = 0;
}

SessionStreams::SessionStreams(const SessionPlan& plan)
    : m_format(plan.session, plan.digest, plan.allowsUnsigned ? Unsigned::Allowed : Unsigned::Refused),
      m_names{"system", "trades"},
      m_content(std::make_unique<Sha256>())
{
    for (const std::string& strategy : plan.strategies)
        m_names.push_back("strategy-" + strategy);
    m_seq.resize(m_names.size());
    m_equityGuards.resize(plan.strategies.size());
}

Result<SessionStreams> SessionStreams::create(const SessionPlan& plan)
{
    if (const auto good = checkStrategies(plan.strategies); !good)
        return good.error();
    if (plan.digest.size() < 8)
        return Error{ErrorCode::Internal, "the configuration's digest is too short", ""};
    SessionStreams streams(plan);
    std::vector<std::string> names = streams.m_names;
    names.emplace_back("all");
    for (const std::string& name : names) {
        auto file = OutFile::create(plan.folder / (name + ".jsonl"), OutFile::Records::Lines);
        if (!file)
            return file.error();
        streams.m_files.push_back(std::move(*file));
    }
    for (const std::string& strategy : plan.strategies) {
        const std::string header = equityHeader(strategy);
        auto file = OutFile::create(plan.folder / equityFileName(strategy), OutFile::Records::Fixed,
                                    header.size(), EQUITY_POINT_BYTES);
        if (!file)
            return file.error();
        file->buffer() = header;
        streams.m_files.push_back(std::move(*file));
    }
    return streams;
}

void SessionStreams::add(const RecordBatch& batch)
{
    for (const Record& record : batch.records()) {
        if (m_guard.accept(hashOf(batch, record)))
            addRecord(batch, record);
    }
}

void SessionStreams::addRecord(const RecordBatch& batch, const Record& record)
{
    const auto stream = static_cast<std::size_t>(record.stream.code() + 2);
    require(stream < m_names.size(), "a journal record belongs to a stream of its session");
    std::string& out = m_files[stream].buffer();
    const std::size_t start = out.size();
    m_format.append(out, batch, record, m_names[stream], ++m_seq[stream]);
    if (stream == TRADES)
        chain(out, start);
    else
        out += '\n';
    m_files[m_names.size()].buffer().append(out, start, out.size() - start);
    ++m_lines;
}

void SessionStreams::chain(std::string& out, std::size_t start)
{
    m_chain = nextChain(m_chain, std::string_view(out).substr(start));
    appendChain(out, m_chain);
    out += '\n';
    m_content->update(std::string_view(out).substr(start));
}

void SessionStreams::add(AccountIndex account, std::span<const portfolio::EquityPoint> points)
{
    require(account < m_equityGuards.size(), "equity belongs to an account of its session");
    std::string& out = m_files[m_names.size() + 1 + account].buffer();
    // The repeated ones come first, so that the new ones are one stretch.
    std::size_t repeated = 0;
    for (const portfolio::EquityPoint& point : points)
        repeated += m_equityGuards[account].accept(hashOf(point)) ? 0 : 1;
    appendPoints(out, points.subspan(repeated));
}

void SessionStreams::restart()
{
    m_guard.restart();
    for (RepeatGuard& guard : m_equityGuards)
        guard.restart();
}

bool SessionStreams::diverged() const
{
    return m_guard.diverged() ||
           std::any_of(m_equityGuards.begin(), m_equityGuards.end(),
                       [](const RepeatGuard& guard) { return guard.diverged(); });
}

} // namespace core::journal
