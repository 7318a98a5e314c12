// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/eventreader.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ui::models {
class EventTableModel;
}
namespace ui::panels {
class FigureTable;
class InfoCard;
} // namespace ui::panels

namespace ui::dialogs {

/// What one event led to, out of the session's journal: signals, order steps, cuts, fills and
/// ledger entries in their order. Stays open beside the window; follow() shows another event in it.
class EventDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit EventDialog(QWidget* parent = nullptr);

    /// Asks for the journal and reads the event's lines; those of `strategy` are shown first, all
    /// on demand.
    void follow(const std::filesystem::path& session, core::CorrelationId event,
                const QString& strategy);

    enum class Page { Lines, Loading, Empty, Error };
    [[nodiscard]] Page page() const { return m_page; }
    [[nodiscard]] panels::FigureTable& table() const { return *m_table; }

public slots:
    /// The journal's files hold what has happened so far.
    void handleJournalFlushed();

signals:
    /// Answer with handleJournalFlushed; without an answer what is there is read after a while.
    void journalWanted();

private:
    QWidget* makeHeader();
    QWidget* makeLines();
    QWidget* makeState();
    QWidget* makeButtons();
    void readAgain();
    void read();
    void showPage(Page page, const QString& headline = {}, const QString& text = {});
    void handleReady(quint64 token, const models::EventChainPtr& chain);
    void handleFailed(quint64 token, const QString& what, const QString& remedy);
    void filter();
    void summarise();
    void showDetail();
    void showJson(bool shown);
    void copy(const QString& text);

    std::filesystem::path m_session;
    core::CorrelationId m_event;
    QString m_strategy;
    models::EventReader m_reader;
    models::EventTableModel* m_model;
    models::EventChainPtr m_chain;
    QTimer m_patience; ///< Runs while the journal is waited for.
    Page m_page = Page::Loading;
    QLabel* m_title = nullptr;
    QLabel* m_summary = nullptr;
    QCheckBox* m_only = nullptr;
    QStackedWidget* m_pages = nullptr;
    panels::FigureTable* m_table = nullptr;
    panels::InfoCard* m_detail = nullptr;
    QPlainTextEdit* m_json = nullptr;
    QLabel* m_stateHeadline = nullptr;
    QLabel* m_stateText = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_copyJson = nullptr;
};

} // namespace ui::dialogs
