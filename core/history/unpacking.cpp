// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/unpacking.h"

#include "core/history/csvfields.h"

#include <array>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace core::history {

namespace {

constexpr std::size_t BLOCK = 1 << 16;
/// What an archive's directory may take, since it is kept in memory as a whole: some 300,000 members.
constexpr std::int64_t MAX_DIRECTORY = 16 << 20;
constexpr std::size_t MAX_MEMBERS = 100'000;
/// Tables of numbers shrink to a tenth; what grows two hundred times was made to fill a memory.
constexpr std::int64_t MAX_GROWTH = 200;
constexpr std::int64_t GROWTH_FREE = 16 << 20;

/// libarchive over an open file. Its callbacks hold its address.
class Archive
{
public:
    explicit Archive(FileHandle file) : m_file(std::move(file)), m_archive(archive_read_new()) {}
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;
    ~Archive() { archive_read_free(m_archive); }

    /// Only what a table comes in is understood at all, so that nothing else is ever parsed.
    Result<void> open(Packing packing);
    /// The next member's path; nothing after the last. Folders are passed over.
    Result<std::optional<std::string>> nextMember();
    Result<std::size_t> read(std::span<char> buffer);
    /// False where what should be packed was not recognised and would be given as it is.
    [[nodiscard]] bool isUnpacking() const { return archive_filter_code(m_archive, 0) != ARCHIVE_FILTER_NONE; }
    /// Puts what went wrong last in words.
    [[nodiscard]] Error broken() const;
    [[nodiscard]] std::int64_t position() const { return m_file.position(); }
    [[nodiscard]] std::int64_t size() const { return m_file.size(); }
    [[nodiscard]] std::string name() const { return m_file.name(); }

private:
    static la_ssize_t readBlock(archive*, void* self, const void** buffer);
    static la_int64_t seekTo(archive*, void* self, la_int64_t offset, int whence);
    static la_int64_t skip(archive*, void* self, la_int64_t count);

