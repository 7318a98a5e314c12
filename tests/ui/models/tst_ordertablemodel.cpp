// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/ordertablemodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace ui::models;
using core::engine::ClosedOrder;
using core::execution::OrderStatus;

class TestOrderTableModel : public QObject
{
    Q_OBJECT

private slots:
    void showsHowLongAnOrderWorksAndWhatItProtects()
    {
        using namespace core::execution;
        auto session = samples::session();
        auto leg = samples::order(300, OrderStatus::Accepted);
        leg.type = OrderType::TrailingStop;
        leg.leg = BracketLeg::StopLoss;
        auto dated = samples::order(301, OrderStatus::Accepted);
        dated.tif = TimeInForce::GoodTillDate;
        dated.expires = samples::time("2022-01-19T08:00:00Z");
        auto atOnce = samples::order(302, OrderStatus::Accepted);
        atOnce.tif = TimeInForce::ImmediateOrCancel;
        session.accounts[2].workingOrders = {leg, dated, atOnce};
        ui::models::OrderTableModel model;
        model.setSnapshot(samples::share(session));
        const auto shown = [&model](std::uint64_t id, int column) {
            return model.index(model.rowOf({2, {id}}), column).data().toString();
        };
        QCOMPARE(shown(300, ui::models::OrderTableModel::Type),
                 QStringLiteral("trailing stop · stop-loss"));
        QCOMPARE(shown(300, ui::models::OrderTableModel::Validity),
                 QStringLiteral("until cancelled"));
        QCOMPARE(shown(301, ui::models::OrderTableModel::Validity),
                 QStringLiteral("till 19 Jan 08:00"));
        QCOMPARE(shown(302, ui::models::OrderTableModel::Validity), QStringLiteral("at once"));
    }

    void showsWorkingOrdersOnTop()
    {
        OrderTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(samples::session()));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(text(model, 0, OrderTableModel::Id), QStringLiteral("214"));
        QCOMPARE(text(model, 0, OrderTableModel::Status), QStringLiteral("working"));
        QCOMPARE(text(model, 1, OrderTableModel::Id), QStringLiteral("212"));
        QCOMPARE(text(model, 1, OrderTableModel::Reason), QStringLiteral("insufficient margin"));
        QCOMPARE(text(model, 2, OrderTableModel::Status), QStringLiteral("filled"));
        QVERIFY(model.orderAt(0).working);
        QVERIFY(!model.orderAt(1).working);
    }

    void marksStatesByShapeToo()
    {
        OrderTableModel model;
        model.setSnapshot(samples::share(samples::session()));
        const auto status = [&](int row) {
            return model.index(row, OrderTableModel::Status).data(CellRole).value<Cell>();
        };
        QVERIFY(status(0).shape == Shape::Ring);
        QVERIFY(status(1).shape == Shape::Cross);
        QVERIFY(status(1).token == ui::Token::Bad);
    }

    void findsAnOrderThatClosed()
    {
        OrderTableModel model;
        QAbstractItemModelTester tester(&model);
        auto session = samples::session();
        model.setSnapshot(samples::share(session));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        session.accounts[2].workingOrders = {samples::order(215, OrderStatus::Accepted)};
        auto rejected = samples::order(212, OrderStatus::Rejected);
        session.closedOrders = samples::logOf(
            std::vector<ClosedOrder>{{2, samples::order(211, OrderStatus::Filled), session.time},
                                     {2, rejected, session.time},
                                     {2, samples::order(214, OrderStatus::Filled), session.time}});
        model.setSnapshot(samples::share(session));
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.rowOf({2, core::OrderId{215}}), 0);
        QCOMPARE(model.rowOf({2, core::OrderId{214}}), 1);
        QCOMPARE(model.rowOf({1, core::OrderId{214}}), -1);
    }

    void sortsClosedOrdersBelowWorkingOnes()
    {
        OrderTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(samples::session()));
        model.sort(OrderTableModel::Id, Qt::AscendingOrder);
        QCOMPARE(text(model, 0, OrderTableModel::Id), QStringLiteral("214"));
        QCOMPARE(text(model, 1, OrderTableModel::Id), QStringLiteral("211"));
        model.sort(OrderTableModel::Id, Qt::DescendingOrder);
        QCOMPARE(text(model, 1, OrderTableModel::Id), QStringLiteral("212"));
    }

    void startsOverWithANewEpoch()
    {
        OrderTableModel model;
        QAbstractItemModelTester tester(&model);
        auto session = samples::session();
        model.setSnapshot(samples::share(session));
        session.epoch = 2;
        session.closedOrders = {};
        model.setSnapshot(samples::share(session));
        QCOMPARE(model.rowCount(), 1);
        model.setSnapshot({});
        QCOMPARE(model.rowCount(), 0);
    }

private:
    static QString text(const OrderTableModel& model, int row, int column)
    {
        return model.index(row, column).data().toString();
    }
};

QTEST_MAIN(TestOrderTableModel)
#include "tst_ordertablemodel.moc"
