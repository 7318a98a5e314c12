// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/luahost.h"

#include "core/strategy/luaruntime.h"

#include <fmt/format.h>

namespace core::strategy {

namespace {

/// A running script as the engine knows it. A failure suspends it; nothing of it runs until the user
/// resumes it. Over a cap its state is dead and stays so.
class LuaStrategy final : public Strategy
{
public:
    explicit LuaStrategy(std::unique_ptr<LuaHost> host) : m_host(std::move(host))
    {
        // The engine may outlive this strategy with the callback in its hands.
        m_host->onTimer([this, guard = std::weak_ptr(m_alive)](int function) {
            return [this, guard, function] {
                if (!guard.expired())
                    callTimer(function);
            };
        });
    }

    void onStart(Context& context) override { callPlain(context, Handler::Start); }
    void onResume(Context& context, Nanoseconds gap) override
    {
        if (!m_host->handles(Handler::Resume)) {
            onStart(context);
            return;
        }
        if (!begin(context, Handler::Resume))
            return;
        lua_pushinteger(m_host->lua(), std::chrono::duration_cast<std::chrono::microseconds>(gap).count());
        finish(context, 2, Handler::Resume);
    }
    void onBar(Context& context, const Bar& bar) override
    {
        if (!begin(context, Handler::Bar))
            return;
        m_host->bar = bar;
        m_host->pushBar();
        finish(context, 2, Handler::Bar);
    }
    void onClose(Context& context, Timestamp time) override
    {
        if (!begin(context, Handler::Close))
            return;
        lua_pushinteger(m_host->lua(), toMicroseconds(time));
        finish(context, 2, Handler::Close);
    }
    void onTrade(Context& context, const MarketTrade& trade) override
    {
        if (!begin(context, Handler::Trade))
            return;
        m_host->trade = trade;
        m_host->pushTrade();
        finish(context, 2, Handler::Trade);
    }
    void onOrder(Context& context, const execution::Order& order) override
    {
        if (!begin(context, Handler::Order))
            return;
        m_host->pushOrder(order.id);
        const execution::Order* before = m_host->showStep(&order);
        finish(context, 2, Handler::Order);
        m_host->showStep(before);
    }
    void onFill(Context& context, const execution::Fill& fill) override
    {
        if (!begin(context, Handler::Fill))
            return;
        m_host->pushFill(fill);
        finish(context, 2, Handler::Fill);
    }
    void onMarginCall(Context& context) override { callPlain(context, Handler::MarginCall); }
    void onStop(Context& context) override { callPlain(context, Handler::Stop); }
    void onBatchEnd(Context& context) override
    {
        if (m_suspended)
            return;
        if (const auto checked = m_host->checkState(); !checked)
            suspend(context, checked.error().what);
    }
    [[nodiscard]] Result<std::string> saveState() override { return m_host->saveState(); }
    [[nodiscard]] Result<void> restoreState(std::string_view bytes) override
    {
        return m_host->restoreState(bytes);
    }
    [[nodiscard]] bool canResume() const override { return !m_host->dead(); }
    void resume() override { m_suspended = false; }

private:
    /// Pushes the handler and ctx. False when the script has none, or was suspended.
    bool begin(Context& context, Handler handler)
    {
        m_context = &context;
        if (m_suspended || !m_host->handles(handler))
            return false;
        // A handler may be called while another one runs, in the middle of its stack.
        lua_checkstack(m_host->lua(), LUA_MINSTACK);
        m_host->bind(context);
        m_host->beginCall();
        m_host->pushHandler(handler);
        m_host->pushContext();
        return true;
    }
    void finish(Context& context, int arguments, Handler handler)
    {
        if (!m_host->call(arguments, 0, HANDLER_NAMES[static_cast<std::size_t>(handler)]))
            suspend(context, m_host->error());
    }
    void callPlain(Context& context, Handler handler)
    {
        if (begin(context, handler))
            finish(context, 1, handler);
    }
    void callTimer(int function)
    {
        if (m_suspended || m_context == nullptr)
            return;
        lua_checkstack(m_host->lua(), LUA_MINSTACK);
        m_host->bind(*m_context);
        m_host->beginCall();
        lua_rawgeti(m_host->lua(), LUA_REGISTRYINDEX, function);
        m_host->pushContext();
        if (!m_host->call(1, 0, "a function given to ctx:every"))
            suspend(*m_context, m_host->error());
    }
    void suspend(Context& context, std::string_view reason)
    {
        if (std::exchange(m_suspended, true))
            return;
        context.suspend(reason);
    }

    std::unique_ptr<LuaHost> m_host;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    Context* m_context = nullptr;
    bool m_suspended = false;
};

} // namespace

Result<Metadata> readLuaMetadata(std::string_view fileName, std::string_view source,
                                 const LuaLimits& limits)
{
    LuaState state(std::string(fileName), limits, 0);
    if (auto ran = state.run(source); !ran)
        return ran.error();
    return readDeclaration(state, fileName);
}

StrategyFactory luaFactory(std::string fileName, std::shared_ptr<const std::string> source,
                           LuaLimits limits)
{
    return [fileName = std::move(fileName), source = std::move(source),
            limits](const Parameters& parameters,
                    std::uint64_t seed) -> Result<std::unique_ptr<Strategy>> {
        auto host = std::make_unique<LuaHost>(fileName, limits, seed);
        if (auto ran = host->run(*source); !ran)
            return ran.error();
        host->open(parameters);
        return std::unique_ptr<Strategy>(std::make_unique<LuaStrategy>(std::move(host)));
    };
}

} // namespace core::strategy
