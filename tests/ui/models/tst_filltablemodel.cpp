// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/format.h"
#include "ui/models/filltablemodel.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace ui::models;
using core::engine::EngineSnapshot;
using core::engine::FillRecord;

namespace {

EngineSnapshot withFills(std::uint64_t count, std::uint64_t epoch = 1)
{
    auto snapshot = samples::session();
    snapshot.epoch = epoch;
    std::vector<FillRecord> fills;
    fills.reserve(count);
    for (std::uint64_t n = 1; n <= count; ++n)
        fills.push_back(samples::fill(n, static_cast<core::AccountIndex>(n % 4)));
    snapshot.fills = samples::logOf(fills);
    return snapshot;
}

} // namespace

class TestFillTableModel : public QObject
{
    Q_OBJECT

private slots:
    void showsTheNewestFirst()
    {
        FillTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(withFills(6)));
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.fillAt(0)->fill.id.value, std::uint64_t(6));
        QCOMPARE(model.index(0, FillTableModel::Side).data().toString(), QStringLiteral("sell"));
        QCOMPARE(model.index(0, FillTableModel::Rule).data().toString(),
                 QStringLiteral("market open"));
        QCOMPARE(model.index(5, FillTableModel::Time).data().toString(),
                 QStringLiteral("2022-01-19 05:43:00"));
        QCOMPARE(model.index(5, FillTableModel::Event).data().toString(), QStringLiteral("7f01"));
        QVERIFY(model.fillAt(6) == nullptr);
    }

    void showsWhoWaitedTheOpeningFeeAndTheStake()
    {
        auto session = samples::session();
        auto record = samples::fill(1);
        const auto shown = [&](int column) {
            session.fills = samples::logOf(std::vector{record});
            FillTableModel model;
            model.setSnapshot(samples::share(session));
            return model.index(0, column).data().toString();
        };
        QCOMPARE(shown(FillTableModel::Liquidity), QStringLiteral("taker"));
        QCOMPARE(shown(FillTableModel::OpeningFee), QString(ui::format::NONE));
        QCOMPARE(shown(FillTableModel::Stake), QStringLiteral("no"));
        record.fill.liquidity = core::execution::Liquidity::Maker;
        record.fill.openingFee = samples::money("1.25");
        record.fill.ambiguous = true;
        QCOMPARE(shown(FillTableModel::Liquidity), QStringLiteral("maker"));
        QCOMPARE(shown(FillTableModel::OpeningFee), QStringLiteral("1.25"));
        QCOMPARE(shown(FillTableModel::Stake), QStringLiteral("yes"));
        record.fill.stake = samples::money("-3.5");
        QCOMPARE(shown(FillTableModel::Stake), QStringLiteral("yes, \u22123.50"));
    }

    void appendsWithoutReset()
    {
        FillTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(withFills(6)));
        QItemSelectionModel selection(&model);
        selection.select(model.index(2, 0),
                         QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        model.setSnapshot(samples::share(withFills(9)));
        QCOMPARE(resets.count(), 0);
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(inserted.front().at(1).toInt(), 0);
        QCOMPARE(inserted.front().at(2).toInt(), 2);
        QCOMPARE(selection.selectedRows().front().row(), 5);
        QCOMPARE(model.fillAt(5)->fill.id.value, std::uint64_t(4));
    }

    void startsOverWithANewEpoch()
    {
        FillTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(withFills(9)));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setSnapshot(samples::share(withFills(4, 2)));
        QCOMPARE(resets.count(), 1);
        QCOMPARE(model.rowCount(), 4);
        model.setSnapshot({});
        QCOMPARE(model.rowCount(), 0);
    }

    void sortsByRawValuesAndKeepsTheOrder()
    {
        FillTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(withFills(6)));
        QItemSelectionModel selection(&model);
        selection.select(model.index(0, 0),
                         QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        model.sort(FillTableModel::Price, Qt::AscendingOrder);
        QCOMPARE(model.fillAt(0)->fill.price.ticks(), std::int64_t(467'366));
        QCOMPARE(model.fillAt(5)->fill.price.ticks(), std::int64_t(467'834));
        QCOMPARE(model.fillAt(selection.selectedRows().front().row())->fill.id.value,
                 std::uint64_t(6));
        model.setSnapshot(samples::share(withFills(8)));
        std::int64_t last = 0;
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto price = model.fillAt(row)->fill.price.ticks();
            QVERIFY(price >= last);
            last = price;
        }
        QCOMPARE(model.fillAt(selection.selectedRows().front().row())->fill.id.value,
                 std::uint64_t(6));
        model.sort(-1);
        QCOMPARE(model.fillAt(0)->fill.id.value, std::uint64_t(8));
    }

    void takesALongLogInItsStride()
    {
        const auto before = samples::share(withFills(110'000));
        const auto after = samples::share(withFills(110'300));
        FillTableModel model;
        model.setSnapshot(before);
        model.sort(FillTableModel::Realised, Qt::DescendingOrder);
        QElapsedTimer timer;
        timer.start();
        model.setSnapshot(after);
        qInfo("300 fills into 110,000 sorted ones: %lld ms",
              static_cast<long long>(timer.elapsed()));
        QCOMPARE(model.rowCount(), 110'300);
        QVERIFY(model.fillAt(110'299) != nullptr);
    }
};

QTEST_MAIN(TestFillTableModel)
#include "tst_filltablemodel.moc"
