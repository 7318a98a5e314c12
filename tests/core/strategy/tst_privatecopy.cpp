// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/privatecopy.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

using namespace core;
using namespace core::strategy;
namespace fs = std::filesystem;

/// Files that nobody else can swap.
class TestPrivateCopy : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_place;
    fs::path place() const { return m_place.path().toStdString(); }
    static mode_t modeOf(const fs::path& path)
    {
        struct stat status = {};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

private slots:
    void initTestCase() { qputenv("TMPDIR", m_place.path().toUtf8()); }

    void isReadableByItsOwnerAlone()
    {
        const auto copy = PrivateCopy::make("bytes");
        QVERIFY(copy.ok());
        QCOMPARE(modeOf(copy->file()), mode_t(0600));
        QCOMPARE(modeOf(copy->file().parent_path()), mode_t(0700));
        QCOMPARE(copy->file().parent_path().parent_path(), place());
    }
    void holdsTheBytes()
    {
        const std::string bytes("a\0b\n", 4);
        const auto copy = PrivateCopy::make(bytes);
        QCOMPARE(*trust::readRegularFile(copy->file(), 100), bytes);
    }
    void isGoneWithItsOwner()
    {
        fs::path folder;
        {
            const auto copy = PrivateCopy::make("bytes");
            folder = copy->file().parent_path();
            QVERIFY(fs::exists(folder));
        }
        QVERIFY(!fs::exists(folder));
    }
    void isGoneOnceWhenItsOwnerMoved()
    {
        auto copy = PrivateCopy::make("bytes");
        const fs::path folder = copy->file().parent_path();
        {
            const PrivateCopy moved(std::move(*copy));
            QVERIFY(fs::exists(moved.file()));
        }
        QVERIFY(!fs::exists(folder));
    }
    void removesWhatKilledProgramsLeft()
    {
        // A lock dies with its program: a folder without one is what a killed program leaves.
        const fs::path left = place() / "quarterdeck-plugin-abc123";
        fs::create_directory(left);
        removeAbandonedCopies(place());
        QVERIFY(!fs::exists(left));
    }
    void letsNobodyTakeUpWhatItIsRemoving()
    {
        constexpr int FILES = 3000;
        const fs::path left = place() / "quarterdeck-plugin-large";
        fs::create_directory(left);
        for (int i = 0; i < FILES; ++i)
            std::ofstream(left / std::to_string(i));
        std::atomic<bool> ready = false;
        bool taken = false;
        std::jthread other([&] {
            const trust::Descriptor folder(::open(left.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            const auto begun = [&left] {
                std::error_code fault;
                return std::distance(fs::directory_iterator(left, fault), fs::directory_iterator()) < FILES;
            };
            ready = true;
            while (!begun())
                std::this_thread::yield();
            while (!taken && fs::exists(left))
                taken = ::flock(folder.number(), LOCK_EX | LOCK_NB) == 0 && fs::exists(left);
        });
        while (!ready)
            std::this_thread::yield();
        removeAbandonedCopies(place());
        other.join();
        QVERIFY(!fs::exists(left));
        QVERIFY(!taken);
    }
    void leavesWhatIsInUse()
    {
        const auto copy = PrivateCopy::make("bytes");
        removeAbandonedCopies(place());
        QVERIFY(fs::exists(copy->file()));
    }
    void followsNoLink()
    {
        const fs::path target = place() / "mine";
        fs::create_directory(target);
        fs::create_directory_symlink(target, place() / "quarterdeck-plugin-link");
        removeAbandonedCopies(place());
        QVERIFY(fs::exists(target));
    }
    void saysWhereThereIsNoRoom()
    {
        qputenv("TMPDIR", "/proc");
        const auto copy = PrivateCopy::make("bytes");
        qputenv("TMPDIR", m_place.path().toUtf8());
        QVERIFY(!copy.ok());
        QVERIFY(copy.error().code == ErrorCode::Io);
        QVERIFY(copy.error().message().find("/proc") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPrivateCopy)
#include "tst_privatecopy.moc"