    FileHandle m_file;
    archive* m_archive;
    std::array<char, BLOCK> m_block{};
    bool m_inHeader = false;
    bool m_tooLarge = false;
    std::int64_t m_headerBytes = 0;
    std::optional<Error> m_fault;
};

Result<void> Archive::open(Packing packing)
{
    if (packing == Packing::Zip)
        archive_read_support_format_zip(m_archive);
    else {
        archive_read_support_filter_gzip(m_archive);
        archive_read_support_format_raw(m_archive);
        archive_read_support_format_empty(m_archive);
    }
    archive_read_set_callback_data(m_archive, this);
    archive_read_set_read_callback(m_archive, readBlock);
    archive_read_set_seek_callback(m_archive, seekTo);
    archive_read_set_skip_callback(m_archive, skip);
    if (archive_read_open1(m_archive) != ARCHIVE_OK)
        return broken();
    return {};
}

la_ssize_t Archive::readBlock(archive*, void* self, const void** buffer)
{
    auto& own = *static_cast<Archive*>(self);
    auto count = own.m_file.read(own.m_block);
    if (!count) {
        own.m_fault = count.error();
        return -1;
    }
    own.m_headerBytes += static_cast<std::int64_t>(*count);
    own.m_tooLarge = own.m_inHeader && own.m_headerBytes > MAX_DIRECTORY;
    if (own.m_tooLarge)
        return -1;
    *buffer = own.m_block.data();
    return static_cast<la_ssize_t>(*count);
}

la_int64_t Archive::seekTo(archive*, void* self, la_int64_t offset, int whence)
{
    auto& own = *static_cast<Archive*>(self);
    const std::int64_t base = whence == SEEK_SET   ? 0
                              : whence == SEEK_CUR ? own.m_file.position()
                                                   : own.m_file.size();
    return own.m_file.seek(base + offset) ? own.m_file.position() : ARCHIVE_FATAL;
}

la_int64_t Archive::skip(archive*, void* self, la_int64_t count)
{
    auto& own = *static_cast<Archive*>(self);
    const std::int64_t rest = own.m_file.size() - own.m_file.position();
    if (count <= 0 || count > rest || !own.m_file.seek(own.m_file.position() + count))
        return 0; // It reads over it then.
    return count;
}

Error Archive::broken() const
{
    if (m_fault)
        return *m_fault;
    if (m_tooLarge)
        return {ErrorCode::Unsupported, name() + " has a directory too large to look through",
                "Nothing was changed. Unpack it and import the CSV file inside."};
    const char* reason = archive_error_string(m_archive);
    return {ErrorCode::Corrupt,
            fmt::format("{} is damaged or incomplete ({})", name(),
                        printable(reason ? reason : "its end is missing")),
            "Fetch the file again."};
}

Result<std::optional<std::string>> Archive::nextMember()
{
    while (true) {
        archive_entry* entry = nullptr;
        m_headerBytes = 0;
        m_inHeader = true;
        const int code = archive_read_next_header(m_archive, &entry);
        m_inHeader = false;
        if (code == ARCHIVE_EOF)
            return std::optional<std::string>();
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
            return broken();
        if (archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        const char* path = archive_entry_pathname(entry);
        if (!path)
            path = archive_entry_pathname_utf8(entry);
        return std::optional<std::string>(path ? path : "");
    }
}

Result<std::size_t> Archive::read(std::span<char> buffer)
{
    const la_ssize_t count = archive_read_data(m_archive, buffer.data(), buffer.size());
    if (count >= 0)
        return static_cast<std::size_t>(count);
    if (archive_read_has_encrypted_entries(m_archive) > 0)
        return Error{ErrorCode::Unsupported, name() + " is protected by a password",
                     "Unpack it and import the CSV file inside."};
    return broken();
}

/// One packed text.
class PackedSource final : public ByteSource
{
public:
    PackedSource(std::unique_ptr<Archive> archive, std::string name)
        : m_archive(std::move(archive)), m_name(std::move(name))
    {}

    Result<std::size_t> read(std::span<char> buffer) override
    {
        auto count = m_archive->read(buffer);
        if (!count)
            return count;
        m_ended = *count == 0;
        m_unpacked += static_cast<std::int64_t>(*count);
        if (m_unpacked / MAX_GROWTH > m_archive->size() + GROWTH_FREE / MAX_GROWTH)
            return Error{ErrorCode::Unsupported,
                         fmt::format("{} unpacks to more than {} times its size", m_archive->name(),
                                     MAX_GROWTH),
                         "It is no file of candles that anyone would make. Unpack it yourself if you trust it."};
        return count;
    }
    std::int64_t bytesDone() const override
    {
        return m_ended ? m_archive->size() : std::min(m_archive->position(), m_archive->size());
    }
    std::int64_t bytesTotal() const override { return m_archive->size(); }
    std::string name() const override { return m_name; }

private:
    std::unique_ptr<Archive> m_archive;
    std::string m_name;
    std::int64_t m_unpacked = 0;
    bool m_ended = false;
};

} // namespace

Result<Packing> packingOf(FileHandle& file)
{
    std::array<char, 4> head{};
    auto count = file.read(head);
    if (!count)
        return count.error();
    if (!file.seek(0))
        return Error{ErrorCode::Io, file.name() + " cannot be read from its start", "Copy it to a disk."};
    const std::string_view bytes(head.data(), *count);
    if (bytes.starts_with("\x1F\x8B"))
        return Packing::Gzip;
    return bytes == "PK\x03\x04" || bytes == "PK\x05\x06" ? Packing::Zip : Packing::None;
}

Result<std::vector<std::string>> zipMembers(const std::filesystem::path& file)
{
    auto opened = FileHandle::open(file);
    if (!opened)
        return opened.error();
    Archive archive(std::move(*opened));
    if (auto ready = archive.open(Packing::Zip); !ready)
        return ready.error();
    std::vector<std::string> names;
    while (names.size() < MAX_MEMBERS) {
        auto name = archive.nextMember();
        if (!name)
            return name.error();
        if (!*name)
            return names;
        names.push_back(std::move(**name));
    }
    return Error{ErrorCode::Unsupported,
                 fmt::format("{} has more than {} members", file.string(), MAX_MEMBERS),
                 "Nothing was changed. Unpack it and import the CSV file inside."};
}

Result<std::unique_ptr<ByteSource>> openMember(FileHandle file, const std::string& member)
{
    auto archive = std::make_unique<Archive>(std::move(file));
    if (auto ready = archive->open(Packing::Zip); !ready)
        return ready.error();
    while (true) {
        auto name = archive->nextMember();
        if (!name)
            return name.error();
        if (!*name)
            return Error{ErrorCode::NotFound,
                         fmt::format("{} has no member \"{}\"", archive->name(), printable(member)),
                         "It may have changed meanwhile; choose it again."};
        if (**name == member)
            return std::unique_ptr<ByteSource>(std::make_unique<PackedSource>(std::move(archive), member));
    }
}

Result<std::unique_ptr<ByteSource>> openGzip(FileHandle file)
{
    auto archive = std::make_unique<Archive>(std::move(file));
    if (auto ready = archive->open(Packing::Gzip); !ready)
        return ready.error();
    auto member = archive->nextMember();
    if (!member)
        return member.error();
    if (!archive->isUnpacking())
        return archive->broken();
    if (!*member)
        return Error{ErrorCode::InvalidInput, archive->name() + " is empty", "Choose a file with candles."};
    const std::string name = archive->name();
    return std::unique_ptr<ByteSource>(std::make_unique<PackedSource>(std::move(archive), name));
}

} // namespace core::history
