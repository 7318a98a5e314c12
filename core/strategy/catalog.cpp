// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/catalog.h"

#include "core/strategy/judgement.h"
#include "core/strategy/luahost.h"
#include "core/strategy/nativeplugin.h"
#include "core/trust/securefile.h"
#include "core/trust/trustjournal.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace core::strategy {

namespace fs = std::filesystem;

namespace {

/// Strategy files of a folder by name. A folder that cannot be read has none.
std::vector<fs::path> strategiesIn(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code fault;
    for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end;
         entry.increment(fault)) {
        if (isStrategyFile(entry->path()))
            files.push_back(identity(entry->path()));
    }
    std::ranges::sort(files);
    return files;
}

/// The files the newest approvals name: the user chose these, so they come before others of the name.
std::vector<fs::path> approvedFiles(const trust::Approvals& approvals)
{
    std::map<std::string, fs::path> files;
    for (const trust::Approval& approval : approvals.all()) {
        if (approval.revoked)
            files.erase(approval.strategy);
        else
            files[approval.strategy] = identity(approval.file);
    }
    std::vector<fs::path> list;
    for (const auto& [name, file] : files)
        list.push_back(file);
    return list;
}

/// Adds the entry unless an earlier file has its name: a copy adds nothing, another file is refused.
void addUnique(std::vector<CatalogEntry>& entries, CatalogEntry entry)
{
    const auto same = [&entry](const CatalogEntry& other) {
        return other.name == entry.name && other.state != trust::State::Invalid;
    };
    const auto earlier = std::ranges::find_if(entries, same);
    if (entry.state != trust::State::Invalid && earlier != entries.end()) {
        if (earlier->sha256 == entry.sha256)
            return;
        entry.state = trust::State::Invalid;
        entry.reason = fmt::format("the name {} is taken by {}", entry.name, earlier->file.string());
    }
    entries.push_back(std::move(entry));
}

/// An approved file that is gone is worth a line, unless a file elsewhere took its place.
void addMissing(std::vector<CatalogEntry>& entries, const trust::Approvals& approvals,
                const std::vector<CatalogEntry>& missing)
{
    for (CatalogEntry entry : missing) {
        for (const trust::Approval& approval : approvals.all()) {
            if (identity(approval.file) == entry.file) {
                entry.name = approval.strategy;
                entry.approval = approval;
            }
        }
        if (std::ranges::find(entries, entry.name, &CatalogEntry::name) == entries.end())
            entries.push_back(std::move(entry));
    }
}

Error notFound(std::string_view name, const std::vector<CatalogEntry>& entries)
{
    std::string names;
    for (const CatalogEntry& entry : entries)
        names += (names.empty() ? "" : ", ") + entry.name;
    return {ErrorCode::NotFound, fmt::format("there is no strategy \"{}\"", name),
            names.empty() ? "Approve its file first, wherever it lies."
                          : fmt::format("There are: {}. Another file can be approved wherever it lies.",
                                        names)};
}

trust::StrategyFacts factsOf(const CatalogEntry& entry)
{
    return {entry.name, name(entry.kind), entry.file, entry.sha256, entry.state};
}

/// A refusal, once the journal was told of it.
Error told(const trust::TrustJournal& journal, const CatalogEntry& entry, Error refusal)
{
    if (const auto noted = journal.refused(factsOf(entry), refusal.what); !noted)
        refusal.what += fmt::format(" ({})", noted.error().what);
    return refusal;
}

Error doesNotRun(const CatalogEntry& entry)
{
    return {ErrorCode::Refused, fmt::format("{} does not run: {}", entry.name, entry.reason),
            entry.state == trust::State::Invalid
                ? ""
                : fmt::format("Look at it and approve it: {}", entry.file.string())};
}

/// The factory holds the very bytes that were judged; the file is not read again.
Result<RunnableStrategy> loadScript(const CatalogEntry& entry)
{
    auto source = std::make_shared<const std::string>(entry.source);
    StrategyFactory factory = luaFactory(entry.file.filename().string(), std::move(source));
    return RunnableStrategy{entry.metadata, entry.sha256, std::move(factory)};
}

} // namespace

Catalog::Catalog(std::vector<fs::path> folders, fs::path trustFolder, UnsignedScripts unsignedScripts)
    : m_folders(std::move(folders)), m_trustFolder(std::move(trustFolder)),
      m_unsignedScripts(unsignedScripts)
{
}

/// A list of plugins does not keep their bytes: they are read and judged once more, and run as they are then.
Result<RunnableStrategy> Catalog::loadPlugin(const CatalogEntry& found) const
{
    const auto decisions = readDecisions(m_trustFolder);
    if (!decisions)
        return decisions.error();
    auto [entry, bytes] = judge(found.file, *decisions);
    if (entry.sha256 != found.sha256)
        return Error{ErrorCode::Refused, fmt::format("{} changed while it was read", found.file.string()),
                     "Nothing of it ran. Try again."};
    if (!trust::mayRun(entry.state))
        return doesNotRun(entry);
    auto factory = loadNative(entry.name, bytes, entry.sha256);
    if (!factory)
        return factory.error();
    return RunnableStrategy{std::move(entry.metadata), entry.sha256, std::move(*factory)};
}

