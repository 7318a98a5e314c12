// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databasefacts.h"

#include <QTableWidget>

namespace ui::dialogs {

/// What each table of a history takes: rows, size with indexes, and how much of it is compressed.
class DatabaseTable final : public QTableWidget
{
    Q_OBJECT

public:
    explicit DatabaseTable(QWidget* parent = nullptr);
    void setFacts(const core::history::DatabaseFacts& facts);

private:
    void put(int row, const core::history::TableFacts& facts);
};

} // namespace ui::dialogs
