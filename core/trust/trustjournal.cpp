// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/trustjournal.h"

#include "core/base/workspace.h"
#include "core/trust/journalseal.h"
#include "core/trust/securefile.h"

#include <fmt/format.h>

namespace core::trust {

namespace {

using journal::Level;
using journal::RecordBatch;

/// A list that is larger has been filled with something else.
constexpr std::size_t MAX_HASHED = 64U << 20;

RecordBatch line(Level level, const char* event, Timestamp time)
{
    RecordBatch batch;
    batch.add(journal::Stream::system(), level, event, time, {});
    return batch;
}

Timestamp now()
{
    return SystemClock().now();
}

RecordBatch strategyLine(Level level, const char* event, const StrategyFacts& strategy)
{
    RecordBatch batch = line(level, event, now());
    batch.text("strategy", strategy.name)
        .text("kind", strategy.kind)
        .text("sha256", strategy.sha256.hex())
        .word("state", name(strategy.state))
        .text("file", strategy.file.native());
    return batch;
}

void addDecision(RecordBatch& batch, const char* event, const Approval& approval)
{
    batch.add(journal::Stream::system(), Level::Info, event, approval.time, {})
        .text("strategy", approval.strategy)
        .text("sha256", approval.sha256.hex())
        .text("file", approval.file.native())
        .text("user", approval.user)
        .text("note", approval.note);
}

} // namespace

TrustJournal::TrustJournal(const std::filesystem::path& trustFolder)
    : m_journal(Workspace::systemJournalOf(trustFolder), std::make_shared<WorkspaceSeal>(trustFolder))
{
}

Result<void> TrustJournal::approved(const Approval& approval) const
{
    RecordBatch batch;
    addDecision(batch, "strategy_approved", approval);
    return m_journal.append(batch);
}

Result<void> TrustJournal::revoked(const std::vector<Approval>& decisions) const
{
    RecordBatch batch;
    for (const Approval& decision : decisions)
        addDecision(batch, "strategy_revoked", decision);
    return m_journal.append(batch);
}

Result<void> TrustJournal::keyTrusted(const TrustedKey& key) const
{
    RecordBatch batch = line(Level::Info, "key_trusted", key.added);
    batch.text("key", key.key.id.hex()).text("name", key.name).text("user", key.user).text("note", key.note);
    return m_journal.append(batch);
}

Result<void> TrustJournal::keyRevoked(const TrustedKey& key, std::string_view user) const
{
    RecordBatch batch = line(Level::Info, "key_revoked", key.revoked.value_or(key.added));
    batch.text("key", key.key.id.hex()).text("name", key.name).text("user", user);
    return m_journal.append(batch);
}

Result<void> TrustJournal::decisionFailed(const Error& why) const
{
    RecordBatch batch = line(Level::Error, "decision_failed", now());
    batch.text("reason", why.message());
    return m_journal.append(batch);
}

Result<void> TrustJournal::loaded(const StrategyFacts& strategy) const
{
    const bool isUnsigned = !mayRun(strategy.state);
    RecordBatch batch = strategyLine(isUnsigned ? Level::Warning : Level::Info, "strategy_loaded", strategy);
    if (isUnsigned)
        batch.flag("unsigned", true);
    return m_journal.append(batch);
}

Result<void> TrustJournal::refused(const StrategyFacts& strategy, std::string_view reason) const
{
    RecordBatch batch = strategyLine(Level::Warning, "strategy_refused", strategy);
    batch.text("reason", reason);
    return m_journal.append(batch);
}

Result<void> TrustJournal::signedBy(const StrategyFacts& strategy, const KeyId& key) const
{
    RecordBatch batch = strategyLine(Level::Info, "strategy_signed", strategy);
    batch.text("key", key.hex());
    return m_journal.append(batch);
}

Result<void> TrustJournal::listRefused(const std::filesystem::path& list, std::string_view why) const
{
    const auto bytes = readRegularFile(list, MAX_HASHED);
    const std::string hash = bytes ? Sha256::of(*bytes).hex() : std::string();
    const std::string file = list.filename().string();
    RecordBatch batch = line(Level::Error, "list_refused", now());
    batch.text("list", file).text("sha256", hash).text("reason", why);
    // Every look at the list finds it again.
    const std::string same = fmt::format(R"("list":"{}","sha256":"{}")", file, hash);
    const std::string any = fmt::format(R"("list":"{}")", file);
    return m_journal.append(batch, [&](std::string_view tail) {
        const std::size_t last = tail.rfind(any);
        return last != std::string_view::npos && tail.substr(last).starts_with(same);
    });
}

Result<void> TrustJournal::listRestored(const std::filesystem::path& list) const
{
    RecordBatch batch = line(Level::Warning, "list_restored", now());
    batch.text("list", list.filename().string());
    return m_journal.append(batch);
}

} // namespace core::trust
