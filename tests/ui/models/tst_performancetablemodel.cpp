// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/format.h"
#include "ui/models/performancetablemodel.h"

#include <QSignalSpy>
#include <QtTest>

#include <set>

using namespace core::analytics;
using ui::models::PerformanceTableModel;

namespace {

std::shared_ptr<const Report> report()
{
    auto report = std::make_shared<Report>();
    report->equity.profit = samples::money("1234.565");
    report->equity.totalReturn = -0.0123;
    report->equity.ratios.sharpe = Missing::UnderThirtyDays;
    report->equity.deepest = Drawdown{};
    report->equity.deepest->depth = -0.25;
    report->trades.sums.costs.openingFees = samples::money("7.5");
    report->trades.sums.fills = 12;
    report->trades.sums.ambiguous = 3;
    report->trades.profitFactor = Missing::NoLosingRoundTrip;
    report->trades.averageHold = 5400.0;
    report->trades.breakEvenCost = 0.00125;
    return report;
}

core::engine::EngineSnapshot measured()
{
    auto snapshot = samples::session();
    for (auto& account : snapshot.accounts)
        account.performance = report();
    snapshot.total.performance = report();
    auto hold = std::make_shared<EquityReport>();
    hold->totalReturn = 0.5;
    snapshot.buyAndHoldPerformance = hold;
    return snapshot;
}

constexpr int TOTAL = 4;
constexpr int BUY_AND_HOLD = 5;

} // namespace

class TestPerformanceTableModel : public QObject
{
    Q_OBJECT

private:
    PerformanceTableModel m_model;

    [[nodiscard]] QModelIndex at(const char* label, int column) const
    {
        for (int row = 0; row < m_model.rowCount(); ++row)
            if (m_model.headerData(row, Qt::Vertical).toString() == QString::fromUtf8(label))
                return m_model.index(row, column);
        return {};
    }
    [[nodiscard]] QString text(const char* label, int column = 0) const
    {
        return at(label, column).data().toString();
    }

private slots:
    void init()
    {
        m_model.setSnapshot({});
        m_model.setSnapshot(samples::share(measured()));
    }

    void showsAccountsTotalAndBuyAndHoldSideBySide()
    {
        QStringList titles;
        for (int column = 0; column < m_model.columnCount(); ++column)
            titles.append(m_model.headerData(column, Qt::Horizontal).toString());
        QCOMPARE(titles, QStringList({QStringLiteral("breakout"), QStringLiteral("grid_rsi"),
                                      QStringLiteral("mean_reversion"), QStringLiteral("sma_cross"),
                                      QStringLiteral("Total"), QStringLiteral("Buy and hold")}));
        QCOMPARE(text("Total return", BUY_AND_HOLD), QStringLiteral("50.00\u2009%"));
    }

    void showsTheReportsFigures()
    {
        QCOMPARE(text("Profit", TOTAL), QStringLiteral("+1\u2009234.56"));
        QCOMPARE(text("Total return"), QStringLiteral("\u22121.23\u2009%"));
        QCOMPARE(text("Deepest drawdown"), QStringLiteral("\u221225.00\u2009%"));
        QCOMPARE(text("… recovered"), QStringLiteral("not yet"));
        QCOMPARE(text("… opening fees"), QStringLiteral("7.50"));
        QCOMPARE(text("Average hold"), QStringLiteral("1.5 h"));
        QCOMPARE(text("Break-even cost"), QStringLiteral("0.1250\u2009%"));
        QCOMPARE(text("Ambiguous fills"), QStringLiteral("3 of 12"));
    }

    void saysWhyAFigureHasNoValue()
    {
        const auto sharpe = at("Sharpe ratio", 0);
        QCOMPARE(sharpe.data().toString(), QStringLiteral("n/a"));
        QCOMPARE(sharpe.data(Qt::ToolTipRole).toString(),
                 QStringLiteral("fewer than 30 whole days"));
        QCOMPARE(sharpe.data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("n/a, fewer than 30 whole days"));
        QCOMPARE(text("Profit factor"), QStringLiteral("n/a"));
        QVERIFY(at("Profit", 0).data(Qt::ToolTipRole).toString().isEmpty());
    }

    void leavesOutWhatBuyAndHoldHasNot()
    {
        QCOMPARE(text("Turnover", BUY_AND_HOLD), QString(ui::format::NONE));
        QVERIFY(!at("Turnover", BUY_AND_HOLD).data(Qt::ToolTipRole).toString().isEmpty());
    }

    void showsNoFigureBeforeTheFirstBar()
    {
        m_model.setSnapshot({});
        m_model.setSnapshot(samples::share(samples::session()));
        for (int row = 0; row < m_model.rowCount(); ++row)
            for (int column = 0; column < m_model.columnCount(); ++column)
                QCOMPARE(m_model.index(row, column).data().toString(),
                         m_model.isGroup(row) ? QString() : QString(ui::format::NONE));
    }

    void keepsItsRowsAndColumnsWhilePlaying()
    {
        QSignalSpy reset(&m_model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&m_model, &QAbstractItemModel::dataChanged);
        m_model.setSnapshot(samples::share(measured()));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 1);
    }

    void explainsEveryFigureThatIsNotPlain()
    {
        std::set<QString> groups;
        for (int row = 0; row < m_model.rowCount(); ++row)
            if (m_model.isGroup(row)) {
                groups.insert(m_model.headerData(row, Qt::Vertical).toString());
                QVERIFY(!(m_model.flags(m_model.index(row, 0)) & Qt::ItemIsSelectable));
            }
        QCOMPARE(groups.size(), std::size_t(4));
        for (const char* label : {"Sharpe ratio", "Break-even cost", "Calmar ratio"})
            QVERIFY(!m_model.headerData(at(label, 0).row(), Qt::Vertical, Qt::ToolTipRole)
                         .toString()
                         .isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPerformanceTableModel)
#include "tst_performancetablemodel.moc"
