// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/models/samples.h"
#include "ui/panels/replaypanel.h"
#include "ui/theme.h"

#include <QToolButton>
#include <QtTest>

using ui::panels::ReplayPanel;

class TestReplayPanel : public QObject
{
    Q_OBJECT

private slots:
    void standsOutWhereToPress()
    {
        ui::themeManager().apply(ui::ThemeChoice::Light, ui::DirectionColours::GreenUp);
        ReplayPanel panel;
        panel.resize(1000, 100);
        panel.show();
        panel.setSnapshot(samples::share(samples::session()));
        auto* play = panel.findChild<QToolButton*>(QStringLiteral("play"));
        QVERIFY(play->isEnabled());
        const QImage image = play->grab().toImage();
        QCOMPARE(image.pixelColor(image.width() / 2, 4), ui::theme().accent);
    }
};

QTEST_MAIN(TestReplayPanel)
#include "tst_replaypanel.moc"
