#include "resolver/daemon/settled_config.hpp"

#include <sched.h>

#include <algorithm>

#include <spdlog/spdlog.h>

#include "resolver/daemon/resolv_conf_problems.hpp"
#include "resolver/daemon/system_servers.hpp"

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
  const auto file = policy::read_resolv_conf();
  const auto servers = system_servers(file, config.listen);
  if (expand_system_upstreams(config, servers.usable)) {
    for (const auto& sentence : servers.left_out) spdlog::warn("{}", sentence);
  }
  for (const auto& [what, remedy] : resolv_conf_problems(file, config)) spdlog::warn("{}; {}", what, remedy);
  return config;
}

}  // namespace tributary::resolver
