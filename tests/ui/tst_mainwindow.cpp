// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/runtime.h"
#include "ui/dialogs/databasedialog.h"
#include "ui/dialogs/keyform.h"
#include "ui/dialogs/restoredialog.h"
#include "ui/mainwindow.h"
#include "ui/models/strategylistmodel.h"
#include "ui/panel.h"
#include "ui/panels/historypanel.h"
#include "ui/panels/marketpanel.h"
#include "ui/panels/strategiespanel.h"

#include <QAction>
#include <QDesktopServices>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSet>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QUrl>

namespace {

/// A window on a workspace of its own, with real services behind it.
struct Session
{
    explicit Session(const QString& folder, core::strategy::UnsignedScripts unsignedScripts =
                                                core::strategy::UnsignedScripts::Refused)
        : runtime(*core::Workspace::open(folder.toStdString(), core::Workspace::Access::ReadIfBusy),
                  {QUARTERDECK_SOURCE_DIR "/strategies", folder.toStdString() + "/strategies"},
                  app::Runtime::Replays::Kept, {}, unsignedScripts),
          window(std::make_unique<ui::MainWindow>(runtime.services()))
    {
        window->show();
    }
    [[nodiscard]] bool listed(const QString& name) const
    {
        return window->strategies().model().rowOf(name) >= 0;
    }
    app::Runtime runtime;
    std::unique_ptr<ui::MainWindow> window;
};

/// Stands in the place of the program that the desktop opens files with.
class Editor : public QObject
{
    Q_OBJECT

public:
    Editor() { QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open"); }
    ~Editor() override { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); }
    QList<QUrl> opened;

public slots:
    void open(const QUrl& url) { opened.append(url); }
};

QList<QAction*> leaves(const QList<QAction*>& actions)
{
    QList<QAction*> found;
    for (QAction* action : actions) {
        if (action->menu())
            found += leaves(action->menu()->actions());
        else if (!action->isSeparator())
            found += action;
    }
    return found;
}

QAction* actionCalled(const ui::MainWindow& window, const QString& text)
{
    for (QAction* action : leaves(window.menuBar()->actions()))
        if (action->text().remove(QLatin1Char('&')) == text)
            return action;
    return nullptr;
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private slots:
    void offersAnImportOnTheFirstStart()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        QTRY_VERIFY(session.window->historyKnown());
        QVERIFY(!session.window->market().showsBody());
        const auto buttons = session.window->market().findChildren<QPushButton*>();
        QVERIFY(std::any_of(buttons.begin(), buttons.end(), [](const QPushButton* button) {
            return button->isVisible() && button->text().contains(QStringLiteral("Import"));
        }));
    }

