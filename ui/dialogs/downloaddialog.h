// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historyjob.h"
#include "core/history/venuesettings.h"

#include <QDialog>

#include <map>

class QComboBox;
class QDateEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace ui::dialogs {

/// Asks what to download: symbols, and every trade since a day or the last 720 candles; says what that will do and,
/// where trades are stored already, how long it takes by their number.
class DownloadDialog final : public QDialog
{
    Q_OBJECT

public:
    using Extents = std::map<core::Symbol, core::history::TradeExtent>;
    /// `known` are the trades that are stored; `access` is how the venue is asked now.
    DownloadDialog(const QString& symbols, Extents known, const core::history::KrakenAccess& access,
                   QWidget* parent = nullptr);

    /// One job for each symbol; fails in words.
    [[nodiscard]] core::Result<std::vector<core::history::JobRequest>> requests() const;
    [[nodiscard]] QString story() const;

signals:
    void downloadsRequested(const std::vector<core::history::JobRequest>& requests);
    /// The user wants another server to be asked.
    void endpointChosen(const QString& endpoint);

private:
    QLayout* makeForm();
    void refresh();
    void begin();
    [[nodiscard]] core::Result<std::vector<core::Symbol>> symbols() const;
    [[nodiscard]] QString estimate(const core::Symbol& symbol) const;

    Extents m_known;
    core::history::KrakenAccess m_access;
    QLineEdit* m_symbols = nullptr;
    QRadioButton* m_trades = nullptr;
    QRadioButton* m_candles = nullptr;
    QDateEdit* m_since = nullptr;
    QComboBox* m_timeframe = nullptr;
    QLineEdit* m_endpoint = nullptr;
    QLabel* m_story = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_accept = nullptr;
};

} // namespace ui::dialogs
