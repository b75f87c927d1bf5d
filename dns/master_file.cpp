#include "dns/master_file.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "dns/master_file_entries.hpp"
#include "dns/presentation.hpp"

// The file is taken apart here and only single records go to ldns: its own reader of files completes no
// relative $ORIGIN, takes "$TTL 0" for 3600, knows the TTL before the class only, and counts the blank lines
// behind an error.

namespace tributary::dns {

namespace {

constexpr std::uint32_t max_ttl = 0x7FFFFFFF;  // RFC 2181 §8

std::optional<std::uint32_t> seconds_in(char unit) {
  switch (unit | 0x20) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 604800;
    default:
      return {};
  }
}

/// "300", or with units as all name servers take it: "1h30m".
std::optional<std::uint32_t> parse_ttl(std::string_view text) {
  std::uint64_t total = 0;
  do {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = text.empty() ? 1 : seconds_in(text.front());
    if (!unit) return {};
    total += std::uint64_t{count} * *unit;
    if (total > max_ttl) return {};
    if (!text.empty()) text.remove_prefix(1);
  } while (!text.empty());
  return static_cast<std::uint32_t>(total);
}

/// True if `text` ends with a dot that no backslash escapes.
bool is_absolute(std::string_view text) {
  if (!text.ends_with('.')) return false;
  text.remove_suffix(1);
  const auto backslashes = text.size() - (text.find_last_not_of('\\') + 1);
  return backslashes % 2 == 0;
}

using Outcome = tl::expected<void, std::string>;

class Reader {
 public:
  explicit Reader(const Name& origin) : origin_(origin) {}

  Outcome take(std::string_view entry) { return entry.starts_with('$') ? directive(entry) : record(entry); }
  std::vector<Record> records() && { return std::move(records_); }

 private:
  Outcome directive(std::string_view entry) {
    const auto keyword = take_word(entry);
    const auto argument = take_word(entry);
    if (keyword == "$INCLUDE")
      return tl::unexpected<std::string>("$INCLUDE is not supported; put the records into this file");
    if (keyword != "$ORIGIN" && keyword != "$TTL")
      return tl::unexpected("unknown directive " + std::string(keyword) + "; $ORIGIN and $TTL are known");
    if (argument.empty() || !entry.empty())
      return tl::unexpected(std::string(keyword) + " needs exactly one argument");
    return keyword == "$TTL" ? set_ttl(argument) : set_origin(argument);
  }

  Outcome set_ttl(std::string_view text) {
    const auto ttl = parse_ttl(text);
    if (!ttl) return tl::unexpected("\"" + std::string(text) + "\" is no TTL from 0 to 2147483647 seconds");
    default_ttl_ = *ttl;
    return {};
  }

  Outcome set_origin(std::string_view text) {
    return complete(text).map([&](const Name& name) { origin_ = name; });
  }

  Outcome record(std::string_view entry) {
    if (!entry.starts_with(' ')) {
      const auto owner = complete(take_word(entry));
      if (!owner) return tl::unexpected("owner: " + owner.error());
      owner_ = *owner;
    }
    if (!owner_)
      return tl::unexpected<std::string>("there is no record before this whose owner it could inherit");
    const Head head = take_head(entry);
    if (!parse_type(head.type))
      return tl::unexpected("\"" + std::string(head.type) + "\" is neither a TTL, a class nor a type");
    return read_presentation(". 0 IN " + std::string(head.type) + ' ' + std::string(entry), origin_)
        .map([&](Record read) {
          read.owner = *owner_;
          read.ttl = head.ttl;
          read.klass = head.klass;
          records_.push_back(std::move(read));
        });
  }

  struct Head {
    std::uint32_t ttl;
    Class klass;
    std::string_view type;
  };

  /// TTL and class, each optional and in any order, and the type (RFC 1035 §5.1).
  Head take_head(std::string_view& entry) const {
    Head head{default_ttl_, Class::IN, take_word(entry)};
    for (int optional_words = 0; optional_words < 2; ++optional_words) {
      if (const auto ttl = parse_ttl(head.type))
        head.ttl = *ttl;
      else if (const auto klass = parse_class(head.type))
        head.klass = *klass;
      else
        break;
      head.type = take_word(entry);
    }
    return head;
  }

  tl::expected<Name, std::string> complete(std::string_view text) const {
    if (text == "@") return origin_;
    auto name = Name::parse(text);
    if (!name || is_absolute(text)) return name;
    const auto completed = name->with_suffix_replaced(Name(), origin_);
    if (!completed) return tl::unexpected<std::string>("the name is longer than 255 octets with its origin");
    return *completed;
  }

  Name origin_;
  std::optional<Name> owner_;
  std::uint32_t default_ttl_ = 3600;
  std::vector<Record> records_;
};

}  // namespace

std::string MasterFileError::to_text() const {
  const std::string where = line == 0 ? file.string() : file.string() + ':' + std::to_string(line);
  return where + ": " + message;
}

tl::expected<std::vector<Record>, std::vector<MasterFileError>> read_master_file(
    const std::filesystem::path& file, const Name& origin) {
  errno = 0;
  std::ifstream stream(file);
  if (!stream) return tl::unexpected(std::vector{MasterFileError{file, 0, std::strerror(errno)}});

  Reader reader(origin);
  std::vector<MasterFileError> errors;
  MasterFileEntries entries(stream);
  while (const auto entry = entries.next()) {
    if (!*entry)
      errors.push_back({file, entry->error().line, entry->error().message});
    else if (const auto taken = reader.take((*entry)->text); !taken)
      errors.push_back({file, (*entry)->line, taken.error()});
  }
  if (stream.bad()) errors.push_back({file, 0, std::strerror(errno)});
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return std::move(reader).records();
}

}  // namespace tributary::dns
