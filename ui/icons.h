// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"

#include <QByteArray>
#include <QIcon>
#include <QLatin1StringView>

namespace ui {

/// The icon called `name` (a file of resources/icons without its extension), drawn in the colour
/// that `token` has when it is painted: it follows the theme by itself and is sharp at any scale.
/// Disabled, it is faint. An unknown name gives a null icon.
[[nodiscard]] QIcon icon(QLatin1StringView name, Token token = Token::Dim);

/// The icon's SVG text in the given colour; empty for an unknown name.
[[nodiscard]] QByteArray iconSource(QLatin1StringView name, const QColor& colour);

} // namespace ui
