// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/strategyscanner.h"

#include "core/strategy/strategytemplate.h"
#include "core/trust/signedlist.h"
#include "ui/models/linediff.h"

#include <QFileInfo>
#include <QSet>

#include <algorithm>
#include <chrono>
#include <exception>

namespace ui::models {

namespace {

/// Editors write in several steps; a scan waits until they are done.
constexpr std::chrono::milliseconds SETTLE_TIME{120};
/// What never comes to rest is looked at all the same.
constexpr std::chrono::milliseconds LONGEST_SETTLING{400};

QString toQString(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

StrategyItem describe(core::strategy::CatalogEntry entry, core::strategy::UnsignedScripts unsignedScripts)
{
    StrategyItem item;
    item.unsignedScripts = unsignedScripts;
    const bool hasSource = entry.kind == core::strategy::Kind::Lua;
    if (hasSource && entry.state == core::trust::State::Changed && entry.approval) {
        const auto diff = compareLines(entry.approval->source, entry.source);
        item.addedLines = diff.added;
        item.removedLines = diff.removed;
    }
    item.entry = std::move(entry);
    return item;
}

/// Runs a job and turns whatever it throws into an Error, so that nothing leaves the thread.
template <typename Job> auto guarded(const Job& job) -> decltype(job())
{
    try {
        return job();
    } catch (const std::exception& exception) {
        return core::Error{core::ErrorCode::Internal,
                           std::string("reading the strategies failed: ") + exception.what(),
                           "Nothing was changed. Try again, and report it if it comes back."};
    }
}

} // namespace

std::string userName()
{
    const auto name = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
    return name.isEmpty() ? std::string("user") : name.toStdString();
}

core::Result<StrategyListPtr> readStrategies(const StrategyScanner::Places& places)
{
    auto entries = core::strategy::Catalog(places.folders, places.trustFolder).scan();
    if (!entries)
        return entries.error();
    auto list = std::make_shared<StrategyList>();
    list->reserve(entries->size());
    for (auto& entry : *entries)
        list->push_back(describe(std::move(entry), places.unsignedScripts));
    return StrategyListPtr(std::move(list));
}

StrategyScanner::StrategyScanner(Places places, QObject* parent)
    : QObject(parent), m_places(std::move(places))
{
    m_pool.setMaxThreadCount(1);
    m_settle.setSingleShot(true);
    m_settle.setInterval(SETTLE_TIME);
    connect(&m_settle, &QTimer::timeout, this, &StrategyScanner::rescan);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &StrategyScanner::settle);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &StrategyScanner::handleFolder);
    watch();
}

void StrategyScanner::settle()
{
    if (!m_unsettled.isValid())
        m_unsettled.start();
    const std::chrono::milliseconds left = LONGEST_SETTLING - std::chrono::milliseconds(m_unsettled.elapsed());
    m_settle.start(std::clamp(left, std::chrono::milliseconds(0), SETTLE_TIME));
}

/// Of a folder that holds but one approved file, only that file counts: one that is there and not watched has taken
/// the place of another. Whatever else happens there, as it does in a folder for temporary files, is no news.
void StrategyScanner::handleFolder(const QString& path)
{
    const std::filesystem::path folder = path.toStdString();
    if (folder == m_places.trustFolder || std::ranges::find(m_places.folders, folder) != m_places.folders.end()) {
        settle();
        return;
    }
    const QStringList watched = m_watcher.files();
    const auto isReplaced = [&](const StrategyItem& item) {
        const QString file = toQString(item.entry.file);
        return item.entry.file.parent_path() == folder && !watched.contains(file) && QFileInfo::exists(file);
    };
    if (m_latest && std::ranges::any_of(*m_latest, isReplaced))
        settle();
}

StrategyScanner::~StrategyScanner()
{
    m_pool.waitForDone();
}

void StrategyScanner::rescan()
{
    m_unsettled.invalidate();
    if (m_scanning) {
        m_scanAgain = true;
        return;
    }
    startScan();
}

void StrategyScanner::startScan()
{
    m_scanning = true;
    m_scanAgain = false;
    m_pool.start([this, places = m_places] {
        auto result = guarded([&] { return readStrategies(places); });
        QMetaObject::invokeMethod(
            this, [this, result = std::move(result)] { handleScanned(result); },
            Qt::QueuedConnection);
    });
}