Result<std::vector<CatalogEntry>> Catalog::scan() const
{
    const auto decisions = readDecisions(m_trustFolder);
    if (!decisions)
        return decisions.error();
    std::vector<fs::path> files = approvedFiles(decisions->approvals);
    const std::set<fs::path> chosen(files.begin(), files.end());
    for (const fs::path& folder : m_folders) {
        for (fs::path& file : strategiesIn(folder))
            files.push_back(std::move(file));
    }
    std::vector<CatalogEntry> entries;
    std::vector<CatalogEntry> missing;
    std::set<fs::path> seen;
    std::error_code fault;
    for (const fs::path& file : files) {
        if (!seen.insert(file).second)
            continue;
        CatalogEntry entry = judge(file, *decisions).entry;
        if (chosen.contains(file) && !fs::exists(fs::symlink_status(file, fault)))
            missing.push_back(std::move(entry));
        else
            addUnique(entries, std::move(entry));
    }
    addMissing(entries, decisions->approvals, missing);
    std::ranges::stable_sort(entries, {}, &CatalogEntry::name);
    return entries;
}

Result<CatalogEntry> Catalog::find(std::string_view name) const
{
    auto entries = scan();
    if (!entries)
        return entries.error();
    const CatalogEntry* found = nullptr;
    for (const CatalogEntry& entry : *entries) {
        // Of two files of a name, the one that is not refused for it.
        if (entry.name == name && (found == nullptr || found->state == trust::State::Invalid))
            found = &entry;
    }
    if (found == nullptr)
        return notFound(name, *entries);
    return *found;
}

Result<CatalogEntry> Catalog::inspect(const fs::path& file) const
{
    const auto decisions = readDecisions(m_trustFolder);
    if (!decisions)
        return decisions.error();
    return judge(identity(file), *decisions).entry;
}

Result<CatalogEntry> Catalog::approve(const fs::path& file, std::string note, std::string user,
                                      Timestamp time, std::optional<Sha256Digest> expected) const
{
    auto decisions = readDecisions(m_trustFolder);
    if (!decisions)
        return decisions.error();
    CatalogEntry entry = judge(identity(file), *decisions).entry;
    if (entry.state == trust::State::Invalid)
        return Error{ErrorCode::Refused,
                     fmt::format("{} cannot be approved: {}", file.string(), entry.reason), ""};
    if (expected && *expected != entry.sha256)
        return Error{ErrorCode::Refused,
                     fmt::format("{} changed since it was shown; nothing was approved", file.string()),
                     "Look at it again."};
    trust::Approval approval{entry.name,      entry.file,      entry.sha256, time,
                             std::move(user), std::move(note), entry.source, false};
    if (auto approved = decisions->approvals.approve(approval); !approved)
        return approved.error();
    entry.state = trust::State::Approved;
    entry.reason.clear();
    entry.approval = std::move(approval);
    return entry;
}

Result<CatalogEntry> Catalog::sign(const fs::path& file, const trust::SecretKey& key,
                                   Timestamp time, std::string comment,
                                   std::optional<Sha256Digest> expected) const
{
    const auto decisions = readDecisions(m_trustFolder);
    if (!decisions)
        return decisions.error();
    const auto [entry, bytes] = judge(identity(file), *decisions);
    if (entry.state == trust::State::Invalid)
        return Error{ErrorCode::Refused,
                     fmt::format("{} cannot be signed: {}", file.string(), entry.reason), ""};
    if (expected && *expected != entry.sha256)
        return Error{ErrorCode::Refused,
                     fmt::format("{} changed since it was looked at; nothing was signed", file.string()),
                     "Look at it again."};
    if (comment.empty())
        comment = fmt::format("timestamp:{}\tfile:{}\thashed",
                              std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(),
                              entry.file.filename().string());
    const auto signature = key.sign(bytes, std::move(comment));
    if (!signature)
        return signature.error();
    const trust::TrustJournal journal(m_trustFolder);
    if (const auto noted = journal.signedBy(factsOf(entry), key.publicKey().id); !noted)
        return noted.error();
    auto written = trust::writeFile(trust::signatureFileOf(entry.file), signature->fileText(),
                                    trust::FileMode::Public, trust::Existing::Replace);
    if (!written) {
        Error error = written.error();
        if (const auto noted = journal.decisionFailed(error); !noted)
            error.what += fmt::format(" ({})", noted.error().what);
        return error;
    }
    return judge(entry.file, *decisions).entry;
}

Result<void> Catalog::revoke(std::string_view name, Timestamp time, std::string user) const
{
    auto approvals = trust::Approvals::open(m_trustFolder);
    if (!approvals)
        return approvals.error();
    std::optional<trust::Approval> signedBytes;
    if (const auto entry = find(name); entry && entry->state == trust::State::Signed)
        signedBytes = trust::Approval{entry->name, entry->file, entry->sha256, time, user, {}, entry->source, true};
    return approvals->revoke(name, time, user, signedBytes);
}

Result<RunnableStrategy> Catalog::load(std::string_view name) const
{
    const auto entry = find(name);
    if (!entry)
        return entry.error();
    const trust::TrustJournal journal(m_trustFolder);
    if (!mayRun(*entry, m_unsignedScripts))
        return told(journal, *entry, doesNotRun(*entry));
    // First, since loading a plugin runs it.
    if (const auto noted = journal.loaded(factsOf(*entry)); !noted)
        return noted.error();
    auto runnable = entry->kind == Kind::Native ? loadPlugin(*entry) : loadScript(*entry);
    if (!runnable)
        return told(journal, *entry, runnable.error());
    return runnable;
}

} // namespace core::strategy
