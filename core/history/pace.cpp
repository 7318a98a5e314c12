// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/pace.h"

#include <algorithm>
#include <thread>

namespace core::history {

Timestamp RealPace::now()
{
    return SystemClock().now();
}

Nanoseconds RealPace::elapsed()
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

bool RealPace::pause(Nanoseconds length, const std::atomic<bool>& cancel)
{
    using SteadyClock = std::chrono::steady_clock;
    const auto end = SteadyClock::now() + length;
    while (!cancel.load() && SteadyClock::now() < end)
        std::this_thread::sleep_for(std::min<Nanoseconds>(end - SteadyClock::now(), std::chrono::milliseconds(100)));
    return !cancel.load();
}

} // namespace core::history
