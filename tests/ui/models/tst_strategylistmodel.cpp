// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/strategylistmodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace ui::models;
using Model = StrategyListModel;

class TestStrategyListModel : public QObject
{
    Q_OBJECT

private slots:
    void saysTrustInWordAndColour_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("token");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char* name, const char* word, ui::Token token,
                            const char* detail) {
            QTest::newRow(word) << QString::fromUtf8(name) << QString::fromUtf8(word) << int(token)
                                << QString::fromUtf8(detail);
        };
        row("sma_cross", "approved", ui::Token::Ok, "1.0.0 · stopped");
        row("momentum_scalp", "changed", ui::Token::Warn, "1.1.0 · blocked");
        row("pair_ratio", "unknown", ui::Token::Dim, "0.9.0 · blocked");
        row("volatility_target", "revoked", ui::Token::Bad, "1.0.0 · blocked");
        row("wavetrend", "invalid", ui::Token::Bad, "blocked");
    }
    void saysTrustInWordAndColour()
    {
        QFETCH(QString, name);
        Model model;
        QAbstractItemModelTester tester(&model);
        model.setStrategies(samples::share(samples::strategies()));
        const auto index = model.index(model.rowOf(name));
        QTEST(index.data(Model::TrustRole).toString(), "word");
        QTEST(index.data(Model::TrustTokenRole).toInt(), "token");
        QTEST(index.data(Model::DetailRole).toString(), "detail");
    }

    void followsTheSession()
    {
        Model model;
        model.setStrategies(samples::share(samples::strategies()));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        const auto session = samples::session();
        model.setSnapshot(samples::share(session));
        QCOMPARE(changed.count(), 1);
        const auto index = model.index(model.rowOf(QStringLiteral("grid_rsi")));
        QCOMPARE(index.data(Model::DetailRole).toString(), QStringLiteral("2.0.0 · suspended"));
        QCOMPARE(index.data(Model::ReturnTokenRole).toInt(), int(ui::Token::Down));
        QCOMPARE(index.data(Model::ShapeRole).toInt(), int(Shape::Square));
        // Nothing to repaint when a snapshot says the same.
        model.setSnapshot(samples::share(session));
        QCOMPARE(changed.count(), 1);
    }

    void checksOnlyWhatMayRun()
    {
        Model model;
        model.setStrategies(samples::share(samples::strategies()));
        QSignalSpy checked(&model, &Model::checkedChanged);
        const auto allowed = model.index(model.rowOf(QStringLiteral("sma_cross")));
        const auto refused = model.index(model.rowOf(QStringLiteral("pair_ratio")));
        QVERIFY(model.setData(allowed, Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!model.setData(refused, Qt::Checked, Qt::CheckStateRole));
        QVERIFY(!refused.data(Qt::CheckStateRole).isValid());
        QCOMPARE(model.checked(), QStringList{QStringLiteral("sma_cross")});
        QCOMPARE(checked.count(), 1);
    }

    void saysWhoSignedWhatRuns()
    {
        Model model;
        auto list = samples::strategies();
        list[0].entry.state = core::trust::State::Signed;
        list[0].entry.signature.outcome = core::trust::SignatureOutcome::Trusted;
        list[0].entry.signature.signer = "Grace";
        list[0].entry.signature.keyId = *core::trust::KeyId::parse("31A20B18E06240D1");
        model.setStrategies(samples::share(list));
        const auto first = model.index(0);
        QCOMPARE(first.data(Model::TrustRole).toString(), QStringLiteral("signed"));
        QCOMPARE(first.data(Qt::ToolTipRole).toString(),
                 QStringLiteral("signed by Grace (key 31A20B18E06240D1)"));
        QVERIFY(first.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("Grace")));
        QVERIFY(model.setData(first, Qt::Checked, Qt::CheckStateRole));
    }

    void dropsTheCheckOfWhatChanged()
    {
        Model model;
        auto list = samples::strategies();
        model.setStrategies(samples::share(list));
        model.setChecked({QStringLiteral("sma_cross"), QStringLiteral("breakout")});
        QSignalSpy checked(&model, &Model::checkedChanged);
        list[0].entry.state = core::trust::State::Changed;
        model.setStrategies(samples::share(list));
        QCOMPARE(model.checked(), QStringList{QStringLiteral("sma_cross")});
        QCOMPARE(checked.count(), 1);
    }

    void keepsTheSelectionWhenFilesComeAndGo()
    {
        Model model;
        QAbstractItemModelTester tester(&model);
        auto list = samples::strategies();
        model.setStrategies(samples::share(list));
        QItemSelectionModel selection(&model);
        selection.setCurrentIndex(model.index(5), QItemSelectionModel::ClearAndSelect);
        list.erase(list.begin());
        model.setStrategies(samples::share(list));
        QCOMPARE(selection.currentIndex().data().toString(), QStringLiteral("sma_cross"));
        list.erase(list.begin() + selection.currentIndex().row());
        model.setStrategies(samples::share(list));
        QVERIFY(!selection.currentIndex().isValid());
    }
};

QTEST_MAIN(TestStrategyListModel)
#include "tst_strategylistmodel.moc"