void StrategyScanner::handleScanned(const core::Result<StrategyListPtr>& result)
{
    m_scanning = false;
    if (result.ok())
        m_latest = *result;
    // A file that was replaced by another one is not watched any more.
    watch();
    if (result.ok()) {
        emit scanned(m_latest);
    } else {
        const QString what = QString::fromStdString(result.error().what);
        emit scanFailed(what, QString::fromStdString(result.error().remedy));
        if (result.error().code == core::ErrorCode::Corrupt)
            emit listsRefused(what);
    }
    if (m_scanAgain)
        startScan();
}

void StrategyScanner::watch()
{
    QSet<QString> wanted;
    for (const auto& folder : m_places.folders)
        wanted.insert(toQString(folder));
    wanted.insert(toQString(m_places.trustFolder));
    // A folder says nothing of a file in it that is written over.
    for (const auto* list : {&core::trust::APPROVALS_LIST, &core::trust::TRUSTED_KEYS_LIST})
        wanted.insert(toQString(m_places.trustFolder / list->file));
    if (m_latest) {
        for (const auto& item : *m_latest) {
            wanted.insert(toQString(item.entry.file));
            wanted.insert(toQString(core::trust::signatureFileOf(item.entry.file)));
            // A file that lies elsewhere is replaced there.
            wanted.insert(toQString(item.entry.file.parent_path()));
        }
    }
    for (const QStringList& watched : {m_watcher.files(), m_watcher.directories()})
        for (const QString& path : watched)
            wanted.remove(path);
    // Signatures that are not there are no fault: what cannot be watched is left out.
    if (!wanted.isEmpty())
        m_watcher.addPaths(wanted.values());
}

template <typename Job, typename Answer> quint64 StrategyScanner::run(Job job, Answer answer)
{
    const auto token = ++m_lastToken;
    m_pool.start([this, token, job = std::move(job), answer = std::move(answer)] {
        auto result = guarded(job);
        QMetaObject::invokeMethod(
            this,
            [this, token, answer, result = std::move(result)] {
                if (result.ok())
                    answer(token, result);
                else
                    emit decisionFailed(token, QString::fromStdString(result.error().what),
                                        QString::fromStdString(result.error().remedy));
            },
            Qt::QueuedConnection);
    });
    return token;
}

quint64 StrategyScanner::decide(Decision decision)
{
    const auto token = run(
        [places = m_places, decision = std::move(decision)] {
            return decision(core::strategy::Catalog(places.folders, places.trustFolder));
        },
        [this](quint64 done, const auto&) { emit decided(done); });
    // Queued behind the decision on the same thread, whatever becomes of it.
    rescan();
    return token;
}

quint64 StrategyScanner::approve(const std::filesystem::path& file, const QString& note,
                                 const core::Sha256Digest& expected)
{
    return decide([file, note = note.toStdString(),
                   expected](const core::strategy::Catalog& catalog) -> core::Result<void> {
        const auto now = core::SystemClock().now();
        const auto entry = catalog.approve(file, note, userName(), now, expected);
        if (!entry)
            return entry.error();
        return {};
    });
}

quint64 StrategyScanner::revoke(const QString& name)
{
    return decide([name = name.toStdString()](const core::strategy::Catalog& catalog) {
        return catalog.revoke(name, core::SystemClock().now(), userName());
    });
}

quint64 StrategyScanner::create(const std::filesystem::path& folder, const QString& name)
{
    using File = core::Result<std::filesystem::path>;
    const auto token = run(
        [folder, name = name.toStdString(), places = m_places]() -> File {
            const core::strategy::Catalog catalog(places.folders, places.trustFolder);
            return core::strategy::createFromTemplate(catalog, folder, name);
        },
        [this](quint64 done, const File& file) { emit created(done, toQString(*file)); });
    rescan();
    return token;
}

quint64 StrategyScanner::inspect(const std::filesystem::path& file)
{
    return run(
        [file, places = m_places]() -> core::Result<StrategyItem> {
            auto entry = core::strategy::Catalog(places.folders, places.trustFolder).inspect(file);
            if (!entry)
                return entry.error();
            return describe(std::move(*entry), places.unsignedScripts);
        },
        [this](quint64 token, const core::Result<StrategyItem>& item) { emit inspected(token, *item); });
}

quint64 StrategyScanner::examineLists()
{
    using Lists = core::Result<std::vector<core::trust::RefusedList>>;
    return run([folder = m_places.trustFolder] { return core::trust::refusedLists(folder); },
               [this](quint64 token, const Lists& lists) { emit listsExamined(token, *lists); });
}

quint64 StrategyScanner::restoreLists()
{
    return decide([folder = m_places.trustFolder](const core::strategy::Catalog&) -> core::Result<void> {
        const auto restored = core::trust::restoreLists(folder);
        if (!restored)
            return restored.error();
        return {};
    });
}

} // namespace ui::models
