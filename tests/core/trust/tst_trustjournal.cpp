// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trust/trustjournal.h"

#include "core/base/workspace.h"
#include "core/journal/verify.h"
#include "core/trust/journalseal.h"
#include "core/trust/secretkey.h"
#include "tests/core/trust/trustsamples.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

using namespace core;
using namespace core::trust;
namespace fs = std::filesystem;

namespace {

const Timestamp NOON = Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1)) + std::chrono::hours(12);

Approval approvalOf(const std::string& name)
{
    return {name, "/strategies/" + name + ".lua", Sha256::of(name), NOON, "ada", "looks fine", "source text", false};
}

} // namespace

/// What is decided is told, and what cannot be told is not decided.
class TestTrustJournal : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_root;
    const SecretKey m_key = SecretKey::generate();
    fs::path folder() const { return fs::path(m_root->path().toStdString()) / "trust"; }
    fs::path file() const { return Workspace::systemJournalOf(folder()); }
    fs::path list() const { return folder() / "approvals.json"; }
    Approvals approvals() const { return *Approvals::open(folder()); }
    TrustedKeys keys() const { return *TrustedKeys::open(folder()); }
    TrustedKey key() const { return {m_key.publicKey(), "Grace", "by phone", NOON, "ada", {}}; }
    std::vector<nlohmann::json> lines() const
    {
        std::vector<nlohmann::json> all;
        std::istringstream stream(trusttest::contents(file()));
        for (std::string line; std::getline(stream, line);)
            all.push_back(nlohmann::json::parse(line));
        return all;
    }
    /// The events, in order.
    std::string events() const
    {
        std::string all;
        for (const auto& line : lines())
            all += (all.empty() ? "" : " ") + line["event"].get<std::string>();
        return all;
    }
    /// A journal that nobody can write.
    void blockJournal() const
    {
        fs::remove(file());
        fs::create_directories(file());
    }
    void damageList() const
    {
        trusttest::writeText(list(), trusttest::edited(trusttest::contents(list()), "looks fine", "looks bad"));
    }

