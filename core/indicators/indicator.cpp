// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/indicators/indicator.h"

#include "core/indicators/factories.h"

#include <limits>

namespace core::indicators {

Indicator::Indicator()
{
    m_values.fill(std::numeric_limits<double>::quiet_NaN());
}

std::unique_ptr<Indicator> makeIndicator(const Spec& asked, const market::Instrument& instrument)
{
    const Spec spec = completed(asked);
    require(parametersAreValid(spec), "an indicator's parameters come from makeSpec");
    switch (spec.kind) {
    case Kind::Sma:
    case Kind::Ema:
    case Kind::Wma:
    case Kind::Macd: return makeAverage(spec, instrument);
    case Kind::StandardDeviation:
    case Kind::BollingerBands:
    case Kind::ZScore: return makeDeviation(spec, instrument);
    case Kind::Atr:
    case Kind::Adx:
    case Kind::Choppiness: return makeRange(spec, instrument);
    case Kind::Rsi:
    case Kind::VolumeRatio:
    case Kind::Highest:
    case Kind::Lowest:
    case Kind::RateOfChange: break;
    }
    return makeMomentum(spec, instrument);
}

} // namespace core::indicators
