// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/strategy/nativeplugin.h"

#include "core/strategy/luajson.h"
#include "core/strategy/nativestrategy.h"
#include "core/strategy/privatecopy.h"

#include <QJsonObject>
#include <QPluginLoader>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <elf.h>
#include <link.h>
#include <unistd.h>

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

Error unreadable(std::string_view fileName)
{
    return failure(fileName, "it is no plugin that can be read on this system");
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
        return unreadable(fileName);
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

/// What a plugin may have loaded with it: it is in this program already.
constexpr std::array<std::string_view, 10> LIBRARIES = {
    "libQt6Core.so.6",  "libstdc++.so.6",        "libgcc_s.so.1",         "libc.so.6",   "libm.so.6",
    "ld-linux.so.2",    "ld-linux-x86-64.so.2",  "ld-linux-aarch64.so.1", "ld-linux.so.3",
    "ld-linux-armhf.so.3"};
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool SANITIZED = true;
#else
constexpr bool SANITIZED = false;
#endif

bool isSanitizer(std::string_view library)
{
    for (const std::string_view family : {"libasan.so.", "libubsan.so.", "libtsan.so."}) {
        if (library.starts_with(family))
            return library.find_first_not_of("0123456789", family.size()) == std::string_view::npos;
    }
    return false;
}

bool mayNeed(std::string_view library)
{
    return std::ranges::find(LIBRARIES, library) != LIBRARIES.end() || (SANITIZED && isSanitizer(library));
}

/// A plugin's bytes as the system will map them. Whatever could be mapped in two ways is not read at all.
class MappedImage
{
public:
    using Header = ElfW(Ehdr);
    using Segment = ElfW(Phdr);
    using Entry = ElfW(Dyn);

    /// Nothing when the headers are none of a library of this system.
    static std::optional<MappedImage> read(std::string_view bytes)
    {
        MappedImage image(bytes);
        return image.readHeaders() ? std::optional(std::move(image)) : std::nullopt;
    }

    /// The dynamic section without its end; nothing when it has none.
    [[nodiscard]] std::optional<std::vector<Entry>> dynamic() const
    {
        const std::string_view section = mappedFrom(m_dynamic);
        std::vector<Entry> entries;
        for (std::size_t at = 0; const auto entry = valueAt<Entry>(section, at); at += sizeof(Entry)) {
            if (entry->d_tag == DT_NULL)
                return entries;
            entries.push_back(*entry);
        }
        return std::nullopt;
    }

    /// The text that ends in a zero byte `offset` behind `address`; nothing when it is not in the file.
    [[nodiscard]] std::optional<std::string_view> textAt(std::uint64_t address, std::uint64_t offset) const
    {
        const std::string_view table = mappedFrom(address);
        if (offset >= table.size())
            return std::nullopt;
        const std::size_t end = table.find('\0', offset);
        if (end == std::string_view::npos)
            return std::nullopt;
        return table.substr(offset, end - offset);
    }

private:
    explicit MappedImage(std::string_view bytes) : m_bytes(bytes) {}

    template <typename Value>
    static std::optional<Value> valueAt(std::string_view bytes, std::uint64_t offset)
    {
        if (offset > bytes.size() || bytes.size() - offset < sizeof(Value))
            return std::nullopt;
        Value value;
        std::memcpy(&value, bytes.data() + offset, sizeof(Value));
        return value;
    }

    bool readHeaders()
    {
        constexpr unsigned char WORDS = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
        constexpr unsigned char ORDER = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
        const auto header = valueAt<Header>(m_bytes, 0);
        if (!header || !m_bytes.starts_with(ELFMAG) || header->e_ident[EI_CLASS] != WORDS ||
            header->e_ident[EI_DATA] != ORDER || header->e_phentsize != sizeof(Segment) ||
            header->e_phoff > m_bytes.size())
            return false;
        bool found = false;
        for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
            const auto segment = valueAt<Segment>(m_bytes, header->e_phoff + i * sizeof(Segment));
            if (!segment)
                return false;
            if (segment->p_type == PT_LOAD && !add(*segment))
                return false;
            if (segment->p_type != PT_DYNAMIC)
                continue;
            if (std::exchange(found, true))
                return false;
            m_dynamic = segment->p_vaddr;
        }
        return found;
    }

    /// False unless the segment is in the file, and on pages of its own behind those of the one before.
    bool add(const Segment& segment)
    {
        constexpr std::uint64_t MOST = 1ULL << 31; // So that nothing below overflows.
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        if (segment.p_offset > m_bytes.size() || segment.p_filesz > m_bytes.size() - segment.p_offset ||
            segment.p_vaddr > MOST || segment.p_memsz > MOST || segment.p_filesz > segment.p_memsz ||
            segment.p_vaddr % page != segment.p_offset % page || segment.p_vaddr / page * page < m_pagesEnd)
            return false;
        m_pagesEnd = (segment.p_vaddr + segment.p_memsz + page - 1) / page * page;
        m_loaded.push_back(segment);
        return true;
    }

    /// The file's bytes from an address on to the end of its segment; none when it is in none.
    [[nodiscard]] std::string_view mappedFrom(std::uint64_t address) const
    {
        for (const Segment& segment : m_loaded) {
            if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
                return m_bytes.substr(segment.p_offset, segment.p_filesz).substr(address - segment.p_vaddr);
        }
        return {};
    }

    std::string_view m_bytes;
    std::vector<Segment> m_loaded;
    std::uint64_t m_pagesEnd = 0;
    std::uint64_t m_dynamic = 0;
};

/// Refuses one entry that would have code loaded which nobody looked at.
Result<void> checkEntry(std::string_view fileName, const MappedImage& image, std::uint64_t names,
                        const MappedImage::Entry& entry)
{
    switch (entry.d_tag) {
    case DT_RPATH:
    case DT_RUNPATH:
    case DT_NEEDED:
    case DT_AUXILIARY:
    case DT_FILTER:
    case DT_AUDIT:
    case DT_DEPAUDIT:
        break;
    default:
        return {};
    }
    const auto text = image.textAt(names, entry.d_un.d_val);
    if (!text)
        return unreadable(fileName);
    if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
        return failure(fileName, fmt::format("it has libraries looked for in {}", text->substr(0, 200)),
                       "A plugin is one file. Link it without an RPATH or RUNPATH.");
    if (entry.d_tag == DT_NEEDED && mayNeed(*text))
        return {};
    return failure(fileName, fmt::format("it loads the library {}", text->substr(0, 200)),
                   "A plugin is one file: link what it needs into it, Qt Core and the system's C and C++ libraries "
                   "apart.");
}

/// Refuses a plugin with which other files would be loaded: their bytes are in no hash.
Result<void> checkLibraries(std::string_view fileName, std::string_view bytes)
{
    const auto image = MappedImage::read(bytes);
    const auto entries = image ? image->dynamic() : std::nullopt;
    if (!entries)
        return unreadable(fileName);
    const auto isNames = [](const MappedImage::Entry& entry) { return entry.d_tag == DT_STRTAB; };
    const auto names = std::ranges::find_if(*entries, isNames);
    if (std::ranges::count_if(*entries, isNames) != 1)
        return unreadable(fileName);
    for (const MappedImage::Entry& entry : *entries) {
        if (auto fits = checkEntry(fileName, *image, names->d_un.d_ptr, entry); !fits)
            return fits;
    }
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
    if (const auto alone = checkLibraries(fileName, bytes); !alone)
        return alone.error();
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
