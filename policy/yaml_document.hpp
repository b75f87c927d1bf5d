#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace tributary::policy {

/// Where something stands in a file. Counted from 1; 0 means the file as a whole.
struct Place {
  std::size_t line = 0, column = 0;
};

struct YamlEntry;

/// One value of a YAML document, and everything inside it.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  Place place;
  std::string text;                ///< Of a scalar.
  std::vector<YamlNode> items;     ///< Of a sequence.
  std::vector<YamlEntry> entries;  ///< Of a mapping, as they stand in the file: keys may repeat.
};

struct YamlEntry {
  std::string key;
  Place key_place;
  YamlNode value;
};

struct YamlError {
  Place place;
  std::string message;
};

inline constexpr std::size_t max_yaml_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_yaml_depth = 32;

/// Reads the one document in `text`; nothing in it is a null node. Refused, besides bad syntax: a second
/// document, anchors and aliases (a few lines of them can stand for gigabytes), tags, keys that are not plain
/// text, more than `max_yaml_depth` levels, more than `max_yaml_bytes`.
tl::expected<YamlNode, YamlError> read_yaml(std::string_view text);

}  // namespace tributary::policy
