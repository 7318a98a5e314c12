// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace core::strategy {
struct CatalogEntry;
struct ParameterSpec;
} // namespace core::strategy

namespace ui::dialogs {

/// What a strategy declares: file, version, author, symbols, timeframe, warm-up, and its parameters
/// with defaults and bounds.
class FactSheet final : public QScrollArea
{
    Q_OBJECT

public:
    explicit FactSheet(const core::strategy::CatalogEntry& entry, QWidget* parent = nullptr);
};

/// A parameter's default as the user would write it.
[[nodiscard]] QString defaultText(const core::strategy::ParameterSpec& spec);
/// "2 to 500, step 1", or the choices; empty when anything goes.
[[nodiscard]] QString boundsText(const core::strategy::ParameterSpec& spec);

} // namespace ui::dialogs
