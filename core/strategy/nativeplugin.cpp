// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativeplugin.h"

#include "core/strategy/luajson.h"
#include "core/strategy/nativestrategy.h"
#include "core/strategy/privatecopy.h"

#include <QJsonObject>
#include <QPluginLoader>

#include <fmt/format.h>

#include <map>
#include <mutex>

#include <quarterdeck/plugin.h>

namespace core::strategy {

namespace {

constexpr std::string_view IID = QUARTERDECK_STRATEGY_IID;
/// Everything of the interface's name before its version.
constexpr std::string_view IID_FAMILY = IID.substr(0, IID.rfind('/') + 1);
static_assert(IID.substr(IID_FAMILY.size()).size() == 1 &&
                  IID.back() - '0' == quarterdeck::INTERFACE_VERSION,
              "the interface's name ends in its version");

Error failure(std::string_view fileName, std::string_view what, std::string remedy = "")
{
    return {ErrorCode::StrategyFailed, fmt::format("{}: {}", fileName, what), std::move(remedy)};
}

Error otherVersion(std::string_view fileName, std::string_view theirs)
{
    return failure(fileName,
                   fmt::format("it was built for version {} of the interface of strategies, and this program "
                               "has version {}",
                               theirs, quarterdeck::INTERFACE_VERSION),
                   "Build it anew against this program's headers.");
}

/// Checks both versions before anything of the plugin runs: the one its code was compiled with and the one its
/// author wrote down.
Result<void> checkInterface(std::string_view fileName, const QJsonObject& metadata)
{
    const std::string iid = metadata.value(QLatin1StringView("IID")).toString().toStdString();
    if (iid.empty())
        return failure(fileName, "it is no plugin that can be read on this system");
    if (!iid.starts_with(IID_FAMILY))
        return failure(fileName, fmt::format("it is a plugin of another kind ({})", iid.substr(0, 80)));
    if (iid != IID)
        return otherVersion(fileName, std::string_view(iid).substr(IID_FAMILY.size(), 20));
    const QJsonValue stated =
        metadata.value(QLatin1StringView("MetaData")).toObject().value(QLatin1StringView("interface"));
    if (!stated.isDouble())
        return failure(fileName, fmt::format("its metadata does not say \"interface\": {}",
                                             quarterdeck::INTERFACE_VERSION));
    if (stated.toDouble() != quarterdeck::INTERFACE_VERSION)
        return otherVersion(fileName, fmt::format("{}", stated.toDouble()));
    return {};
}

QString toQString(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

/// Maps the bytes. What is loaded stays so until the program ends: strategies, and what they threw, are code of it.
Result<quarterdeck::StrategyPlugin*> mapLibrary(const std::string& name, std::string_view bytes)
{
    const auto copy = PrivateCopy::make(bytes);
    if (!copy)
        return copy.error();
    QPluginLoader loader(toQString(copy->file()));
    // A symbol that is missing fails now, not in the middle of a session.
    loader.setLoadHints(QLibrary::ResolveAllSymbolsHint | QLibrary::PreventUnloadHint);
    QObject* root = nullptr;
    try {
        root = loader.instance();
    } catch (...) {
        return failure(name, "its root object threw when it was made");
    }
    if (root == nullptr)
        return failure(name, fmt::format("it cannot be loaded: {}", loader.errorString().toStdString()),
                       "Where programs may not run from the folder for temporary files, set TMPDIR.");
    auto* plugin = qobject_cast<quarterdeck::StrategyPlugin*>(root);
    if (plugin == nullptr)
        return failure(name, "its root object is no quarterdeck::StrategyPlugin (is Q_INTERFACES missing?)");
    return plugin;
}

/// The plugins of this program by their hash. The system knows them by the program too, so neither can be kept by
/// any smaller owner.
Result<quarterdeck::StrategyPlugin*> loadOnce(const std::string& name, std::string_view bytes,
                                              const Sha256Digest& sha256)
{
    static std::mutex mutex;
    static std::map<std::string, quarterdeck::StrategyPlugin*> loaded;
    const std::scoped_lock lock(mutex);
    const auto found = loaded.find(sha256.hex());
    if (found != loaded.end())
        return found->second;
    const auto plugin = mapLibrary(name, bytes);
    if (plugin)
        loaded.emplace(sha256.hex(), *plugin);
    return plugin;
}

} // namespace

Result<Metadata> readNativeMetadata(std::string_view fileName, std::string_view bytes)
{
    if (!bytes.starts_with("\x7F" "ELF"))
        return failure(fileName, "it is no plugin that can be read on this system");
    const auto copy = PrivateCopy::make(bytes);
    if (!copy)
        return copy.error();
    const QPluginLoader loader(toQString(copy->file()));
    const QJsonObject metadata = loader.metaData();
    if (const auto fits = checkInterface(fileName, metadata); !fits)
        return fits.error();
    const QJsonValue declaration =
        metadata.value(QLatin1StringView("MetaData")).toObject().value(QLatin1StringView("strategy"));
    if (!declaration.isObject())
        return failure(fileName, "its metadata has no object called \"strategy\"");
    return readJsonDeclaration(fileName, declaration);
}

Result<StrategyFactory> loadNative(std::string name, std::string_view bytes, const Sha256Digest& sha256)
{
    const auto plugin = loadOnce(name, bytes, sha256);
    if (!plugin)
        return plugin.error();
    return StrategyFactory([name = std::move(name), plugin = *plugin](const Parameters& parameters,
                                                                      std::uint64_t seed) {
        return makeNativeStrategy(name, [plugin] { return plugin->create(); }, parameters, seed);
    });
}

} // namespace core::strategy
