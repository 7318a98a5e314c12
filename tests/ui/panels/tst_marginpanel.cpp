// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/panels/margingauges.h"
#include "ui/panels/marginpanel.h"

#include <QSlider>
#include <QtTest>

#include <cmath>

using ui::panels::MarginPanel;

class TestMarginPanel : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<MarginPanel> m_panel;

    static QString plain(QString text)
    {
        for (const char16_t space : {u'\u2009', u'\u202f'})
            text.replace(QChar(space), QLatin1Char(' '));
        return text.replace(QChar(u'\u2212'), QLatin1Char('-'));
    }

private slots:
    void init()
    {
        m_panel = std::make_unique<MarginPanel>();
        m_panel->resize(240, 360);
        m_panel->show();
    }

    void saysWhatToDoWithoutASession() { QVERIFY(!m_panel->showsBody()); }

    void showsLevelsAgainstTheCall()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        const auto& gauges = m_panel->gauges();
        QCOMPARE(gauges.count(), 4);
        QCOMPARE(plain(gauges.valueText(0)), QStringLiteral("72 %"));
        QCOMPARE(gauges.valueText(1), QStringLiteral("flat"));
        QCOMPARE(gauges.share(1), 0.0);
        QCOMPARE(plain(gauges.valueText(2)), QStringLiteral("38 %"));
        // The whole bar is five call levels: 100,620 / 140,305.5 by 125 %.
        QVERIFY(std::abs(gauges.share(0) - 100'620.0 / 140'305.5 / 1.25) < 1e-9);
        QCOMPARE(gauges.equityText(0), QString());
    }

    void namesWhoIsCalledFirst()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        QCOMPARE(plain(m_panel->sentence()),
                 QStringLiteral("mean_reversion is called at -17.3 % (BTC alone -25.1 %)"));
        m_panel->setPermille(50);
        QCOMPARE(plain(m_panel->sentence()), QStringLiteral("breakout is called at +37.4 %"));
    }

    void movesAllMarksTogether()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setPermille(-200);
        const auto& gauges = m_panel->gauges();
        // 54,200 − 20 % of 142,474.65 = 25,705.07 on 113,979.72 is 22.55 %: below the call.
        QCOMPARE(plain(gauges.equityText(2)), QStringLiteral("25 705.07"));
        QCOMPARE(plain(gauges.valueText(2)), QStringLiteral("call 23 %"));
        QVERIFY(plain(m_panel->sentence())
                    .startsWith(QStringLiteral("Margin call at this move: mean_reversion")));
        // The short gains: 100,620 + 28,061.10.
        QCOMPARE(plain(gauges.equityText(0)), QStringLiteral("128 681.10"));
    }

    void saysWhatACallWouldCloseFirst()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        m_panel->setPermille(-200);
        QVERIFY2(m_panel->sentence().endsWith(
                     QStringLiteral("mean_reversion would close BTC/USD, then ETH/USD")),
                 qPrintable(m_panel->sentence()));
        m_panel->setPermille(-100);
        QVERIFY(!m_panel->sentence().contains(QStringLiteral("would close")));
    }

    void isMovedByTheKeyboard()
    {
        m_panel->setSnapshot(samples::share(samples::session()));
        auto* slider = m_panel->findChild<QSlider*>();
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_PageDown);
        QCOMPARE(m_panel->permille(), -10);
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(m_panel->permille(), -9);
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(m_panel->permille(), -ui::panels::MAX_MOVE_PERMILLE);
    }

    void saysWhenAllAreFlat()
    {
        core::engine::EngineSnapshot snapshot;
        snapshot.accounts = {samples::account("sma_cross")};
        m_panel->setSnapshot(samples::share(snapshot));
        QVERIFY(m_panel->sentence().startsWith(QStringLiteral("Every account is flat")));
    }

    void saysThatAnAccountWasLiquidated()
    {
        auto session = samples::session();
        session.accounts[2].state = core::engine::AccountState::Liquidated;
        m_panel->setSnapshot(samples::share(session));
        QCOMPARE(m_panel->gauges().valueText(2), QStringLiteral("liquidated"));
    }
};

QTEST_MAIN(TestMarginPanel)
#include "tst_marginpanel.moc"
