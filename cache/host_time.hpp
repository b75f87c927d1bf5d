#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace tributary::cache {

/// Time since 1970 by the wall clock, whatever that is worth.
using WallTime = std::chrono::milliseconds;

/// The clocks of a host at one moment.
struct HostTime {
  Instant boottime{};
  WallTime wall{};
  bool wall_is_right = false;  ///< Somebody vouches for it.
  std::string boot;            ///< Which boot of which host `boottime` counts from; empty if unknown.

  friend bool operator==(const HostTime&, const HostTime&) = default;
};

/// How much time lies between the two; nothing if that cannot be known. Within one boot the clock that tells
/// it is one that nobody can set; else it is the wall clock, if it was right then and is now.
std::optional<std::chrono::milliseconds> elapsed(const HostTime& then, const HostTime& now);

}  // namespace tributary::cache
