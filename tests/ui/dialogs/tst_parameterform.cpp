// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/strategy.h"
#include "ui/dialogs/parameterform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QtTest>

using core::strategy::Metadata;
using core::strategy::ParameterSpec;
using ui::dialogs::ParameterForm;

namespace {

Metadata metadata()
{
    ParameterSpec fast;
    fast.name = "fast";
    fast.type = ParameterSpec::Type::Integer;
    fast.defaultValue = std::int64_t(10);
    fast.minimum = 2;
    fast.maximum = 500;
    ParameterSpec size;
    size.name = "size";
    size.defaultValue = 0.1;
    size.minimum = 0.0001;
    ParameterSpec both;
    both.name = "both_sides";
    both.type = ParameterSpec::Type::Boolean;
    both.defaultValue = true;
    ParameterSpec leave;
    leave.name = "leave";
    leave.type = ParameterSpec::Type::Choice;
    leave.choices = {"bars", "stop"};
    leave.defaultValue = std::string("stop");
    Metadata metadata;
    metadata.name = "probe";
    metadata.parameters = {fast, size, both, leave};
    return metadata;
}

} // namespace

class TestParameterForm : public QObject
{
    Q_OBJECT

private slots:
    void beginsWithTheDefaults()
    {
        const ParameterForm form(metadata());
        QVERIFY(form.overrides().empty());
        QCOMPARE(form.findChild<QSpinBox*>(QStringLiteral("fast"))->value(), 10);
        QCOMPARE(form.findChild<QDoubleSpinBox*>(QStringLiteral("size"))->value(), 0.1);
        QVERIFY(form.findChild<QCheckBox*>()->isChecked());
        QCOMPARE(form.findChild<QComboBox*>()->currentText(), QStringLiteral("stop"));
    }

    void keepsToTheBounds()
    {
        const ParameterForm form(metadata());
        auto* fast = form.findChild<QSpinBox*>(QStringLiteral("fast"));
        fast->setValue(501);
        QCOMPARE(fast->value(), 500);
        fast->setValue(1);
        QCOMPARE(fast->value(), 2);
        auto* size = form.findChild<QDoubleSpinBox*>(QStringLiteral("size"));
        size->setValue(0.0);
        QCOMPARE(size->value(), 0.0001);
    }

    void givesWhatDiffersAsTheCoreReadsIt()
    {
        const ParameterForm form(metadata());
        form.findChild<QDoubleSpinBox*>(QStringLiteral("size"))->setValue(0.25);
        form.findChild<QCheckBox*>()->setChecked(false);
        const ParameterForm::Overrides expected = {{"size", "0.25"}, {"both_sides", "false"}};
        QVERIFY(form.overrides() == expected);
        const auto resolved = core::strategy::resolveParameters(metadata(), form.overrides());
        QVERIFY(resolved.ok());
        QCOMPARE(std::get<double>(resolved->at(1).second), 0.25);
    }

    void takesAnEarlierSetting()
    {
        ParameterForm form(metadata());
        form.setOverrides({{"fast", "21"}, {"leave", "bars"}});
        QCOMPARE(form.findChild<QSpinBox*>(QStringLiteral("fast"))->value(), 21);
        QCOMPARE(form.overrides().size(), std::size_t(2));
        form.setOverrides({});
        QVERIFY(form.overrides().empty());
    }
};

QTEST_MAIN(TestParameterForm)
#include "tst_parameterform.moc"
