// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/signedlist.h"
#include "core/trust/workspacekey.h"
#include "tests/core/trust/trustsamples.h"

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::trust;
using namespace trusttest;
using nlohmann::json;

namespace {

constexpr SignedListKind KIND = {"list.json", "quarterdeck test list", "items", "nothing counts"};

} // namespace

/// Signed lists: edited, older and vanished ones are refused, and there is a way back.
class TestSignedList : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_parent;
    std::filesystem::path folder() const
    {
        return std::filesystem::path(m_parent->path().toStdString()) / "trust";
    }
    std::filesystem::path file(const char* ending = "") const
    {
        return folder() / (std::string("list.json") + ending);
    }
    Result<json> read() const { return readSignedList(folder(), KIND); }
    ErrorCode fault() const { return read().ok() ? ErrorCode::Internal : read().error().code; }
    bool append(const std::string& item) const
    {
        return changeSignedList(folder(), KIND,
                                [&item](const json& items) -> Result<json> {
                                    json changed = items;
                                    changed.push_back(item);
                                    return changed;
                                })
            .ok();
    }
    ErrorCode restoreFault() const
    {
        const auto restored = restoreSignedList(folder(), KIND);
        return restored.ok() ? ErrorCode::Internal : restored.error().code;
    }

private slots:
    void init() { m_parent = std::make_unique<QTemporaryDir>(); }

    void readsWhatWasWritten();
    void changesNothingWhenTheChangeFails();
    void refusesAnOlderCopyPutBack();
    void refusesAListThatIsGone();
    void refusesAListWhoseCountIsGone();
    void refusesACountThatWasEdited();
    void refusesTheListOfAnotherKind();
    void readsListsFromBeforeTheyWereNumbered();
    void refusesAnUnnumberedListOnceNumbered();
    void goesOnAfterACrashBeforeTheCount();
    void restoresTheLastGoodCopy_data();
    void restoresTheLastGoodCopy();
    void restoresNothingInThePlaceOfAWholeList();
    void restoresNoCopyThatIsOlder();
    void restoresNoCopyThatWasEdited();
    void saysThatThereIsNoCopy();
};

void TestSignedList::readsWhatWasWritten()
{
    QCOMPARE(read()->size(), std::size_t(0));
    QVERIFY(!std::filesystem::exists(folder()));
    QVERIFY(append("one") && append("two"));
    QVERIFY(*read() == json({"one", "two"}));
}

void TestSignedList::changesNothingWhenTheChangeFails()
{
    QVERIFY(append("one"));
    const std::string before = contents(file());
    const auto changed = changeSignedList(folder(), KIND, [](const json&) -> Result<json> {
        return Error{ErrorCode::Refused, "no", ""};
    });
    QCOMPARE(changed.error().code, ErrorCode::Refused);
    QCOMPARE(contents(file()), before);
}

void TestSignedList::refusesAnOlderCopyPutBack()
{
    QVERIFY(append("one"));
    const std::string older = contents(file());
    QVERIFY(append("revoked"));
    writeText(file(), older);
    QCOMPARE(fault(), ErrorCode::Corrupt);
    QVERIFY(read().error().what.find("older copy, number 1 of 2") != std::string::npos);
    QVERIFY(!append("three"));
    QCOMPARE(contents(file()), older);
}

void TestSignedList::refusesAListThatIsGone()
{
    QVERIFY(append("revoked"));
    std::filesystem::remove(file());
    QCOMPARE(fault(), ErrorCode::Corrupt);
    QVERIFY(!append("two"));
}

void TestSignedList::refusesAListWhoseCountIsGone()
{
    QVERIFY(append("one") && append("revoked") && append("three"));
    std::filesystem::remove(file(".sequence"));
    QCOMPARE(fault(), ErrorCode::Corrupt);
    // Nor is it forgotten as if there had never been one.
    std::filesystem::remove(file());
    QCOMPARE(fault(), ErrorCode::Corrupt);
    QVERIFY(restoreSignedList(folder(), KIND).ok());
    QVERIFY(*read() == json({"one", "revoked", "three"}));
}

void TestSignedList::refusesACountThatWasEdited()
{
    QVERIFY(append("one") && append("two"));
    const std::string count = contents(file(".sequence"));
    for (const std::string& text :
         {edited(count, "2 ", "1 "), std::string(), count + "\n", std::string("x")}) {
        writeText(file(".sequence"), text);
        QCOMPARE(fault(), ErrorCode::Corrupt);
    }
}

