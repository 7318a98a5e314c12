// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/charts/marginchart.h"
#include "ui/theme.h"

#include <QtTest>

#include <limits>

using ui::charts::MarginChart;

namespace {

constexpr double FLAT = std::numeric_limits<double>::infinity();

/// One account with the given levels, a minute apart.
core::engine::SnapshotPtr withLevels(const std::vector<double>& levels)
{
    core::engine::EngineSnapshot snapshot = samples::session();
    snapshot.accounts = {samples::account("sma_cross")};
    auto curve = std::make_shared<std::vector<core::engine::CurvePoint>>();
    core::Timestamp time = samples::time("2022-01-19T05:00:00Z");
    for (const double level : levels) {
        core::engine::CurvePoint point;
        point.time = time;
        point.marginLevel = level;
        curve->push_back(point);
        time += std::chrono::minutes(1);
    }
    snapshot.accounts.front().curve = curve;
    return samples::share(std::move(snapshot));
}

/// Near enough for a line with soft edges.
bool isLike(const QColor& pixel, const QColor& colour)
{
    return std::abs(pixel.red() - colour.red()) + std::abs(pixel.green() - colour.green()) +
               std::abs(pixel.blue() - colour.blue()) <
           150;
}

/// The lowest rows in which the account's line is drawn, column by column of the plot; −1 for none.
std::vector<int> lineHeights(MarginChart& chart)
{
    constexpr int AXIS = 80;
    constexpr int TIMES = 30;
    const QImage image = chart.grab().toImage();
    const QColor colour = ui::theme().seriesColour(0);
    std::vector<int> rows;
    for (int x = 0; x < image.width() - AXIS; ++x) {
        rows.push_back(-1);
        for (int y = image.height() - TIMES; y >= 0 && rows.back() < 0; --y)
            if (isLike(image.pixelColor(x, y), colour))
                rows.back() = y;
    }
    return rows;
}

std::ptrdiff_t drawn(const std::vector<int>& rows)
{
    return std::count_if(rows.begin(), rows.end(), [](int row) { return row >= 0; });
}

} // namespace

class TestMarginChart : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<MarginChart> m_chart;

private slots:
    void init()
    {
        ui::themeManager().apply(ui::ThemeChoice::Dark, ui::DirectionColours::GreenUp);
        m_chart = std::make_unique<MarginChart>();
        m_chart->resize(480, 200);
        m_chart->show();
    }

    void saysThatNothingWasPlayed()
    {
        QCOMPARE(m_chart->emptyText(), QStringLiteral("Nothing has been played yet."));
    }

    void saysThatFlatAccountsHaveNoLevel()
    {
        m_chart->setSnapshot(withLevels({FLAT, FLAT}));
        QVERIFY(m_chart->emptyText().contains(QLatin1StringView("position")));
    }

    void drawsALevelAcrossThePlot()
    {
        m_chart->setSnapshot(withLevels(std::vector<double>(100, 0.5)));
        QVERIFY(m_chart->emptyText().isEmpty());
        QVERIFY(drawn(lineHeights(*m_chart)) > 300);
    }

    void interruptsTheLineWhereTheAccountIsFlat()
    {
        std::vector<double> levels(100, 0.5);
        std::fill(levels.begin() + 25, levels.begin() + 75, FLAT);
        m_chart->setSnapshot(withLevels(std::vector<double>(100, 0.5)));
        const auto whole = drawn(lineHeights(*m_chart));
        m_chart->setSnapshot(withLevels(levels));
        const auto halves = drawn(lineHeights(*m_chart));
        QVERIFY2(halves > whole * 2 / 5 && halves < whole * 3 / 5, qPrintable(QString::number(halves)));
    }

    void showsTheLowestOfWhatSharesAPixel()
    {
        // 4,000 points over some 400 pixels: one dip must not fall between them.
        std::vector<double> levels(4000, 0.9);
        m_chart->setSnapshot(withLevels(levels));
        const auto calm = lineHeights(*m_chart);
        levels[2005] = 0.26;
        m_chart->setSnapshot(withLevels(levels));
        const auto dipped = lineHeights(*m_chart);
        const auto lowest = [](const std::vector<int>& rows) {
            return *std::max_element(rows.begin(), rows.end());
        };
        QVERIFY(lowest(dipped) > lowest(calm) + 20);
    }

    void drawsHugeLevelsAtTheTop()
    {
        m_chart->setSnapshot(withLevels(std::vector<double>(100, 40.0)));
        const auto huge = lineHeights(*m_chart);
        m_chart->setSnapshot(withLevels(std::vector<double>(100, m_chart->ceiling())));
        QCOMPARE(huge, lineHeights(*m_chart));
        QVERIFY(drawn(huge) > 300);
    }

    void readsTheLevelUnderTheCursor()
    {
        m_chart->setSnapshot(withLevels({0.5, 0.5, FLAT, FLAT}));
        (void)m_chart->grab();
        QTest::mouseMove(m_chart.get(), QPoint(20, 60));
        QTRY_VERIFY(!m_chart->readout().isEmpty());
        QVERIFY(m_chart->readout().constLast().startsWith(QLatin1StringView("50")));
        QTest::mouseMove(m_chart.get(), QPoint(400, 60));
        QTRY_VERIFY(m_chart->readout().constLast().startsWith(QLatin1StringView("flat")));
    }
};

QTEST_MAIN(TestMarginChart)
#include "tst_marginchart.moc"
