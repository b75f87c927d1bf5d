#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tributary::policy {

/// One key of the configuration file.
struct Setting {
  enum class Kind : std::uint8_t {
    section,  ///< A mapping with the keys that follow.
    names,    ///< A mapping from names that the user chooses to sections.
    items,    ///< A list of sections.
    list,     ///< A list of texts.
    text,
    word,    ///< One of those in `allowed`.
    truth,   ///< true or false.
    number,  ///< Its limits are in `setting_limits`.
  };

  std::string_view path;  ///< "cache.size", "upstreams.*.url", "routes[].suffix"
  Kind kind;
  std::string_view fallback;  ///< The default in words; empty: there is none. Of a number, see its limits.
  std::string_view allowed;   ///< Of a word: all, separated by spaces. Else what it looks like.
  std::string_view meaning;
  bool required = false;

  /// The part behind the last dot.
  std::string_view key() const { return path.substr(path.rfind('.') + 1); }
  /// Of a word.
  std::vector<std::string_view> words() const;
};

/// All keys, in the order in which they are explained.
std::span<const Setting> settings();

/// The keys of the section at `path` ("" is the file itself), without those of sections in it.
std::vector<const Setting*> keys_of(std::string_view path);

/// What the paths of the keys in it begin with: "cache.", "upstreams.*.", "routes[].". Requires: a section,
/// names or items.
std::string prefix_of(const Setting& setting);

}  // namespace tributary::policy
