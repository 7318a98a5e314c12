// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <csignal>

namespace app::cli {

namespace {

std::atomic<bool> s_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

void handleSignal(int)
{
    s_requested = true;
}

void install(void (*handler)(int), int flags)
{
    struct sigaction action
    {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

} // namespace

InterruptGuard::InterruptGuard()
{
    s_requested = false;
    install(handleSignal, static_cast<int>(SA_RESETHAND) | SA_RESTART);
}

InterruptGuard::~InterruptGuard()
{
    install(SIG_DFL, 0);
}

const std::atomic<bool>& InterruptGuard::requested() const
{
    return s_requested;
}

} // namespace app::cli
