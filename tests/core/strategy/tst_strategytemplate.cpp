// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/strategytemplate.h"
#include "tests/core/strategy/fakecontext.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace core;
using namespace core::strategy;
namespace fs = std::filesystem;

/// The strategy that everybody's own one starts from, and where it is written.
class TestStrategyTemplate : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_home;
    fs::path root() const { return m_home->path().toStdString(); }
    fs::path folder() const { return root() / "work" / "strategies"; }
    Catalog catalog() const { return Catalog({root() / "shipped", folder()}, root() / "trust"); }
    Result<fs::path> create(std::string_view name) const { return createFromTemplate(catalog(), folder(), name); }
    static std::string contents(const fs::path& file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

private slots:
    void init() { m_home = std::make_unique<QTemporaryDir>(); }
    void writesAFileOfThatName();
    void declaresItsNameAndMayNotRunYet();
    void tradesAsItIs();
    void refusesWhatIsNoName_data();
    void refusesWhatIsNoName();
    void overwritesNothing_data();
    void overwritesNothing();
    void takesNoNameThatAnotherFileHas();
};

void TestStrategyTemplate::writesAFileOfThatName()
{
    const auto file = create("my_first_1");
    QVERIFY2(file.ok(), file.ok() ? "" : file.error().message().c_str());
    QVERIFY(*file == folder() / "my_first_1.lua");
    QVERIFY(contents(*file) == templateSource("my_first_1"));
}

void TestStrategyTemplate::declaresItsNameAndMayNotRunYet()
{
    QVERIFY(create("mine").ok());
    const auto entry = catalog().find("mine");
    QVERIFY(entry.ok());
    QCOMPARE(entry->metadata.name, std::string("mine"));
    QVERIFY(entry->state == trust::State::Unknown);
}

void TestStrategyTemplate::tradesAsItIs()
{
    const auto source = std::make_shared<const std::string>(templateSource("mine"));
    const auto metadata = readLuaMetadata("mine.lua", *source);
    QVERIFY2(metadata.ok(), metadata.ok() ? "" : metadata.error().what.c_str());
    FakeContext context;
    auto strategy = std::move(*luaFactory("mine.lua", source)(*resolveParameters(*metadata, {}), 1));
    strategy->onStart(context);
    for (int i = 0; i < 200; ++i) {
        const Bar bar = context.close(100.0 + 5.0 * std::sin(i / 20.0), 0.5);
        strategy->onBar(context, bar);
    }
    QCOMPARE(context.reason(), std::string());
    QCOMPARE(context.requests.size(), std::size_t(1));
    QVERIFY(context.requests[0].stopLoss.has_value() && context.requests[0].takeProfit.has_value());
}

void TestStrategyTemplate::refusesWhatIsNoName_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"", "Mine", "a-b", "a b", "../a", "a/b", "a.lua", "ä", "a\n", "\"", "..", "~"})
        QTest::newRow(qPrintable(QStringLiteral("'%1'").arg(QString::fromUtf8(name)))) << QString::fromUtf8(name);
    QTest::newRow("too long") << QString(65, QLatin1Char('a'));
}

void TestStrategyTemplate::refusesWhatIsNoName()
{
    QFETCH(QString, name);
    const auto file = create(name.toStdString());
    QVERIFY(!file.ok());
    QVERIFY(file.error().code == ErrorCode::InvalidInput);
    QVERIFY(!fs::exists(folder()));
}

void TestStrategyTemplate::overwritesNothing_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"strategy", "text", "folder", "dangling link"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestStrategyTemplate::overwritesNothing()
{
    QFETCH(QString, kind);
    const fs::path file = folder() / "mine.lua";
    fs::create_directories(folder());
    const std::string text = kind == QStringLiteral("strategy") ? "strategy={name='mine'}" : "my notes";
    if (kind == QStringLiteral("folder"))
        fs::create_directory(file);
    else if (kind == QStringLiteral("dangling link"))
        fs::create_symlink(root() / "elsewhere.lua", file);
    else
        std::ofstream(file, std::ios::binary) << text;
    const auto made = create("mine");
    QVERIFY(!made.ok());
    QVERIFY2(made.error().code == ErrorCode::AlreadyExists, made.error().message().c_str());
    QVERIFY(fs::is_directory(file) || fs::is_symlink(file) || contents(file) == text);
    QVERIFY(!fs::exists(root() / "elsewhere.lua"));
    QCOMPARE(std::distance(fs::directory_iterator(folder()), {}), std::ptrdiff_t{1});
}

void TestStrategyTemplate::takesNoNameThatAnotherFileHas()
{
    fs::create_directories(root() / "shipped");
    std::ofstream(root() / "shipped" / "other.lua") << "strategy={name='mine'}";
    const auto made = create("mine");
    QVERIFY(made.error().code == ErrorCode::AlreadyExists);
    QVERIFY(made.error().what.find("other.lua") != std::string::npos);
    QVERIFY(!fs::exists(folder() / "mine.lua"));
}

QTEST_GUILESS_MAIN(TestStrategyTemplate)
#include "tst_strategytemplate.moc"
