#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tributary::policy {

/// One numeric setting: where it stands in the file, its default and its limits. The parser, the checks and
/// the reference page are made from this table alone.
struct SettingLimits {
  std::string_view path;  ///< "cache.size"
  std::uint64_t fallback, least, most;
  std::string_view unit;  ///< "B", "ms", "s", or empty for counts
  std::string_view meaning;
  std::string_view source;  ///< RFC section, or empty
};

std::span<const SettingLimits> setting_limits();

/// Requires: the table has `path`.
const SettingLimits& limits_of(std::string_view path);

}  // namespace tributary::policy
