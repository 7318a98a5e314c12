// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/logorder.h"

#include <QtTest>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

using ui::models::LogOrder;

class TestLogOrder : public QObject
{
    Q_OBJECT

private slots:
    void showsNewestFirst()
    {
        LogOrder order;
        order.append(3);
        QCOMPARE(order.entryAt(0), std::size_t(2));
        QCOMPARE(order.rowOf(0), std::size_t(2));
        order.append(1);
        QCOMPARE(order.entryAt(0), std::size_t(3));
    }

    void mergingEqualsSortingAnew()
    {
        const bool holds = rc::check("batches merged in are where a full sort puts them", [] {
            const auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
            const auto before = [&values](std::size_t a, std::size_t b) {
                return values[a] < values[b];
            };
            LogOrder merged;
            merged.sortBy(before);
            while (merged.size() < values.size()) {
                const auto count =
                    *rc::gen::inRange<std::size_t>(1, values.size() - merged.size() + 1);
                merged.append(count);
                merged.merge(count);
            }
            std::vector<std::size_t> expected(values.size());
            std::iota(expected.begin(), expected.end(), std::size_t(0));
            std::stable_sort(expected.begin(), expected.end(), before);
            for (std::size_t row = 0; row < expected.size(); ++row) {
                RC_ASSERT(merged.entryAt(row) == expected[row]);
                RC_ASSERT(merged.rowOf(expected[row]) == row);
            }
        });
        QVERIFY(holds);
    }

    void goesBackToNewestFirst()
    {
        LogOrder order;
        order.append(2);
        order.sortBy([](std::size_t a, std::size_t b) { return a < b; });
        QCOMPARE(order.entryAt(0), std::size_t(0));
        order.sortBy({});
        QCOMPARE(order.entryAt(0), std::size_t(1));
    }
};

QTEST_MAIN(TestLogOrder)
#include "tst_logorder.moc"
