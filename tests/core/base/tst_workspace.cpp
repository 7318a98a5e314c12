// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/workspace.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace core;

class TestWorkspace : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    std::filesystem::path folder(const char* name) const
    {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

    static int modeOf(const std::filesystem::path& path)
    {
        struct stat info
        {};
        return ::stat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 0777) : -1;
    }

private slots:
    void makesPrivateFolders()
    {
        const auto place = folder("new/below");
        const auto workspace = Workspace::open(place, Workspace::Access::Write);
        QVERIFY(workspace.ok());
        QVERIFY(!workspace->readOnly());
        for (const auto& path : {place.parent_path(), place, workspace->trustFolder(),
                                 workspace->strategiesFolder(), workspace->journalFolder()})
            QCOMPARE(modeOf(path), 0700);
    }

    void leavesAnExistingFoldersModeAlone()
    {
        const auto place = folder("existing");
        std::filesystem::create_directories(place);
        ::chmod(place.c_str(), 0755);
        QVERIFY(Workspace::open(place, Workspace::Access::Write).ok());
        QCOMPARE(modeOf(place), 0755);
    }

    void secondWriterIsToldWhoHoldsIt()
    {
        const auto first = Workspace::open(folder("busy"), Workspace::Access::Write);
        const auto second = Workspace::open(folder("busy"), Workspace::Access::Write);
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::Busy);
        QVERIFY(second.error().what.find(std::to_string(::getpid())) != std::string::npos);
        const auto reader = Workspace::open(folder("busy"), Workspace::Access::ReadIfBusy);
        QVERIFY(reader.ok());
        QVERIFY(reader->readOnly());
    }

    void lockEndsWithTheObjectAndMovesWithIt()
    {
        auto first = Workspace::open(folder("moved"), Workspace::Access::ReadIfBusy);
        QVERIFY(!first->readOnly());
        {
            const Workspace moved = std::move(*first);
            QVERIFY(!moved.readOnly());
            QVERIFY(first->readOnly());
            QVERIFY(!Workspace::open(folder("moved"), Workspace::Access::Write).ok());
        }
        QVERIFY(Workspace::open(folder("moved"), Workspace::Access::Write).ok());
    }

    void lockEndsWithAKilledProcess()
    {
        const auto place = folder("killed");
        int ready[2] = {};
        QCOMPARE(::pipe(ready), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto held = Workspace::open(place, Workspace::Access::Write);
            const char byte = held.ok() ? 'y' : 'n';
            static_cast<void>(::write(ready[1], &byte, 1) == 1);
            ::pause();
            ::_exit(0);
        }
        char byte = 0;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t(1));
        QCOMPARE(byte, 'y');
        const auto busy = Workspace::open(place, Workspace::Access::Write);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(ready[0]);
        ::close(ready[1]);
        QVERIFY(!busy.ok());
        QVERIFY(busy.error().what.find(std::to_string(child)) != std::string::npos);
        QVERIFY(Workspace::open(place, Workspace::Access::Write).ok());
    }

    void isNotInheritedByPrograms()
    {
        const auto held = Workspace::open(folder("exec"), Workspace::Access::Write);
        QVERIFY(held.ok());
        bool found = false;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
            std::error_code fault;
            if (std::filesystem::read_symlink(entry.path(), fault) != folder("exec") / "lock")
                continue;
            found = true;
            QVERIFY((::fcntl(std::stoi(entry.path().filename().string()), F_GETFD) & FD_CLOEXEC) !=
                    0);
        }
        QVERIFY(found);
    }

    void saysWhyAFolderCannotBeUsed()
    {
        QFile file(QString::fromStdString(folder("file").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const auto& place :
             {folder("file"), folder("file") / "below", std::filesystem::path("/proc/none")}) {
            const auto workspace = Workspace::open(place, Workspace::Access::Write);
            QVERIFY(!workspace.ok());
            QCOMPARE(workspace.error().code, ErrorCode::Io);
            QVERIFY(!workspace.error().remedy.empty());
        }
    }

    void readsAFolderThatCannotBeWritten()
    {
        if (::geteuid() == 0)
            QSKIP("root may write everywhere");
        const auto place = folder("sealed");
        QVERIFY(Workspace::open(place, Workspace::Access::Write).ok());
        ::chmod((place / "lock").c_str(), 0400);
        ::chmod(place.c_str(), 0500);
        const auto writer = Workspace::open(place, Workspace::Access::Write);
        const auto reader = Workspace::open(place, Workspace::Access::ReadIfBusy);
        ::chmod(place.c_str(), 0700);
        QVERIFY(!writer.ok());
        QCOMPARE(writer.error().code, ErrorCode::Io);
        QVERIFY(reader.ok());
        QVERIFY(reader->readOnly());
    }
};

QTEST_APPLESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
