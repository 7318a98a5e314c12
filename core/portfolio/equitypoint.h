// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/money.h"
#include "core/base/timestamp.h"

namespace core::portfolio {

/// The state of an account at the end of a batch, after its fills, at the closes.
struct EquityPoint {
    Timestamp time; ///< The close time of the batch's candles.
    Money cash;
    Money equity;
    Money longExposure;
    Money shortExposure; ///< Not negative.
    bool operator==(const EquityPoint&) const = default;
};

} // namespace core::portfolio
