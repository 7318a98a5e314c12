// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"

#include <QString>

namespace ui::models {

/// The names and grids of one explanation. Borrows from the snapshot.
struct ExplanationUnits
{
    const core::market::Instrument& instrument;
    QString base;
    QString quote;

    ExplanationUnits(const core::engine::EngineSnapshot& snapshot, core::SymbolIndex symbol);
    [[nodiscard]] QString price(core::Price value) const;
    /// A magnitude with its currency, without the zeros that end a fraction.
    [[nodiscard]] QString size(core::Quantity value) const;
    [[nodiscard]] QString money(core::Money value) const;
};

/// The first letter as at the beginning of a sentence.
[[nodiscard]] QString sentence(QString text);

} // namespace ui::models
