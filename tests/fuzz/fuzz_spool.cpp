// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bytes as a record of the spool: what is believed is what would be written again.
#include "core/history/spoolrecord.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto record = core::history::decode(bytes); record && core::history::encode(*record) != bytes)
        std::abort();
    return 0;
}
