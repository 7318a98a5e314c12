// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/runtime.h"
#include "app/places.h"
#include "core/history/databasechoice.h"
#include "ui/mainwindow.h"
#include "ui/screenshots.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QMessageBox>

#include <cstdio>
#include <optional>

namespace {

constexpr int FAILED = 1;
constexpr int BAD_USAGE = 2;

struct Options
{
    std::filesystem::path workspace;
    std::optional<core::history::DatabaseUrl> history;
    std::vector<std::filesystem::path> strategies;
    core::strategy::UnsignedScripts unsignedScripts = core::strategy::UnsignedScripts::Refused;
    QString screenshots;
    bool platformChosen = false; ///< By Qt's own option.
};

QString translated(const char* text)
{
    return QCoreApplication::translate("main", text);
}

int complain(const QString& message, int status)
{
    std::fprintf(stderr, "quarterdeck: %s\n", qPrintable(message));
    return status;
}

/// Reads the arguments; nothing when they make no sense, which has been said then.
std::optional<Options> readOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        translated("Replays real market history against strategies you approved."));
    const QCommandLineOption workspace(
        QStringLiteral("workspace"), translated("The folder with history, approvals and journals."),
        QStringLiteral("DIR"));
    const QCommandLineOption database(
        QStringLiteral("database"),
        translated("The history: sqlite:///PATH or postgresql://USER@HOST/DATABASE (default: as chosen for the "
                   "workspace, else its own)."), QStringLiteral("URL"));
    const QCommandLineOption strategies(
        QStringLiteral("strategies"),
        translated("Look for strategies here instead of the shipped ones."), QStringLiteral("DIR"));
    const QCommandLineOption unsignedScripts(
        QStringLiteral("allow-unsigned-strategies"),
        translated("For development: run scripts too that nobody approved, native ones never."));
    const QCommandLineOption screenshot(
        QStringLiteral("screenshot"),
        translated("Render the window and its panels to PNG files and end."),
        QStringLiteral("DIR"));
    // Qt's own; it reads it itself.
    QCommandLineOption platform(QStringLiteral("platform"), {}, QStringLiteral("NAME"));
    platform.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    parser.addOptions({workspace, database, strategies, unsignedScripts, screenshot, platform});
    parser.addHelpOption();
    parser.addVersionOption();
    if (!parser.parse(arguments)) {
        complain(parser.errorText() + translated(" See quarterdeck --help."), BAD_USAGE);
        return {};
    }
    if (parser.isSet(QStringLiteral("help")))
        parser.showHelp();
    if (parser.isSet(QStringLiteral("version")))
        parser.showVersion();
    if (!parser.positionalArguments().isEmpty()) {
        complain(translated("\"%1\" is no option. See quarterdeck --help.")
                     .arg(parser.positionalArguments().constFirst()),
                 BAD_USAGE);
        return {};
    }
    Options options;
    options.workspace = parser.isSet(workspace)
                            ? std::filesystem::path(parser.value(workspace).toStdString())
                            : app::defaultWorkspace();
    std::optional<std::string> named;
    if (parser.isSet(database))
        named = parser.value(database).toStdString();
    if (named || !qEnvironmentVariableIsEmpty(core::history::DATABASE_VARIABLE)) {
        auto history = core::history::historyOf(options.workspace, named);
        if (!history) {
            complain(QString::fromStdString(history.error().message()), BAD_USAGE);
            return {};
        }
        options.history = *history;
    }
    options.strategies = {parser.isSet(strategies)
                              ? std::filesystem::path(parser.value(strategies).toStdString())
                              : app::shippedStrategies()};
    if (parser.isSet(unsignedScripts))
        options.unsignedScripts = core::strategy::UnsignedScripts::Allowed;
    options.screenshots = parser.value(screenshot);
    options.platformChosen = parser.isSet(platform);
    if (parser.isSet(screenshot) && options.screenshots.isEmpty()) {
        complain(translated("--screenshot needs a folder. See quarterdeck --help."), BAD_USAGE);
        return {};
    }
    return options;
}

/// Pictures need no display. False when a window is wanted and there is nowhere to show it.
bool preparePlatform(const Options& options)
{
    if (options.platformChosen || qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        return true;
    if (!options.screenshots.isEmpty())
        return qputenv("QT_QPA_PLATFORM", "offscreen");
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

int takeScreenshots(ui::MainWindow& window, const QString& folder)
{
    ui::Screenshots screenshots(window, folder);
    QObject::connect(&screenshots, &ui::Screenshots::finished, qApp, [&folder](int files) {
        std::printf("%d pictures in %s\n", files, qPrintable(folder));
        QCoreApplication::exit(0);
    });
    QObject::connect(&screenshots, &ui::Screenshots::failed, qApp,
                     [](const QString& what) { QCoreApplication::exit(complain(what, FAILED)); });
    window.show();
    screenshots.start();
    return QCoreApplication::exec();
}

int cannotStart(const Options& options, const core::Error& error)
{
    const QString message = QString::fromStdString(error.message());
    // Somebody who starts it from a menu has no terminal to read.
    if (options.screenshots.isEmpty())
        QMessageBox::critical(nullptr, translated("Quarterdeck"), message);
    return complain(message, FAILED);
}

int run(const Options& options)
{
    auto workspace = core::Workspace::open(options.workspace, core::Workspace::Access::ReadIfBusy);
    if (!workspace)
        return cannotStart(options, workspace.error());
    const auto history = options.history ? core::Result(*options.history)
                                         : core::history::historyOf(options.workspace, {});
    if (!history)
        return cannotStart(options, history.error());
    std::vector<std::filesystem::path> folders = options.strategies;
    folders.push_back(workspace->strategiesFolder());
    using Replays = app::Runtime::Replays;
    app::Runtime runtime(std::move(*workspace), std::move(folders),
                         options.screenshots.isEmpty() ? Replays::Kept : Replays::Passing, *history,
                         options.unsignedScripts);
    ui::MainWindow window(runtime.services());
    if (!options.screenshots.isEmpty())
        return takeScreenshots(window, options.screenshots);
    window.show();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("quarterdeck"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QUARTERDECK_VERSION));
    std::optional<Options> options;
    {
        // Arguments are judged before a display is asked for: a wrong one is told without a display
        // too.
        const QCoreApplication early(argc, argv);
        options = readOptions(QCoreApplication::arguments());
    }
    if (!options)
        return BAD_USAGE;
    if (!preparePlatform(*options))
        return complain(
            translated("There is no display. Start it from a desktop, render pictures with "
                       "--screenshot DIR, or use quarterdeck-cli."),
            FAILED);
    QApplication application(argc, argv);
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Quarterdeck"));
    return run(*options);
}
