// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/indicators/indicator.h"

namespace core::indicators {

/// The spec with the kind's defaults in place of parameters that are 0.
[[nodiscard]] Spec completed(const Spec& spec);

/// True when makeSpec accepts the parameters of a completed spec.
[[nodiscard]] bool parametersAreValid(const Spec& spec);

/// Each makes the indicators of one file; the kind of the completed spec says which.
[[nodiscard]] std::unique_ptr<Indicator> makeAverage(const Spec& spec, const market::Instrument& instrument);
[[nodiscard]] std::unique_ptr<Indicator> makeDeviation(const Spec& spec,
                                                       const market::Instrument& instrument);
[[nodiscard]] std::unique_ptr<Indicator> makeMomentum(const Spec& spec,
                                                      const market::Instrument& instrument);
[[nodiscard]] std::unique_ptr<Indicator> makeRange(const Spec& spec, const market::Instrument& instrument);

} // namespace core::indicators
