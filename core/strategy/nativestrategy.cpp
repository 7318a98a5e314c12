// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativestrategy.h"

#include "core/strategy/nativecontext.h"
#include "core/trust/utf8.h"

#include <fmt/format.h>

#include <exception>

namespace core::strategy {

namespace {

constexpr std::size_t MAX_REASON = 1000;
constexpr std::size_t MAX_STATE = 1 << 20;

/// Runs a call of a plugin; what it threw in words, or nothing.
template <typename Call>
std::optional<std::string> tryCall(const std::string& name, std::string_view what, const Call& call)
{
    try {
        call();
        return std::nullopt;
    } catch (const std::exception& fault) {
        return fmt::format("{}: {} failed: {}", name, what,
                           trust::cleanUtf8(std::string_view(fault.what()).substr(0, MAX_REASON)));
    } catch (...) {
        return fmt::format("{}: {} failed: it threw something that is no std::exception", name, what);
    }
}

/// A failure suspends it; nothing of it is called again until the user resumes it.
class NativeStrategy final : public Strategy
{
public:
    NativeStrategy(std::string name, std::unique_ptr<quarterdeck::Strategy> plugin,
                   const Parameters& parameters, std::uint64_t seed)
        : m_name(std::move(name)), m_plugin(std::move(plugin)),
          m_native(parameters, seed, [this](std::function<void(quarterdeck::Context&)> callback) {
              return timer(std::move(callback));
          })
    {
    }

    void onStart(Context& context) override
    {
        call(context, "onStart", [this] { m_plugin->onStart(m_native); });
    }
    void onResume(Context& context, Nanoseconds gap) override
    {
        call(context, "onResume", [&] { m_plugin->onResume(m_native, gap); });
    }
    void onBar(Context& context, const Bar& bar) override
    {
        call(context, "onBar", [&] { m_plugin->onBar(m_native, m_native.barOf(bar)); });
    }
    void onClose(Context& context, Timestamp time) override
    {
        call(context, "onClose", [&] { m_plugin->onClose(m_native, time); });
    }
    void onTrade(Context& context, const MarketTrade& trade) override
    {
        call(context, "onTrade", [&] { m_plugin->onTrade(m_native, m_native.tradeOf(trade)); });
    }
    void onOrder(Context& context, const execution::Order& order) override
    {
        call(context, "onOrder", [&] { m_plugin->onOrder(m_native, m_native.view(order)); });
    }
    void onFill(Context& context, const execution::Fill& fill) override
    {
        call(context, "onFill", [&] { m_plugin->onFill(m_native, m_native.fillOf(fill)); });
    }
    void onMarginCall(Context& context) override
    {
        call(context, "onMarginCall", [this] { m_plugin->onMarginCall(m_native); });
    }
    void onStop(Context& context) override
    {
        call(context, "onStop", [this] { m_plugin->onStop(m_native); });
    }
    Result<std::string> saveState() override
    {
        std::string bytes;
        if (const auto fault = tryCall(m_name, "saveState", [&] { bytes = m_plugin->saveState(); }))
            return Error{ErrorCode::StrategyFailed, *fault, ""};
        if (bytes.size() > MAX_STATE)
            return Error{ErrorCode::StrategyFailed, fmt::format("{}: saveState gave more than 1 MiB", m_name), ""};
        return bytes;
    }
    Result<void> restoreState(std::string_view bytes) override
    {
        if (const auto fault = tryCall(m_name, "restoreState", [&] { m_plugin->restoreState(bytes); }))
            return Error{ErrorCode::Corrupt, *fault, ""};
        return {};
    }
    void resume() override { m_suspended = false; }

private:
    template <typename Call> void call(Context& context, std::string_view what, const Call& call)
    {
        m_context = &context;
        if (m_suspended)
            return;
        m_native.bind(context);
        if (const auto fault = tryCall(m_name, what, call); fault && !std::exchange(m_suspended, true))
            context.suspend(*fault);
    }
    std::function<void()> timer(std::function<void(quarterdeck::Context&)> callback)
    {
        // The engine may outlive this strategy with the callback in its hands.
        return [this, guard = std::weak_ptr(m_alive), callback = std::move(callback)] {
            if (!guard.expired() && m_context != nullptr)
                call(*m_context, "a function given to every", [&] { callback(m_native); });
        };
    }

    std::string m_name;
    std::unique_ptr<quarterdeck::Strategy> m_plugin;
    NativeContext m_native;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    Context* m_context = nullptr;
    bool m_suspended = false;
};

} // namespace

Result<std::unique_ptr<Strategy>> makeNativeStrategy(const std::string& name, const NativeMaker& make,
                                                     const Parameters& parameters, std::uint64_t seed)
{
    std::unique_ptr<quarterdeck::Strategy> plugin;
    if (const auto fault = tryCall(name, "create", [&] { plugin = make(); }))
        return Error{ErrorCode::StrategyFailed, *fault, ""};
    if (!plugin)
        return Error{ErrorCode::StrategyFailed, fmt::format("{}: create gave no strategy", name), ""};
    return std::unique_ptr<Strategy>(
        std::make_unique<NativeStrategy>(name, std::move(plugin), parameters, seed));
}

} // namespace core::strategy
