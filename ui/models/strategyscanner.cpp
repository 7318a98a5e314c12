// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/strategyscanner.h"

#include "ui/models/linediff.h"

#include <QDir>
#include <QFileInfo>

#include <chrono>
#include <exception>

namespace ui::models {

namespace {

/// Editors write in several steps; a scan waits until they are done.
constexpr std::chrono::milliseconds SETTLE_TIME{120};

QString toQString(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

StrategyItem describe(core::strategy::CatalogEntry entry)
{
    StrategyItem item;
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
        list->push_back(describe(std::move(entry)));
    return StrategyListPtr(std::move(list));
}

StrategyScanner::StrategyScanner(Places places, QObject* parent)
    : QObject(parent), m_places(std::move(places))
{
    m_pool.setMaxThreadCount(1);
    m_settle.setSingleShot(true);
    m_settle.setInterval(SETTLE_TIME);
    connect(&m_settle, &QTimer::timeout, this, &StrategyScanner::rescan);
    const auto settle = [this] { m_settle.start(); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, settle);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, settle);
    watch();
}

StrategyScanner::~StrategyScanner()
{
    m_pool.waitForDone();
}

void StrategyScanner::rescan()
{
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
    if (result.ok()) {
        m_latest = *result;
        watch();
        emit scanned(m_latest);
    } else {
        emit scanFailed(QString::fromStdString(result.error().what),
                        QString::fromStdString(result.error().remedy));
    }
    if (m_scanAgain)
        startScan();
}

void StrategyScanner::watch()
{
    QStringList wanted;
    for (const auto& folder : m_places.folders)
        wanted.append(toQString(folder));
    wanted.append(toQString(m_places.trustFolder));
    if (m_latest)
        for (const auto& item : *m_latest)
            wanted.append({toQString(item.entry.file),
                           toQString(core::trust::signatureFileOf(item.entry.file))});
    const auto watched = m_watcher.files() + m_watcher.directories();
    for (const auto& path : std::as_const(wanted))
        if (!watched.contains(path) && QFileInfo::exists(path))
            m_watcher.addPath(path);
}

quint64 StrategyScanner::decide(Decision decision)
{
    const auto token = ++m_lastToken;
    m_pool.start([this, token, places = m_places, decision = std::move(decision)] {
        const core::strategy::Catalog catalog(places.folders, places.trustFolder);
        auto result = guarded([&] { return decision(catalog); });
        QMetaObject::invokeMethod(
            this,
            [this, token, result = std::move(result)] {
                if (result.ok())
                    emit decided(token);
                else
                    emit decisionFailed(token, QString::fromStdString(result.error().what),
                                        QString::fromStdString(result.error().remedy));
                rescan();
            },
            Qt::QueuedConnection);
    });
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

quint64 StrategyScanner::inspect(const std::filesystem::path& file)
{
    const auto token = ++m_lastToken;
    m_pool.start([this, token, file, places = m_places] {
        auto result = guarded([&]() -> core::Result<StrategyItem> {
            auto entry = core::strategy::Catalog(places.folders, places.trustFolder).inspect(file);
            if (!entry)
                return entry.error();
            return describe(std::move(*entry));
        });
        QMetaObject::invokeMethod(
            this,
            [this, token, result = std::move(result)] {
                if (result.ok())
                    emit inspected(token, *result);
                else
                    emit decisionFailed(token, QString::fromStdString(result.error().what),
                                        QString::fromStdString(result.error().remedy));
            },
            Qt::QueuedConnection);
    });
    return token;
}

} // namespace ui::models
