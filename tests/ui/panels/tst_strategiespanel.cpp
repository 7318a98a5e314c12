// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/models/strategylistmodel.h"
#include "ui/panels/infocard.h"
#include "ui/panels/strategiespanel.h"
#include "ui/panels/strategydelegate.h"

#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

using ui::panels::InfoCard;
using ui::panels::StrategiesPanel;

class TestStrategiesPanel : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<StrategiesPanel> m_panel;

    [[nodiscard]] InfoCard& card() const { return *m_panel->findChild<InfoCard*>(); }
    [[nodiscard]] QListView& list() const { return *m_panel->findChild<QListView*>(); }
    [[nodiscard]] QPushButton& button(const QString& text) const
    {
        for (auto* one : m_panel->findChildren<QPushButton*>())
            if (one->text().remove(QLatin1Char('&')) == text)
                return *one;
        qFatal("no button %s", qPrintable(text));
    }

private slots:
    void init()
    {
        m_panel = std::make_unique<StrategiesPanel>();
        m_panel->resize(240, 700);
        m_panel->setStrategies(samples::share(samples::strategies()));
        m_panel->show();
    }

    void looksFirstAtWhatNeedsADecision()
    {
        QCOMPARE(m_panel->selectedName(), QStringLiteral("momentum_scalp"));
        QVERIFY(card().isVisible());
        QCOMPARE(card().title(), QStringLiteral("momentum_scalp changed on disk"));
        QVERIFY2(card().text().contains(QStringLiteral("3 lines differ")),
                 qPrintable(card().text()));
        QVERIFY(card().text().contains(QStringLiteral("It will not start")));
    }

    void saysNothingAboutAnApprovedOne()
    {
        m_panel->select(QStringLiteral("sma_cross"));
        QVERIFY(!card().isVisible());
    }

    void quotesWhyAFileIsInvalid()
    {
        m_panel->select(QStringLiteral("wavetrend"));
        QVERIFY(card().text().contains(QStringLiteral("line 12")));
    }

    void saysWhoseSignerWasRevoked()
    {
        auto list = samples::strategies();
        auto& entry = list[0].entry;
        entry.state = core::trust::State::Revoked;
        entry.approval.reset();
        entry.signature.outcome = core::trust::SignatureOutcome::RevokedKey;
        entry.signature.signer = "Grace";
        entry.signature.revoked = samples::time("2024-05-01");
        m_panel->setStrategies(samples::share(list));
        m_panel->select(QString::fromStdString(entry.name));
        QVERIFY(card().text().contains(QStringLiteral("Its signer Grace was revoked on")));
    }

    void warnsOfNativeCode()
    {
        auto list = samples::strategies();
        auto& entry = list[0].entry;
        entry.kind = core::strategy::Kind::Native;
        entry.state = core::trust::State::Unknown;
        m_panel->setStrategies(samples::share(list));
        m_panel->select(QString::fromStdString(entry.name));
        QVERIFY(card().text().contains(QStringLiteral("native code with all of your powers")));
        QVERIFY(m_panel->model().index(0).data(ui::models::StrategyListModel::DetailRole).toString().contains(
            QStringLiteral("native")));
    }

    void countsNoLinesOfNativeCode()
    {
        auto list = samples::strategies();
        auto& entry = list[0].entry;
        entry.kind = core::strategy::Kind::Native;
        entry.state = core::trust::State::Changed;
        m_panel->setStrategies(samples::share(list));
        m_panel->select(QString::fromStdString(entry.name));
        QVERIFY(!card().text().contains(QStringLiteral("line")));
    }

    void offersTheWayBackFromARefusedList()
    {
        QSignalSpy restore(m_panel.get(), &StrategiesPanel::restoreRequested);
        QSignalSpy rescan(m_panel.get(), &StrategiesPanel::rescanRequested);
        m_panel->setScanError(QStringLiteral("approvals.json was refused"), QStringLiteral("restore it"));
        m_panel->offerRestore(QStringLiteral("approvals.json was refused"));
        button(QStringLiteral("Restore…")).click();
        QCOMPARE(restore.count(), 1);
        QCOMPARE(rescan.count(), 0);
    }

    void checksUnsignedScriptsWhereTheyAreAllowed()
    {
        auto list = samples::strategies();
        for (auto& item : list)
            item.unsignedScripts = core::strategy::UnsignedScripts::Allowed;
        m_panel->setStrategies(samples::share(list));
        m_panel->setCheckedNames({QStringLiteral("pair_ratio"), QStringLiteral("momentum_scalp")});
        // What is unknown runs then; what changed does not.
        QCOMPARE(m_panel->checkedNames(), QStringList{QStringLiteral("pair_ratio")});
        m_panel->select(QStringLiteral("pair_ratio"));
        QVERIFY(card().text().contains(QStringLiteral("It runs all the same")));
    }

    void asksForAReview()
    {
        QSignalSpy review(m_panel.get(), &StrategiesPanel::reviewRequested);
        button(QStringLiteral("Approve…")).click();
        QCOMPARE(review.count(), 1);
        QCOMPARE(review.front().front().toString(), QStringLiteral("momentum_scalp"));
        button(QStringLiteral("Review the difference")).click();
        QCOMPARE(review.count(), 2);
        list().setFocus();
        QTest::keyClick(&list(), Qt::Key_Return);
        QCOMPARE(review.count(), 3);
    }

    void choosesByMouseAndKeyboard()
    {
        auto& start = button(QStringLiteral("New replay…"));
        QVERIFY(!start.isEnabled());
        m_panel->select(QStringLiteral("sma_cross"));
        QTest::keyClick(&list(), Qt::Key_Space);
        QCOMPARE(m_panel->checkedNames(), QStringList{QStringLiteral("sma_cross")});
        const QRect row = list().visualRect(list().model()->index(0, 0));
        QTest::mouseClick(list().viewport(), Qt::LeftButton, {},
                          ui::panels::StrategyDelegate::checkArea(row).center());
        QCOMPARE(m_panel->checkedNames(),
                 (QStringList{QStringLiteral("breakout"), QStringLiteral("sma_cross")}));
        QVERIFY(start.isEnabled());
        QSignalSpy replay(m_panel.get(), &StrategiesPanel::newReplayRequested);
        start.click();
        QCOMPARE(replay.front().front().toStringList().size(), 2);
    }

    void tellsAnEmptyFolderAndAnError()
    {
        m_panel->setStrategies(samples::share(ui::models::StrategyList{}));
        QVERIFY(!m_panel->showsBody());
        QSignalSpy again(m_panel.get(), &StrategiesPanel::rescanRequested);
        button(QStringLiteral("Look again")).click();
        QCOMPARE(again.count(), 1);
        m_panel->setScanError(QStringLiteral("the whitelist was edited"),
                              QStringLiteral("Restore it."));
        QVERIFY(!m_panel->showsBody());
        m_panel->setStrategies(samples::share(samples::strategies()));
        QVERIFY(m_panel->showsBody());
    }
};

QTEST_MAIN(TestStrategiesPanel)
#include "tst_strategiespanel.moc"
