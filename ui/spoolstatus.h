// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historywriter.h"
#include "ui/theme.h"

#include <QString>

namespace ui {

/// What people are told about what waits for the history's server.
struct SpoolNotice
{
    Token token = Token::Faint;
    QString text; ///< Empty where nothing waits and nothing went wrong.
    QString toolTip;
};

[[nodiscard]] SpoolNotice spoolNotice(const core::history::WriterState& state);

} // namespace ui
