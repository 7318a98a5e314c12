// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/timestamp.h"
#include "core/trust/refusedlists.h"
#include "ui/models/strategyitem.h"

#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <vector>

namespace ui::models {

/// Watches the strategies folders and reads the catalog whenever something there changes: half a second after the
/// first change at the latest, however many follow. Lives on the GUI thread; files are read, and decisions written, one after the other on a pool thread of
/// its own, and every answer is a signal.
class StrategyScanner final : public QObject
{
    Q_OBJECT

public:
    struct Places
    {
        std::vector<std::filesystem::path> folders;
        std::filesystem::path trustFolder;
        core::strategy::UnsignedScripts unsignedScripts = core::strategy::UnsignedScripts::Refused;
    };
    StrategyScanner(Places places, QObject* parent = nullptr);
    /// Waits for the job under way, which touches one folder of small files.
    ~StrategyScanner() override;

    [[nodiscard]] const Places& places() const { return m_places; }
    [[nodiscard]] StrategyListPtr latest() const { return m_latest; }

public slots:
    /// Reads everything again; requests while a scan is waiting to run are one scan.
    void rescan();
    /// Registers the file's bytes if they still hash to `expected`. Answers `decided` or
    /// `decisionFailed` with the token returned.
    quint64 approve(const std::filesystem::path& file, const QString& note,
                    const core::Sha256Digest& expected);
    quint64 revoke(const QString& name);
    /// Writes a strategy called `name` to start from into `folder`. Answers `created` or `decisionFailed`.
    quint64 create(const std::filesystem::path& folder, const QString& name);
    /// Reads and judges one file wherever it lies. Answers `inspected` or `decisionFailed`.
    quint64 inspect(const std::filesystem::path& file);
    /// Finds out which lists of decisions are refused. Answers `listsExamined` or `decisionFailed`.
    quint64 examineLists();
    /// Brings their last good copies back. Answers `decided` or `decisionFailed`.
    quint64 restoreLists();

signals:
    void scanned(const ui::models::StrategyListPtr& strategies);
    /// The whitelist or a folder could not be read; the last list stays as it was.
    void scanFailed(const QString& what, const QString& remedy);
    /// Why it could not: a list of decisions was edited, is gone, or is an older one put back. Follows scanFailed.
    void listsRefused(const QString& what);
    void listsExamined(quint64 token, const std::vector<core::trust::RefusedList>& lists);
    void decided(quint64 token);
    void created(quint64 token, const QString& file);
    void inspected(quint64 token, const ui::models::StrategyItem& item);
    void decisionFailed(quint64 token, const QString& what, const QString& remedy);

private:
    using Decision = std::function<core::Result<void>(const core::strategy::Catalog&)>;
    quint64 decide(Decision decision);
    /// Runs `job` on the pool thread and hands what it gives to `answer` on this one, or emits decisionFailed.
    template <typename Job, typename Answer> quint64 run(Job job, Answer answer);
    void startScan();
    void settle();
    void handleFolder(const QString& path);
    void handleScanned(const core::Result<StrategyListPtr>& result);
    void watch();

    Places m_places;
    StrategyListPtr m_latest;
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    QElapsedTimer m_unsettled; ///< Since the first change that no scan has taken up.
    QThreadPool m_pool;
    quint64 m_lastToken = 0;
    bool m_scanning = false;
    bool m_scanAgain = false;
};

/// The user's name, kept with decisions.
[[nodiscard]] std::string userName();

/// Reads the catalog and works out the differences; for the pool thread and for tests.
[[nodiscard]] core::Result<StrategyListPtr> readStrategies(const StrategyScanner::Places& places);

} // namespace ui::models
