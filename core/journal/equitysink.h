// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/portfolio/equitypoint.h"

#include <span>

namespace core::journal {

/// Takes the points of equity curves off the engine's hands. `append` may wait when the writer is
/// behind. An account's points come in the order of their times.
class EquitySink
{
public:
    virtual ~EquitySink() = default;
    virtual void append(AccountIndex account, std::span<const portfolio::EquityPoint> points) = 0;
};

} // namespace core::journal