    void givesNoKeyToTwoActions()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        QSet<QString> keys;
        // History repeats an entry of File: the same action, not another with its key.
        const auto actions = leaves(session.window->menuBar()->actions());
        for (const QAction* action : QSet<QAction*>(actions.begin(), actions.end())) {
            const QString key = action->shortcut().toString();
            if (key.isEmpty())
                continue;
            QVERIFY2(!keys.contains(key), qPrintable(key));
            keys.insert(key);
        }
        QVERIFY(keys.size() > 20);
    }

    void fitsSmallAndLargeScreens_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("tabbed");
        QTest::newRow("1280×720") << QSize(1280, 720) << true;
        QTest::newRow("1920×1080") << QSize(1920, 1080) << false;
    }
    void fitsSmallAndLargeScreens()
    {
        QFETCH(QSize, size);
        QFETCH(bool, tabbed);
        QTemporaryDir folder;
        Session session(folder.path());
        session.window->resize(size);
        QCoreApplication::processEvents();
        QCOMPARE(session.window->size(), size);
        ui::Panel* margin = session.window->panels().at(2);
        QCOMPARE(!session.window->tabifiedDockWidgets(margin).isEmpty(), tabbed);
        for (const ui::Panel* panel : session.window->panels()) {
            if (panel->visibleRegion().isEmpty())
                continue; // Behind its neighbour's tab.
            QVERIFY(session.window->rect().contains(panel->geometry()));
            QVERIFY(panel->width() >= panel->minimumSizeHint().width());
            QVERIFY(panel->height() >= panel->minimumSizeHint().height());
        }
    }

    void writesANewStrategyAndOpensItInTheEditor()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        QTRY_VERIFY(session.window->strategiesKnown());
        Editor editor;
        actionCalled(*session.window, QStringLiteral("New strategy…"))->trigger();
        auto* form = session.window->findChild<ui::dialogs::KeyForm*>();
        QVERIFY(form);
        auto* name = form->findChild<QLineEdit*>();
        QPushButton* create = nullptr;
        for (auto* button : form->findChildren<QPushButton*>())
            create = button->text() == QStringLiteral("Create") ? button : create;
        QVERIFY(create && !create->isEnabled());
        QTest::keyClicks(name, QStringLiteral("My"));
        QVERIFY(!create->isEnabled());
        name->clear();
        QTest::keyClicks(name, QStringLiteral("mine"));
        QVERIFY(create->isEnabled());
        create->click();
        QTRY_COMPARE(editor.opened.size(), 1);
        const QString file = folder.filePath(QStringLiteral("strategies/mine.lua"));
        QCOMPARE(editor.opened.first(), QUrl::fromLocalFile(file));
        QTRY_VERIFY(session.listed(QStringLiteral("mine")));
    }

    void saysWhyANewStrategyWasNotWritten()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        QTRY_VERIFY(session.window->strategiesKnown());
        Editor editor;
        session.window->openNewStrategyDialog();
        auto* form = session.window->findChild<ui::dialogs::KeyForm*>();
        form->findChild<QLineEdit*>()->setText(QStringLiteral("sma_cross"));
        form->accept();
        const auto said = [&] {
            const auto boxes = session.window->findChildren<QMessageBox*>();
            return std::ranges::any_of(boxes, [](const QMessageBox* box) {
                return box->text().contains(QStringLiteral("sma_cross already"));
            });
        };
        QTRY_VERIFY(said());
        QVERIFY(editor.opened.isEmpty());
    }

    void keepsTheUsersLayoutInTheWorkspace()
    {
        QTemporaryDir folder;
        {
            Session session(folder.path());
            ui::Panel* margin = session.window->panels().at(2);
            margin->toggleViewAction()->trigger();
            QVERIFY(!margin->isVisible());
            session.window->close();
        }
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("window.ini"))));
        Session again(folder.path());
        ui::Panel* margin = again.window->panels().at(2);
        QVERIFY(!margin->isVisible());
        actionCalled(*again.window, QStringLiteral("Reset layout"))->trigger();
        QVERIFY(margin->isVisible());
    }

    void aLayoutFromBeforeTheHistoryPanelHasItBesideTheMarket()
    {
        QTemporaryDir folder;
        QByteArray former;
        {
            Session session(folder.path());
            session.window->removeDockWidget(&session.window->history());
            session.window->panels().at(2)->hide();
            former = session.window->saveState(1);
            session.window->close();
        }
        {
            QSettings settings(folder.filePath(QStringLiteral("window.ini")), QSettings::IniFormat);
            settings.setValue(QStringLiteral("layout"), former);
        }
        Session again(folder.path());
        QVERIFY(!again.window->panels().at(2)->isVisible());
        QVERIFY(again.window->tabifiedDockWidgets(&again.window->market()).contains(&again.window->history()));
    }

    void aPanelThatIsCalledForComesToTheFrontAndOneInFrontGoes()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        ui::Panel& market = session.window->market();
        ui::Panel& history = session.window->history();
        market.raise();
        const auto isInFront = [&] { return !history.isHidden() && !history.visibleRegion().isEmpty(); };
        QTRY_VERIFY(!isInFront() && !history.isHidden());
        history.toggleViewAction()->trigger();
        QTRY_VERIFY(isInFront());
        QVERIFY(history.toggleViewAction()->isChecked());
        history.toggleViewAction()->trigger();
        QVERIFY(history.isHidden() && !history.toggleViewAction()->isChecked());
        history.toggleViewAction()->trigger();
        QTRY_VERIFY(isInFront());
    }

    void changesTheThemeAndRemembersIt()
    {
        QTemporaryDir folder;
        {
            Session session(folder.path());
            actionCalled(*session.window, QStringLiteral("Light"))->trigger();
            QVERIFY(!ui::theme().dark);
            actionCalled(*session.window, QStringLiteral("Dark"))->trigger();
            QVERIFY(ui::theme().dark);
            QCOMPARE(QApplication::palette().color(QPalette::Window), ui::theme().background);
            actionCalled(*session.window, QStringLiteral("Light"))->trigger();
            session.window->close();
        }
        Session again(folder.path());
        QVERIFY(!ui::theme().dark);
    }

    void warnsWhileUnsignedStrategiesAreAllowed()
    {
        QTemporaryDir folder;
        const QString name = QStringLiteral("unsignedBanner");
        {
            Session guarded(folder.path());
            QVERIFY(!guarded.window->findChild<QToolBar*>(name));
        }
        Session open(folder.path(), core::strategy::UnsignedScripts::Allowed);
        const auto* banner = open.window->findChild<QToolBar*>(name);
        QVERIFY(banner && banner->isVisible());
        QVERIFY(!banner->toggleViewAction()->isEnabled());
    }

    void offersToRestoreRefusedApprovals()
    {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("trust")));
        QFile list(folder.filePath(QStringLiteral("trust/approvals.json")));
        QVERIFY(list.open(QIODevice::WriteOnly));
        list.write("{}");
        list.close();
        Session session(folder.path());
        auto& panel = *session.window->findChild<ui::panels::StrategiesPanel*>();
        QTRY_VERIFY(!panel.findChildren<QPushButton*>().isEmpty() && !panel.showsBody());
        emit panel.restoreRequested();
        QVERIFY(actionCalled(*session.window, QStringLiteral("Restore approvals and keys…"))->isEnabled());
        const auto* dialog = session.window->findChild<ui::dialogs::RestoreDialog*>();
        QVERIFY(dialog && dialog->isVisible());
    }

    void theMenuOpensTheDatabaseDialog()
    {
        QTemporaryDir folder;
        Session session(folder.path());
        actionCalled(*session.window, QStringLiteral("Database…"))->trigger();
        const auto* dialog = session.window->findChild<ui::dialogs::DatabaseDialog*>();
        QVERIFY(dialog && dialog->isVisible());
    }

    void saysWhenAnotherProgramHoldsTheWorkspace()
    {
        QTemporaryDir folder;
        Session first(folder.path());
        Session second(folder.path());
        QVERIFY(!first.window->findChild<QToolBar*>(QStringLiteral("readOnlyBanner")));
        const auto* banner = second.window->findChild<QToolBar*>(QStringLiteral("readOnlyBanner"));
        QVERIFY(banner && banner->isVisible());
        QVERIFY(!actionCalled(*second.window, QStringLiteral("Import candles…"))->isEnabled());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
