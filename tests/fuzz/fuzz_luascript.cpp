// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts of any text, run over a small market beside a strategy that trades: each ends in bounded time and
// memory, does the same twice, and changes nothing for the other.
#include "core/strategy/luahost.h"
#include "tests/core/engine/enginefixture.h"

#include <array>
#include <cstring>
#include <random>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);

namespace {

using namespace core;
using namespace fixture;

constexpr int MINUTES = 24;

/// What scripts are made of; what is found by chance alone takes for ever.
constexpr std::array SNIPPETS = {
    "local t = {} ", "local s = 'x' ", "t[#t + 1] = ", "for i = 1, 9 do ", "while true do ", "repeat ", "until s ",
    "if s then ", "else ", "end ", "end function on_close(ctx, time) ", "end function on_fill(ctx, fill) ",
    "end function on_order(ctx, order) ", "end function on_start(ctx) ", "function(a, b) ", "return ", "goto a ",
    "::a:: ", "local x <close> = ", "break ", "pcall(", "error(", "assert(", "select('#', ", "setmetatable({}, {",
    "__index = ", "__newindex = ", "__call = ", "__close = ", "__lt = ", "__eq = ", "__concat = ", "__len = ",
    "__tostring = ", "__gc = ", "__name = ", "__metatable = ", "})", ")", "(", "{", "}", ", ", " .. ", " < ", " == ",
    " // ", " % ", " << ", " & ", "#", "...", "nil ", "true ", "0/0 ", "1e308 ", "math.huge ", "math.mininteger ",
    "math.maxinteger ", "-1 ", "0 ", "1 ", "2.5 ", "'\\0' ", "'\\xff' ", "'1' ", "pairs(t) ", "ipairs(t) ",
    "for k, v in pairs(t) do ", "string.rep('x', 4000) ", "string.format('%s %d', ", "string.byte(s, 1, 200) ",
    "string.pack('z', s) ", "string.unpack('b', s) ", "table.concat(t) ", "table.sort(t) ", "table.sort(t, ",
    "table.insert(t, 1, ", "table.remove(t) ", "table.move(t, 1, 9, 2) ", "table.unpack(t) ", "math.random(3) ",
    "tostring(", "tonumber(", "rawequal(t, t) ", "rawlen(t) ", "ctx ", "bar ", "ctx.time ", "ctx.parameters ",
    "ctx.equity ", "ctx.symbols[1] ", "ctx.state.x = ", "ctx.state.t = t ", "ctx.state", "bar.close ", "bar.symbol ",
    "ctx:candles{ n = 5 } ", "ctx:candles{ n = 2, timeframe = '5m' }.close[1] ", "ctx:forming{ timeframe = '5m' } ",
    "ctx:sma{ 3 }.value ", "ctx:bbands{ 5, 2 }.upper ", "ctx:series('s'):push(", "ctx:series('s'):ema{ 2 } ",
    "ctx:buy{ size = ", "ctx:short{ equity_fraction = ", "ctx:sell{ size = ", "ctx:cover{ quote = ", "risk = 0.01 ",
    "type = 'limit', limit = ", "type = 'stop', stop = ", "type = 'trailing_stop', trail = ", "stop_loss = ",
    "take_profit = ", "tif = 'ioc' ", "expires = ctx.time ", "reduce_only = true ", "ctx:target(", "ctx:close() ",
    "ctx:orders() ", "ctx:orders()[1] ", "ctx:cancel(", "ctx:replace(", "ctx:position() ", "ctx:position().size ",
    "ctx:every('2m', ", "ctx:log(", "ctx:log{ s, x = ", "ctx:plot('p', ", "ctx:mark(s) ", "keep = keep or ", "keep "};

strategy::LuaLimits smallCaps()
{
    strategy::LuaLimits limits;
    limits.instructions = 20'000;
    limits.memory = 4U << 20;
    limits.stringLength = 8U << 10;
    return limits;
}

Script steady()
{
    Script script;
    script.bar = [held = false](Context& context, const Bar&) mutable {
        held = !held;
        (void)context.target(0, held ? 1.0 : 0.0);
    };
    return script;
}

/// What a market with the script `source` in it comes to; nothing when the script cannot be loaded.
struct Played {
    std::string journal;
    Money steadyEquity;
};

std::optional<Played> play(const std::string& source)
{
    Session session;
    session.setup.rules.costs = {100'000, 100'000, 50'000, 0, {}};
    session.symbol("BTC/USD", wanderingMinutes(3, MINUTES, 40, 20, 50));
    const auto factory = strategy::luaFactory("fuzz.lua", std::make_shared<const std::string>(source), smallCaps());
    const auto made = factory({}, 1);
    if (!made && made.error().what.empty())
        std::abort();
    if (!made)
        return std::nullopt;
    session.account("fuzz", {}).factory = factory;
    session.account("steady", steady());
    Output output = session.play();
    return Played{std::move(output.text), session.desk(1).equity()};
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t maxSize,
                                               unsigned int seed)
{
    std::minstd_rand random(seed);
    const std::string_view snippet = SNIPPETS[random() % SNIPPETS.size()];
    if (random() % 3 == 0 || size + snippet.size() > maxSize)
        return LLVMFuzzerMutate(data, size, maxSize);
    // Between two words, where it may mean something.
    std::size_t place = random() % (size + 1);
    while (place > 0 && data[place - 1] != ' ')
        --place;
    std::memmove(data + place + snippet.size(), data + place, size - place);
    std::memcpy(data + place, snippet.data(), snippet.size());
    return size + snippet.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Money alone = play("strategy = { name = 'fuzz' }")->steadyEquity;
    const std::string source = "strategy = { name = 'fuzz' } function on_bar(ctx, bar) " +
                               std::string(reinterpret_cast<const char*>(data), size) + "\nend";
    const auto first = play(source);
    if (!first)
        return 0;
    const auto second = play(source);
    if (!second || first->journal != second->journal || first->steadyEquity != alone)
        std::abort();
    return 0;
}