private slots:
    void init() { m_root = std::make_unique<QTemporaryDir>(); }

    void tellsApprovals()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        QCOMPARE(events(), std::string("strategy_approved"));
        const auto line = lines().at(0);
        QCOMPARE(line["ts"].get<std::string>(), std::string("2024-05-01T12:00:00.000000000Z"));
        QCOMPARE(line["strategy"].get<std::string>(), std::string("alpha"));
        QCOMPARE(line["sha256"].get<std::string>(), Sha256::of("alpha").hex());
        QCOMPARE(line["user"].get<std::string>(), std::string("ada"));
        QCOMPARE(line["note"].get<std::string>(), std::string("looks fine"));
        QVERIFY(trusttest::contents(file()).find("source text") == std::string::npos);
    }
    void tellsRevocations()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        QVERIFY(approvals().revoke("alpha", NOON, "bob").ok());
        QCOMPARE(events(), std::string("strategy_approved strategy_revoked"));
        QCOMPARE(lines().at(1)["user"].get<std::string>(), std::string("bob"));
        QCOMPARE(lines().at(1)["note"].get<std::string>(), std::string());
    }
    void tellsKeys()
    {
        QVERIFY(keys().trust(key()).ok());
        QVERIFY(keys().revoke(m_key.publicKey().id, NOON, "bob").ok());
        QCOMPARE(events(), std::string("key_trusted key_revoked"));
        QCOMPARE(lines().at(0)["user"].get<std::string>(), std::string("ada"));
        QCOMPARE(lines().at(1)["user"].get<std::string>(), std::string("bob"));
        QCOMPARE(lines().at(0)["key"].get<std::string>(), m_key.publicKey().id.hex());
        QCOMPARE(lines().at(0)["name"].get<std::string>(), std::string("Grace"));
    }
    void tellsNothingOfWhatIsRefused()
    {
        QVERIFY(keys().trust(key()).ok());
        QVERIFY(!keys().trust(key()).ok());
        QVERIFY(!approvals().revoke("nobody", NOON, "bob").ok());
        QCOMPARE(events(), std::string("key_trusted"));
    }
    void decidesNothingThatCannotBeTold()
    {
        blockJournal();
        const auto approved = approvals().approve(approvalOf("alpha"));
        QVERIFY(!approved.ok());
        QVERIFY2(approved.error().message().find("cannot be written") != std::string::npos,
                 approved.error().message().c_str());
        QVERIFY(!keys().trust(key()).ok());
        QVERIFY(approvals().all().empty() && keys().all().empty());
    }
    void tellsWhenAListCannotBeWrittenAfterAll()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        fs::create_directories(list().string() + ".new/in the way");
        QVERIFY(!approvals().approve(approvalOf("beta")).ok());
        QCOMPARE(events(), std::string("strategy_approved strategy_approved decision_failed"));
    }
    void tellsOnceThatAListWasEdited()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        damageList();
        for (int i = 0; i < 3; ++i)
            QVERIFY(!Approvals::open(folder()).ok());
        QCOMPARE(events(), std::string("strategy_approved list_refused"));
        QCOMPARE(lines().at(1)["list"].get<std::string>(), std::string("approvals.json"));
    }
    void tellsOfAnotherEditAnew()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        damageList();
        QVERIFY(!Approvals::open(folder()).ok());
        trusttest::writeText(list(), "{}");
        QVERIFY(!Approvals::open(folder()).ok());
        QCOMPARE(events(), std::string("strategy_approved list_refused list_refused"));
    }
    void tellsThatAnOlderListWasPutBack()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        const std::string older = trusttest::contents(list());
        QVERIFY(approvals().revoke("alpha", NOON, "bob").ok());
        trusttest::writeText(list(), older);
        QVERIFY(!Approvals::open(folder()).ok());
        QVERIFY(lines().back()["reason"].get<std::string>().find("older copy") != std::string::npos);
    }
    void tellsOfARestore()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        damageList();
        QVERIFY(Approvals::restore(folder()).ok());
        QCOMPARE(events(), std::string("strategy_approved list_refused list_restored"));
        // The same edit once more is news.
        damageList();
        QVERIFY(!Approvals::open(folder()).ok());
        QVERIFY(events().ends_with("list_restored list_refused"));
    }
    void restoresNothingThatCannotBeTold()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        damageList();
        blockJournal();
        QVERIFY(!Approvals::restore(folder()).ok());
        QVERIFY(!Approvals::open(folder()).ok());
    }
    void leavesAJournalThatVerifies()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        QVERIFY(keys().trust(key()).ok());
        QVERIFY(approvals().revoke("alpha", NOON, "bob").ok());
        const WorkspaceSeal seal(folder());
        const auto report = journal::verifySystemJournal(file(), &seal);
        QVERIFY(report.ok() && report->good());
    }
    void sealsItWithTheKeyOfTheWorkspace()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        QVERIFY(approvals().approve(approvalOf("beta")).ok());
        const std::string sealed = trusttest::contents(folder() / "journal.seal");
        QVERIFY(WorkspaceSeal(folder()).read().value()->seq == 2);
        for (const std::string& other : {std::string("3") + sealed.substr(1), sealed.substr(0, sealed.size() - 1),
                                         sealed + sealed, std::string("2 abc\n"), std::string()}) {
            trusttest::writeText(folder() / "journal.seal", other);
            QVERIFY2(!WorkspaceSeal(folder()).read().ok(), other.c_str());
        }
    }
    void missesASealThatWasTakenAway()
    {
        QVERIFY(approvals().approve(approvalOf("alpha")).ok());
        QVERIFY(approvals().approve(approvalOf("beta")).ok());
        QVERIFY(fs::remove(folder() / "journal.seal"));
        const WorkspaceSeal seal(folder());
        QVERIFY(!journal::verifySystemJournal(file(), &seal)->good());
        QVERIFY(approvals().approve(approvalOf("gamma")).ok());
        QCOMPARE(events(), std::string("strategy_approved strategy_approved seal_refused strategy_approved"));
    }
    void missesDecisionsThatWereCutOff()
    {
        for (const char* name : {"alpha", "beta", "gamma"})
            QVERIFY(approvals().approve(approvalOf(name)).ok());
        const std::string text = trusttest::contents(file());
        trusttest::writeText(file(), text.substr(0, text.find('\n') + 1));
        QVERIFY(approvals().approve(approvalOf("delta")).ok());
        QCOMPARE(events(), std::string("strategy_approved lines_missing strategy_approved"));
    }
};

QTEST_GUILESS_MAIN(TestTrustJournal)
#include "tst_trustjournal.moc"
