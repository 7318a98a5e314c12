// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/format.h"
#include "ui/models/positiontablemodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace ui::models;

namespace {

QString text(const QAbstractItemModel& model, int row, int column)
{
    // Thin spaces and true minus signs as one types them.
    return model.index(row, column)
        .data()
        .toString()
        .replace(QChar(ui::format::THIN_SPACE), QLatin1Char(' '))
        .replace(QChar(ui::format::MINUS), QLatin1Char('-'));
}

} // namespace

class TestPositionTableModel : public QObject
{
    Q_OBJECT

private slots:
    void showsPositionsAsTheyAre()
    {
        PositionTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(samples::session()));
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(text(model, 0, PositionTableModel::Strategy), QStringLiteral("breakout"));
        QCOMPARE(text(model, 0, PositionTableModel::Side), QStringLiteral("short"));
        QCOMPARE(text(model, 0, PositionTableModel::Size), QStringLiteral("3.00000000"));
        QCOMPARE(text(model, 0, PositionTableModel::Mark), QStringLiteral("46 768.5"));
        QCOMPARE(text(model, 0, PositionTableModel::Distance), QStringLiteral("+37.4 %"));
        QCOMPARE(text(model, 1, PositionTableModel::Profit), QStringLiteral("-1 140.30"));
        QCOMPARE(text(model, 2, PositionTableModel::Symbol), QStringLiteral("ETH/USD"));
        QCOMPARE(text(model, 2, PositionTableModel::Size), QStringLiteral("12.0000"));
    }

    void coloursByMeaning()
    {
        PositionTableModel model;
        model.setSnapshot(samples::share(samples::session()));
        const auto cell = [&](int row, int column) {
            return model.index(row, column).data(CellRole).value<Cell>();
        };
        QVERIFY(cell(0, PositionTableModel::Profit).token == ui::Token::Up);
        QVERIFY(cell(1, PositionTableModel::Profit).token == ui::Token::Down);
        QVERIFY(cell(1, PositionTableModel::Distance).token == ui::Token::Warn);
        QVERIFY(cell(2, PositionTableModel::Distance).token == ui::Token::Text);
        QVERIFY(cell(1, PositionTableModel::Profit).figure);
    }

    void keepsTheSelectionOverUpdates()
    {
        PositionTableModel model;
        QAbstractItemModelTester tester(&model);
        auto session = samples::session();
        model.setSnapshot(samples::share(session));
        QItemSelectionModel selection(&model);
        selection.select(model.index(3, 0),
                         QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setSnapshot(samples::share(session));
        QCOMPARE(changed.count(), 1);

        session.accounts[0].positions.clear(); // breakout closes, above the selected row
        model.setSnapshot(samples::share(session));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(selection.selectedRows().size(), 1);
        QCOMPARE(text(model, selection.selectedRows().front().row(), 0),
                 QStringLiteral("sma_cross"));
    }

    void saysNothingWhereThereIsNoLiquidationPrice()
    {
        PositionTableModel model;
        auto session = samples::session();
        session.accounts[0].positions[0].liquidationPrice.reset();
        session.accounts[0].positions[0].distance.reset();
        model.setSnapshot(samples::share(session));
        QCOMPARE(text(model, 0, PositionTableModel::LiquidationPrice),
                 QString(QChar(ui::format::NONE)));
    }

    void emptiesWithoutASession()
    {
        PositionTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setSnapshot(samples::share(samples::session()));
        model.setSnapshot({});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_MAIN(TestPositionTableModel)
#include "tst_positiontablemodel.moc"
