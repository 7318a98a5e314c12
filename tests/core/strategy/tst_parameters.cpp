// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/strategy.h"

#include <QTest>

using namespace core;
using namespace core::strategy;

namespace {

Metadata declared()
{
    Metadata metadata;
    metadata.name = "test";
    metadata.parameters = {
        {"fast", ParameterSpec::Type::Integer, std::int64_t{10}, 2.0, 500.0, {}, {}, ""},
        {"mode", ParameterSpec::Type::Choice, std::string("up"), {}, {}, {}, {"up", "down"}, ""},
        {"size", ParameterSpec::Type::Number, 0.1, 0.0, {}, {}, {}, ""},
        {"strict", ParameterSpec::Type::Boolean, true, {}, {}, {}, {}, ""},
    };
    return metadata;
}

} // namespace

/// What users write after a strategy's name.
class TestParameters : public QObject
{
    Q_OBJECT

private slots:
    void fillsInDefaults();
    void readsEachType();
    void refusesWithTheReason_data();
    void refusesWithTheReason();
};

void TestParameters::fillsInDefaults()
{
    const auto parameters = resolveParameters(declared(), {});
    QVERIFY(parameters.ok());
    QCOMPARE(parameters->size(), std::size_t(4));
    QCOMPARE(parameters->at(0).first, std::string("fast"));
    QCOMPARE(std::get<std::int64_t>(parameters->at(0).second), std::int64_t(10));
}

void TestParameters::readsEachType()
{
    const auto parameters = resolveParameters(
        declared(), {{"size", "1e-3"}, {"fast", "500"}, {"strict", "false"}, {"mode", "down"}});
    QVERIFY(parameters.ok());
    QCOMPARE(std::get<std::int64_t>(parameters->at(0).second), std::int64_t(500));
    QCOMPARE(std::get<std::string>(parameters->at(1).second), std::string("down"));
    QCOMPARE(std::get<double>(parameters->at(2).second), 0.001);
    QCOMPARE(std::get<bool>(parameters->at(3).second), false);
}

void TestParameters::refusesWithTheReason_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* title, const char* name, const char* text, const char* reason) {
        QTest::newRow(title) << QString::fromLatin1(name) << QString::fromLatin1(text)
                             << QString::fromLatin1(reason);
    };
    row("unknown", "slow", "1", "no parameter \"slow\"");
    row("below", "fast", "1", "between 2 and 500");
    row("above", "fast", "501", "between 2 and 500");
    row("fraction", "fast", "10.5", "a whole number");
    row("rest", "fast", "10x", "a whole number");
    row("empty", "fast", "", "a whole number");
    row("overflow", "fast", "99999999999999999999", "a whole number");
    row("no number", "size", "big", "a number");
    row("not finite", "size", "inf", "a number");
    row("not a number", "size", "nan", "a number");
    row("negative", "size", "-0.1", "at least 0");
    row("no boolean", "strict", "yes", "true or false");
    row("no choice", "mode", "sideways", "one of up, down");
}

void TestParameters::refusesWithTheReason()
{
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, reason);
    const auto parameters = resolveParameters(declared(), {{name.toStdString(), text.toStdString()}});
    QVERIFY(!parameters.ok());
    QVERIFY(parameters.error().code == ErrorCode::InvalidInput);
    const QString what = QString::fromStdString(parameters.error().what);
    QVERIFY2(what.contains(reason) && what.contains(name), qPrintable(what));
    QVERIFY(!resolveParameters(declared(), {{"fast", "3"}, {"fast", "4"}}).ok());
}

QTEST_GUILESS_MAIN(TestParameters)
#include "tst_parameters.moc"
