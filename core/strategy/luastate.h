// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/strategy/luahost.h"

#include <lua.hpp>

#include <array>
#include <exception>
#include <string>

namespace core::strategy {

/// Instructions between two looks at the budget.
inline constexpr int HOOK_STEP = 1000;
/// Values that one call may take or return; more would make single instructions slow.
inline constexpr int MAX_VALUES = 250;
/// Bytes that are touched in about the time of one instruction.
inline constexpr std::size_t BYTES_PER_TOUCH = 128;
/// Blocks of this size are in every state, and walked through in no time.
inline constexpr std::size_t FREE_BLOCK = 8192;

/// An error that a library function reports to the script.
class ScriptError : public std::exception
{
public:
    explicit ScriptError(std::string message) : m_message(std::move(message)) {}
    [[nodiscard]] const char* what() const noexcept override { return m_message.c_str(); }

private:
    std::string m_message;
};

/// One Lua state with its caps: instructions a callback, bytes of memory, length of strings, depth.
/// A script that runs over a cap is dead: its hook fires at every instruction, so that no pcall of its
/// own keeps it alive, and nothing of it is called again.
///
/// Lua reports errors by longjmp. Two kinds of C functions follow from that: those that may raise hold
/// nothing with a destructor; those that do are wrapped in `guarded`, raise C++ exceptions, and have
/// their allocations granted, so that no longjmp crosses them.
class LuaState
{
public:
    /// Makes an empty sandbox. Throws std::bad_alloc when the machine has no memory for it.
    LuaState(std::string fileName, const LuaLimits& limits, std::uint64_t seed);
    virtual ~LuaState();
    LuaState(const LuaState&) = delete;
    LuaState& operator=(const LuaState&) = delete;

    [[nodiscard]] static LuaState& of(lua_State* lua)
    {
        return **static_cast<LuaState**>(lua_getextraspace(lua));
    }
    [[nodiscard]] lua_State* lua() const { return m_lua; }
    [[nodiscard]] bool dead() const { return m_dead; }
    [[nodiscard]] const LuaLimits& limits() const { return m_limits; }
    [[nodiscard]] const std::string& fileName() const { return m_fileName; }

    /// Compiles and runs the script's top level. Fails with file, line and reason.
    [[nodiscard]] Result<void> run(std::string_view source);

    /// Pushes what `call` needs below the function; the function and its arguments come next.
    void beginCall() { lua_pushcfunction(m_lua, noteError); }
    /// Calls the function under its `arguments` with a fresh budget (a nested call shares the outer
    /// one's). Leaves `results` values on the stack and returns true, or leaves nothing, with the
    /// reason in `error()`. `what` names the callback.
    [[nodiscard]] bool call(int arguments, int results, const char* what);
    /// File, line and reason of the last failure.
    [[nodiscard]] const std::string& error() const { return m_error; }

    /// Charges `units` instructions for work inside a library function. Raises when the budget is used
    /// up: only for functions that hold nothing with a destructor.
    void charge(std::int64_t units);
    /// Collects garbage when fewer than `bytes` are left. Lua's string buffers do not do it themselves.
    /// May raise as charge does.
    void reserve(std::size_t bytes);
    /// As charge, from a guarded function: throws ScriptError.
    void chargeGuarded(std::int64_t units);
    /// Charges the next callback for work between callbacks, in place of what it was charged for before: a
    /// time without callbacks adds nothing up.
    void chargeNextCall(std::int64_t units) { m_owed = units; }
    /// Called before and now and then during work between callbacks that no count bounds: throws ScriptError once it
    /// took a tenth of what a callback may.
    void watchWork(bool begins);
    /// The charge for walking once through each of `tables` tables: they are never larger than all that
    /// the script holds.
    [[nodiscard]] std::int64_t walkCharge(std::size_t tables) const;
    /// The charge for walking through a table, or for naming a function in an error: Lua does not say how
    /// large either is, so it is as for the largest that the script ever had.
    [[nodiscard]] std::int64_t blockCharge() const
    {
        return m_largestBlock > FREE_BLOCK
                   ? static_cast<std::int64_t>(m_largestBlock / BYTES_PER_TOUCH)
                   : 0;
    }
    /// Counts memory that is kept for the script outside of its state. Throws ScriptError over the cap.
    void chargeMemory(std::size_t bytes);

