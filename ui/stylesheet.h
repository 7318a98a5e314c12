// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

namespace ui {

struct Theme;

/// The Fusion palette made of the theme's tokens.
[[nodiscard]] QPalette makePalette(const Theme& theme);

/// The application's style sheet made of the theme's tokens. `arrows` is a folder holding
/// chevron-up.svg and chevron-down.svg in the theme's colours: style sheets cannot colour an image.
[[nodiscard]] QString makeStyleSheet(const Theme& theme, const QString& arrows);

} // namespace ui