void TestSignedList::refusesTheListOfAnotherKind()
{
    constexpr SignedListKind OTHER = {"other.json", "quarterdeck other list", "items",
                                      "nothing counts"};
    QVERIFY(append("one"));
    std::filesystem::copy_file(file(), folder() / "other.json");
    QCOMPARE(readSignedList(folder(), OTHER).error().code, ErrorCode::Corrupt);
    // Nor does the count of one vouch for the other.
    std::filesystem::remove(folder() / "other.json");
    std::filesystem::copy_file(file(".sequence"), folder() / "other.json.sequence");
    QCOMPARE(readSignedList(folder(), OTHER).error().code, ErrorCode::Corrupt);
}

void TestSignedList::readsListsFromBeforeTheyWereNumbered()
{
    std::filesystem::create_directories(folder());
    const json items = {"old"};
    const std::string signature =
        WorkspaceKey::openOrCreate(folder())->sign("quarterdeck test list 1\n" + items.dump());
    const json document = {{"format", 1}, {"signature", signature}, {"items", items}};
    writeText(file(), document.dump(1) + "\n");
    QVERIFY(*read() == items);
    QVERIFY(append("new"));
    QVERIFY(*read() == json({"old", "new"}));
}

void TestSignedList::refusesAnUnnumberedListOnceNumbered()
{
    readsListsFromBeforeTheyWereNumbered();
    const json items = {"old"};
    const std::string signature =
        WorkspaceKey::open(folder())->sign("quarterdeck test list 1\n" + items.dump());
    writeText(file(),
              json({{"format", 1}, {"signature", signature}, {"items", items}}).dump(1) + "\n");
    QCOMPARE(fault(), ErrorCode::Corrupt);
}

void TestSignedList::goesOnAfterACrashBeforeTheCount()
{
    QVERIFY(append("one"));
    const std::string count = contents(file(".sequence"));
    const std::string copy = contents(file(".bak"));
    QVERIFY(append("two"));
    writeText(file(".sequence"), count);
    writeText(file(".bak"), copy);
    QVERIFY(*read() == json({"one", "two"}));
    QVERIFY(append("three"));
    QVERIFY(*read() == json({"one", "two", "three"}));
}

void TestSignedList::restoresTheLastGoodCopy_data()
{
    QTest::addColumn<std::string>("damage");
    QTest::newRow("edited") << std::string("{}");
    QTest::newRow("emptied") << std::string();
    QTest::newRow("gone") << std::string("gone");
    QTest::newRow("rolled back") << std::string("older");
}

void TestSignedList::restoresTheLastGoodCopy()
{
    QFETCH(std::string, damage);
    QVERIFY(append("one"));
    const std::string older = contents(file());
    QVERIFY(append("two"));
    writeText(file(), damage == "older" ? older : damage);
    if (damage == "gone")
        std::filesystem::remove(file());
    QCOMPARE(fault(), ErrorCode::Corrupt);
    QVERIFY(restoreSignedList(folder(), KIND).ok());
    QVERIFY(*read() == json({"one", "two"}));
    // What was refused is kept for whoever wants to know.
    QCOMPARE(std::filesystem::exists(file(".refused-1")), damage != "gone");
    QVERIFY(append("three"));
}

void TestSignedList::restoresNothingInThePlaceOfAWholeList()
{
    QVERIFY(append("one"));
    QCOMPARE(restoreFault(), ErrorCode::AlreadyExists);
}

void TestSignedList::restoresNoCopyThatIsOlder()
{
    QVERIFY(append("one"));
    const std::string older = contents(file());
    QVERIFY(append("revoked"));
    writeText(file(".bak"), older);
    writeText(file(), "damaged");
    QCOMPARE(restoreFault(), ErrorCode::Corrupt);
    QCOMPARE(contents(file()), std::string("damaged"));
}

void TestSignedList::restoresNoCopyThatWasEdited()
{
    QVERIFY(append("one"));
    writeText(file(".bak"), edited(contents(file()), "one", "two"));
    writeText(file(), "damaged");
    QCOMPARE(restoreFault(), ErrorCode::Corrupt);
    QCOMPARE(contents(file()), std::string("damaged"));
}

void TestSignedList::saysThatThereIsNoCopy()
{
    QCOMPARE(restoreFault(), ErrorCode::AlreadyExists);
    QVERIFY(!std::filesystem::exists(folder()));
    QVERIFY(append("one"));
    std::filesystem::remove(file(".bak"));
    writeText(file(), "damaged");
    QCOMPARE(restoreFault(), ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestSignedList)
#include "tst_signedlist.moc"
