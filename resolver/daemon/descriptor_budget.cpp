#include "resolver/daemon/descriptor_budget.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/descriptor.hpp"

namespace tributary::resolver {
namespace {

constexpr std::size_t most_spare_ports = 64, fewest_waiting = 64;
/// There may be that many upstreams, each with spare ports in use and in waiting, before these take half.
constexpr std::size_t parts = 16;
/// Of those that the kernel's table has room for at once: 256 KiB of its memory. More than are open at a time
/// but in the worst of floods.
constexpr std::size_t room_in_table = 32'768;

/// The table doubles when it is full. In a process of many threads that takes 8 to 27 ms (measured), for
/// which whoever opens a descriptor waits: a worker with all its clients.
void widen_table(std::size_t limit) {
  const Descriptor any(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto last = static_cast<int>(std::min(limit, room_in_table)) - 1;
  const Descriptor closed_at_once(fcntl(any.get(), F_DUPFD_CLOEXEC, last));
}

}  // namespace

std::size_t DescriptorBudget::tcp_clients() const {
  return std::max<std::size_t>(1, (limit - std::min(limit, used)) / 2);
}

std::size_t DescriptorBudget::waiting_queries() const {
  return std::max(fewest_waiting, limit / 4);
}

std::size_t DescriptorBudget::spare_ports(std::size_t workers) const {
  return std::min(most_spare_ports, limit / (parts * std::max<std::size_t>(1, workers)));
}

DescriptorBudget claim_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {1024};
  const rlimit most{limit.rlim_max, limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &most) == 0) limit = most;
  widen_table(limit.rlim_cur);
  return {limit.rlim_cur};
}

std::size_t open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator first("/proc/self/fd", error);
  return error ? 0 : static_cast<std::size_t>(std::distance(first, std::filesystem::directory_iterator()));
}

}  // namespace tributary::resolver
