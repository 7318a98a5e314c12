// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/databasefacts.h"
#include "core/history/historymove.h"

#include <QString>
#include <QStringList>

/// What databases and moves come to, as the window says it.
namespace ui::models::words {

/// A table of the history by what it holds.
[[nodiscard]] QString table(const std::string& name);
/// "schema 3 of 3 · writable", or that there is no history yet.
[[nodiscard]] QString probe(const core::history::DatabaseProbe& probe);
/// "22 of 30 chunks", or nothing.
[[nodiscard]] QString compression(const core::history::TableFacts& facts);
/// Stage, table, rows and speed.
[[nodiscard]] QString progress(const core::history::MoveProgress& progress);
/// The result of a move in a sentence or two.
[[nodiscard]] QString verdict(const core::history::MoveReport& report);
/// One line for each table that is not the same, at most `most` of them.
[[nodiscard]] QStringList differences(const core::history::MoveReport& report, int most);

} // namespace ui::models::words
