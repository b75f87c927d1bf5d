#include "resolver/daemon/settled_config.hpp"

#include <sched.h>

#include <algorithm>

#include "resolver/daemon/upstream_factory.hpp"

namespace tributary::resolver {
namespace {

/// The cores that this process may run on (an affinity mask, a cpuset), at least one.
std::size_t usable_cores() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<std::size_t>(std::max(CPU_COUNT(&cores), 1));
}

}  // namespace

policy::Config settled(policy::Config config) {
  if (config.workers == 0) config.workers = usable_cores();
  expand_system_upstreams(config);
  return config;
}

}  // namespace tributary::resolver
