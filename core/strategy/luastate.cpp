// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luastate.h"

#include "core/strategy/luasource.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <locale.h>
#include <new>

namespace core::strategy {

namespace {

/// Slots of Lua's stack: thousands of nested calls. Deeper recursion is a mistake, and every error
/// caught in it walks through all of them.
constexpr std::size_t MAX_STACK_SLOTS = 16384;
constexpr std::size_t SLOT_BYTES = 16;
/// A place for a key of a table; they come by powers of two.
constexpr std::size_t NODE_BYTES = 24;
/// A table that grows puts all its keys anew in one go, and looks at all that fall into the same place for each.
constexpr std::size_t MOST_PLACES = 65'536;
/// Every block allocated is charged as one instruction per this many bytes.
constexpr int BYTES_PER_INSTRUCTION = 64;
/// What a string object needs beside its characters.
constexpr std::size_t STRING_OVERHEAD = 64;
constexpr int SEARCHED_LEVELS = 64;
/// Callbacks are over long before that, and cost no look at the clocks then.
constexpr std::int64_t SECOND = 1'000'000'000;
constexpr std::int64_t MOMENT = SECOND / 20;
/// Charges by library functions between two looks at the clock: one may walk through a whole table.
constexpr unsigned CHARGES_A_LOOK = 256;
constexpr std::size_t MAX_MESSAGE = 1000;

/// Numbers are read and written, and strings compared, the same way whatever the user's locale is.
class PlainLocale
{
public:
    PlainLocale() : m_before(uselocale(plain())) {}
    ~PlainLocale() { uselocale(m_before); }
    PlainLocale(const PlainLocale&) = delete;
    PlainLocale& operator=(const PlainLocale&) = delete;

private:
    static locale_t plain()
    {
        static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
        return locale;
    }
    locale_t m_before;
};

std::uint64_t splitMix(std::uint64_t& state)
{
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

constexpr std::uint64_t rotate(std::uint64_t value, int bits)
{
    return (value << bits) | (value >> (64 - bits));
}

/// Lua names chunks after their file; a byte order mark is not part of the language.
std::string_view withoutMark(std::string_view source)
{
    return source.starts_with("\xEF\xBB\xBF") ? source.substr(3) : source;
}

std::int64_t nanosecondsOf(clockid_t clock)
{
    timespec now = {};
    clock_gettime(clock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

int openSandboxProtected(lua_State* lua)
{
    openSandbox(lua);
    return 0;
}

} // namespace

LuaState::LuaState(std::string fileName, const LuaLimits& limits, std::uint64_t seed)
    : m_limits(limits), m_fileName(std::move(fileName))
{
    for (std::uint64_t& word : m_random)
        word = splitMix(seed);
    m_lua = lua_newstate(allocate, this);
    if (m_lua == nullptr)
        throw std::bad_alloc();
    *static_cast<LuaState**>(lua_getextraspace(m_lua)) = this;
    lua_pushliteral(m_lua, "the script ran over a cap");
    m_deathReference = luaL_ref(m_lua, LUA_REGISTRYINDEX);
    lua_pushcfunction(m_lua, openSandboxProtected);
    if (lua_pcall(m_lua, 0, 0, 0) != LUA_OK) {
        lua_close(m_lua);
        throw std::bad_alloc();
    }
    if (m_limits.countInstructions)
        lua_sethook(m_lua, countInstructions, LUA_MASKCOUNT, HOOK_STEP);
}

LuaState::~LuaState()
{
    m_granted = true;
    lua_close(m_lua);
}

void* LuaState::allocate(void* self, void* block, std::size_t oldSize, std::size_t newSize)
{
    auto& state = *static_cast<LuaState*>(self);
    // For new blocks Lua passes the kind of object in place of the old size.
    const std::size_t held = block != nullptr ? oldSize : 0;
    if (newSize == 0) {
        state.m_used -= held;
        // A stack moves by a new block, a copy, and this.
        if (block != nullptr && block == state.m_stack)
            state.followStack(state.m_newest, state.m_newestSize);
        std::free(block);
        return nullptr;
    }
    if (newSize > held && !state.admit(block, oldSize, newSize, newSize - held))
        return nullptr;
    const bool isPlain = block == nullptr && oldSize == 0;
    // A new key that found no room: the whole table is counted.
    if (isPlain && newSize % NODE_BYTES == 0 && !state.m_granted)
        state.m_budget -= state.blockCharge();
    if (newSize > held)
        state.noteSize(block == nullptr && oldSize == LUA_TSTRING, newSize);
    const bool isStack = block != nullptr && block == state.m_stack;
    void* fresh = std::realloc(block, newSize);
    if (fresh == nullptr)
        return nullptr;
    state.m_used += newSize - held;
    if (isPlain) {
        state.m_newest = fresh;
        state.m_newestSize = newSize;
        // The first block without a kind is the stack of a new state.
        if (state.m_stack == nullptr)
            state.m_stack = fresh;
    } else if (isStack) {
        state.followStack(fresh, newSize);
    }
    return fresh;
}

void LuaState::noteSize(bool isString, std::size_t size)
{
    if (isString && size > m_longestString) {
        m_longestString = size;
        m_stepCharge = HOOK_STEP * (1 + static_cast<std::int64_t>(size / BYTES_PER_TOUCH));
    } else if (!isString && size > m_largestBlock) {
        m_largestBlock = size;
    }
}

void LuaState::followStack(void* block, std::size_t size)
{
    m_stack = block;
    if (size <= MAX_STACK_SLOTS * SLOT_BYTES || m_dead || m_tooDeep)
        return;
    // The stack is between two places: who is to blame can be asked at the next instruction only.
    m_tooDeep = true;
    lua_sethook(m_lua, countInstructions, LUA_MASKCOUNT, 1);
}

bool LuaState::admit(const void* block, std::size_t kind, std::size_t newSize, std::size_t growth)
{
    const char* reason = brokenCap(block, kind, newSize, growth);
    if (m_granted) {
        if (reason != nullptr)
            kill(reason);
        return true;
    }
    m_budget -= static_cast<std::int64_t>(growth / BYTES_PER_INSTRUCTION);
    if (reason != nullptr) [[unlikely]] {
        refuse(reason, newSize);
        return false;
    }
    if (newSize >= m_refusedSize)
        m_refusedSize = 0;
    if (m_budget < 0 && !m_dead && m_limits.countInstructions) [[unlikely]]
        killOverBudget();
    return true;
}

void LuaState::refuse(const char* reason, std::size_t size)
{
    // The first refusal makes Lua collect its garbage and ask again; the second one is final.
    if (m_refusedSize == size) {
        kill(reason);
        return;
    }
    m_refusedSize = size;
    if (!m_dead)
        noteLocation();
    // Each collection walks through everything, so a script that lives at its cap pays for it.
    m_budget -= static_cast<std::int64_t>(m_used / BYTES_PER_INSTRUCTION);
}

const char* LuaState::brokenCap(const void* block, std::size_t kind, std::size_t newSize,
                                std::size_t growth) const
{
    if (m_used + growth > m_limits.memory)
        return "used more memory than it may";
    const bool isPlaces = newSize > NODE_BYTES * MOST_PLACES && newSize % NODE_BYTES == 0 &&
                          std::has_single_bit(newSize / NODE_BYTES);
    if (block == nullptr && kind == 0 && isPlaces)
        return "made a table with more keys than it may";
    if (block == nullptr && kind == LUA_TSTRING &&
        newSize > m_limits.stringLength + STRING_OVERHEAD)
        return "made a string longer than it may";
    return nullptr;
}

void LuaState::kill(const char* reason)
{
    if (m_dead)
        return;
    m_dead = true;
    noteLocation();
    std::string caps;
    if (std::strstr(reason, "memory") != nullptr)
        caps = fmt::format(" ({} MB)", m_limits.memory >> 20);
    else if (std::strstr(reason, "keys") != nullptr)
        caps = fmt::format(" ({})", MOST_PLACES);
    else if (std::strstr(reason, "string") != nullptr)
        caps = fmt::format(" ({} KB)", m_limits.stringLength >> 10);
    m_error = fmt::format("{} the script {}{} in {}", where(), reason, caps, m_what);
    // From here on every instruction raises, whatever the script catches.
    lua_sethook(m_lua, countInstructions, LUA_MASKCOUNT, 1);
}

void LuaState::killOverBudget()
{
    kill(fmt::format("used up its {} instructions", m_limits.instructions).c_str());
}

/// The wall's clock is cheap and tells when to ask for the processor's, which other programs do not move.
void LuaState::beginWatch()
{
    m_begun = nanosecondsOf(CLOCK_MONOTONIC_COARSE);
    if (m_begun - m_usedRead < MOMENT)
        return;
    m_usedRead = m_begun;
    m_usedBefore = nanosecondsOf(CLOCK_THREAD_CPUTIME_ID);
}

void LuaState::watchTime()
{
    if (nanosecondsOf(CLOCK_MONOTONIC_COARSE) - m_begun < SECOND || m_dead || !m_limits.countInstructions)
        return;
    if (nanosecondsOf(CLOCK_THREAD_CPUTIME_ID) - m_usedBefore > m_limits.processorTime.count())
        kill("used more time than it may");
}

void LuaState::watchWork(bool begins)
{
    if (begins)
        beginWatch();
    const std::int64_t most = m_limits.processorTime.count() / 10;
    if (nanosecondsOf(CLOCK_MONOTONIC_COARSE) - m_begun > most &&
        nanosecondsOf(CLOCK_THREAD_CPUTIME_ID) - m_usedBefore > most)
        throw ScriptError("takes more time than it may");
}

void LuaState::countInstructions(lua_State* lua, lua_Debug* record)
{
    LuaState& state = of(lua);
    if (!state.m_dead) {
        state.m_budget -= state.m_stepCharge;
        state.watchTime();
        const bool crowded = lua_getlocal(lua, record, -(MAX_VALUES + 5)) != nullptr;
        if (state.m_tooDeep)
            state.kill("recursed too deeply");
        else if (crowded)
            state.kill("passed too many values to one function");
        else if (state.m_budget < 0)
            state.killOverBudget();
    }
    if (state.m_dead)
        state.raiseDeath();
}

void LuaState::raiseDeath()
{
    pushDeath();
    lua_error(m_lua);
    std::abort(); // lua_error does not return.
}

int LuaState::pushDeath()
{
    lua_rawgeti(m_lua, LUA_REGISTRYINDEX, m_deathReference);
    return -1;
}

int LuaState::pushFault(const char* what)
{
    lua_settop(m_lua, 0);
    luaL_where(m_lua, 1);
    lua_pushstring(m_lua, what);
    lua_concat(m_lua, 2);
    return -1;
}

void LuaState::charge(std::int64_t units)
{
    m_budget -= units;
    if (++m_charges % CHARGES_A_LOOK == 0)
        watchTime();
    if (m_budget < 0 && !m_dead && m_limits.countInstructions)
        killOverBudget();
    if (m_dead)
        raiseDeath();
}

void LuaState::reserve(std::size_t bytes)
{
    if (m_used + bytes <= m_limits.memory)
        return;
    charge(static_cast<std::int64_t>(m_used / BYTES_PER_INSTRUCTION));
    lua_gc(m_lua, LUA_GCCOLLECT);
}

void LuaState::chargeGuarded(std::int64_t units)
{
    m_budget -= units;
    if (++m_charges % CHARGES_A_LOOK == 0)
        watchTime();
    if (m_budget < 0 && !m_dead && m_limits.countInstructions)
        killOverBudget();
    if (m_dead)
        throw ScriptError("the script ran over a cap");
}

std::int64_t LuaState::walkCharge(std::size_t tables) const
{
    return std::min(static_cast<std::int64_t>(tables) * blockCharge(),
                    static_cast<std::int64_t>(m_used / BYTES_PER_TOUCH));
}

void LuaState::chargeMemory(std::size_t bytes)
{
    if (m_used + bytes > m_limits.memory)
        throw ScriptError(
            fmt::format("no memory is left for this (the cap is {} MB)", m_limits.memory >> 20));
    m_used += bytes;
}

std::uint64_t LuaState::random()
{
    // xoshiro256**, by David Blackman and Sebastiano Vigna (public domain).
    auto& s = m_random;
    const std::uint64_t result = rotate(s[1] * 5, 7) * 9;
    const std::uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

void LuaState::noteLocation()
{
    lua_Debug record = {};
    for (int level = 0; level < SEARCHED_LEVELS && lua_getstack(m_lua, level, &record) == 1; ++level) {
        lua_getinfo(m_lua, "Sl", &record);
        if (record.currentline <= 0)
            continue;
        const auto end = fmt::format_to_n(m_where.data(), m_where.size() - 1, "{}:{}:",
                                          &record.short_src[0], record.currentline);
        *end.out = '\0';
        return;
    }
}

int LuaState::noteError(lua_State* lua)
{
    LuaState& state = of(lua);
    if (!state.m_dead)
        state.noteLocation();
    return 1;
}

std::string LuaState::where() const
{
    return m_where[0] != '\0' ? std::string(m_where.data()) : m_fileName + ":";
}

std::string LuaState::describe(int status) const
{
    std::string text;
    if (status == LUA_ERRMEM)
        text = "the script ran out of memory";
    else if (lua_type(m_lua, -1) == LUA_TSTRING)
        text = trust::cleanUtf8(std::string_view(lua_tostring(m_lua, -1), lua_rawlen(m_lua, -1))
                                    .substr(0, MAX_MESSAGE));
    else
        text = fmt::format("the script raised a {} in place of a message", typeName(m_lua, -1));
    if (text.starts_with(m_fileName + ":"))
        return text;
    return where() + " " + text;
}

Result<void> LuaState::run(std::string_view source)
{
    const std::string_view text = withoutMark(source);
    const PlainLocale locale;
    m_what = "its top level";
    m_budget = m_limits.instructions;
    m_where[0] = '\0';
    if (const auto slow = refuseSlowSource(text))
        return Error{ErrorCode::StrategyFailed, fmt::format("{}: {}", m_fileName, *slow), ""};
    beginCall();
    // Only "t": precompiled chunks are not checked by Lua and can break out of it. Compiling is
    // protected by Lua itself; its memory is capped like any other.
    m_granted = false;
    const int status = luaL_loadbufferx(m_lua, text.data(), text.size(), ("@" + m_fileName).c_str(), "t");
    m_granted = true;
    if (status != LUA_OK) {
        if (!m_dead)
            m_error = describe(status);
        lua_settop(m_lua, 0);
        return Error{ErrorCode::StrategyFailed, m_error, ""};
    }
    if (!call(0, 0, m_what))
        return Error{ErrorCode::StrategyFailed, m_error, ""};
    return {};
}

bool LuaState::call(int arguments, int results, const char* what)
{
    const PlainLocale locale;
    const int handler = lua_gettop(m_lua) - arguments - 1;
    const bool before = std::exchange(m_granted, false);
    const char* outer = std::exchange(m_what, what);
    if (m_depth++ == 0) {
        m_budget = m_limits.instructions - std::exchange(m_owed, 0);
        beginWatch();
        m_where[0] = '\0';
    }
    const int status = lua_pcall(m_lua, arguments, results, handler);
    --m_depth;
    m_granted = before;
    m_what = outer;
    const bool done = status == LUA_OK && !m_dead;
    if (!done && !m_dead)
        m_error = describe(status);
    if (done)
        lua_remove(m_lua, handler);
    else
        lua_settop(m_lua, handler - 1);
    return done;
}

} // namespace core::strategy
