#include "cache/host_time.hpp"

namespace tributary::cache {
namespace {

using std::chrono::milliseconds;

/// Clocks that have moved alike were set by nobody meanwhile.
constexpr milliseconds alike{1000};

bool same_boot(const HostTime& then, const HostTime& now, milliseconds by_boottime, milliseconds by_wall) {
  if (!then.boot.empty() && !now.boot.empty()) return then.boot == now.boot;
  return by_wall - by_boottime <= alike && by_boottime - by_wall <= alike;
}

}  // namespace

std::optional<milliseconds> elapsed(const HostTime& then, const HostTime& now) {
  const auto by_boottime = std::chrono::duration_cast<milliseconds>(now.boottime - then.boottime);
  const auto by_wall = now.wall - then.wall;
  const bool same = same_boot(then, now, by_boottime, by_wall);
  const auto passed = same ? by_boottime : by_wall;
  const bool known = same || (then.wall_is_right && now.wall_is_right);
  if (!known || passed < milliseconds::zero()) return std::nullopt;
  return passed;
}

}  // namespace tributary::cache
