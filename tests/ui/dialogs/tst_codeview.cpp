// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/codeview.h"

#include <QTextBlock>
#include <QTextLayout>
#include <QtTest>

using ui::dialogs::CodeView;

class TestCodeView : public QObject
{
    Q_OBJECT

private slots:
    void numbersLines()
    {
        CodeView view;
        view.setSource("a = 1\nb = 2\n");
        QCOMPARE(view.blockCount(), 2);
        QCOMPARE(view.gutterText(1).trimmed(), QStringLiteral("2"));
    }

    void signsChangesInTheGutter()
    {
        CodeView view;
        view.setDiff(ui::models::compareLines("a\nb\n", "a\nc\n"));
        QCOMPARE(view.toPlainText(), QStringLiteral("a\nb\nc"));
        QVERIFY(view.gutterText(1).endsWith(QChar(u'\u2212')));
        QVERIFY(view.gutterText(2).endsWith(QLatin1Char('+')));
        QCOMPARE(view.extraSelections().size(), 2);
    }

    void writesOutWhatCannotBeSeen()
    {
        CodeView view;
        view.setSource("a = 1 --\xe2\x80\xae evil\n\tb = 2\n");
        QVERIFY(!view.toPlainText().contains(QChar(u'\u202e')));
        QVERIFY(view.toPlainText().contains(QStringLiteral("U+202E")));
        QVERIFY(view.toPlainText().contains(QLatin1Char('\t')));
    }

    void coloursLongCommentsOverLines()
    {
        CodeView view;
        view.setSource("--[[ one\ntwo ]] local x = \"s\"\nreturn x\n");
        const auto formats = [&view](int line) {
            return view.document()->findBlockByNumber(line).layout()->formats();
        };
        QCOMPARE(formats(0).size(), 1);
        QVERIFY(formats(1).size() >= 3);
        const QColor comment = formats(0).front().format.foreground().color();
        QCOMPARE(formats(1).front().format.foreground().color(), comment);
        QCOMPARE(formats(1).front().length, 6);
        QVERIFY(formats(2).front().format.foreground().color() != comment);
    }
};

QTEST_MAIN(TestCodeView)
#include "tst_codeview.moc"
