// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"

#include <cstdint>
#include <string_view>

/// Any bytes may lie in the strategies folder: reading what they declare must neither crash nor hang.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    core::strategy::LuaLimits limits;
    limits.instructions = 200'000;
    limits.memory = 8U << 20;
    const std::string_view source(reinterpret_cast<const char*>(data), size);
    const auto metadata = core::strategy::readLuaMetadata("fuzz.lua", source, limits);
    if (!metadata && metadata.error().what.empty())
        __builtin_trap();
    return 0;
}