    /// The next 64 random bits of this instance; equal seeds give equal sequences.
    [[nodiscard]] std::uint64_t random();

    /// Runs a function that may throw with its allocations granted; the number of its results, or −1
    /// with the error on the stack.
    template <typename Function> int runGuarded(Function function)
    {
        if (m_dead) [[unlikely]]
            return pushDeath();
        const bool before = std::exchange(m_granted, true);
        int results = -1;
        try {
            results = function();
        } catch (const std::exception& fault) {
            results = pushFault(fault.what());
        }
        m_granted = before;
        return results;
    }

private:
    static void* allocate(void* self, void* block, std::size_t oldSize, std::size_t newSize);
    static void countInstructions(lua_State* lua, lua_Debug* record);
    static int noteError(lua_State* lua);

    [[nodiscard]] bool admit(const void* block, std::size_t kind, std::size_t newSize,
                             std::size_t growth);
    void refuse(const char* reason, std::size_t size);
    /// The cap that an allocation would break, if any.
    [[nodiscard]] const char* brokenCap(const void* block, std::size_t kind, std::size_t newSize,
                                        std::size_t growth) const;
    void followStack(void* block, std::size_t size);
    /// One instruction compares whole strings, and one new key has a whole table counted.
    void noteSize(bool isString, std::size_t size);
    void kill(const char* reason);
    void killOverBudget();
    void beginWatch();
    void watchTime();
    [[noreturn]] void raiseDeath();
    int pushDeath();
    int pushFault(const char* what);
    /// Remembers "file:line:" of the innermost Lua function.
    void noteLocation();
    [[nodiscard]] std::string where() const;
    [[nodiscard]] std::string describe(int status) const;

    LuaLimits m_limits;
    std::string m_fileName;
    std::string m_error;
    lua_State* m_lua = nullptr;
    void* m_stack = nullptr;  ///< Lua's own stack, told from other blocks to cap its depth.
    void* m_newest = nullptr; ///< The newest block that is no object.
    std::size_t m_newestSize = 0;
    std::size_t m_used = 0;
    std::size_t m_largestBlock = 0; ///< Of those that are no objects: parts of tables and functions.
    std::size_t m_longestString = 0;
    std::int64_t m_stepCharge = HOOK_STEP;
    std::int64_t m_budget = 0;
    std::int64_t m_owed = 0; ///< By the next callback.
    std::int64_t m_begun = 0;     ///< When what is watched began, by the wall's clock, in nanoseconds,
    std::int64_t m_usedBefore = 0; ///< and what the thread had used of the processor then, or a moment before,
    std::int64_t m_usedRead = 0;   ///< which was read at this time.
    unsigned m_charges = 0;
    const char* m_what = "";
    std::size_t m_refusedSize = 0; ///< Of the last refusal: Lua asks again after it collected garbage.
    int m_depth = 0;
    int m_deathReference = LUA_NOREF;
    bool m_granted = true;   ///< Allocations over the cap kill, but succeed.
    bool m_tooDeep = false;
    bool m_dead = false;
    std::array<char, 96> m_where{};
    std::array<std::uint64_t, 4> m_random{};
};

/// Makes a Lua function of one that throws. `Host` is the state's class.
template <typename Host, int (*Function)(lua_State*, Host&)> int guarded(lua_State* lua)
{
    Host& host = static_cast<Host&>(LuaState::of(lua));
    const int results = host.runGuarded([lua, &host] { return Function(lua, host); });
    return results >= 0 ? results : lua_error(lua);
}

/// Opens what is kept of the standard library, and our own pairs, pcall, tostring, setmetatable, string
/// and table functions. May raise.
void openSandbox(lua_State* lua);
void openStringFunctions(lua_State* lua);
void openTableFunctions(lua_State* lua);
void openMetatables(lua_State* lua);
/// Pushes tostring(value at index) without addresses. May raise and may call the script.
void pushText(lua_State* lua, int index);
/// The type's name, or what a handle calls itself. Never raises.
[[nodiscard]] const char* typeName(lua_State* lua, int index);

} // namespace core::strategy
