#include "resolver/daemon/cache_keeping.hpp"

#include <cstdlib>

#include "resolver/daemon/clock_watch.hpp"
#include "resolver/daemon/state_directory.hpp"

namespace tributary::resolver {

CacheKeeping::CacheKeeping(Lasting& lasting, std::function<SnapshotPtr()> snapshot)
    : lasting_(lasting),
      snapshot_(std::move(snapshot)),
      file_(state_directory(snapshot_()->config, std::getenv("STATE_DIRECTORY")) / "cache",
            {[this] { return loader_tools(); }, [this] { return host_time(); }, counters_}) {}

void CacheKeeping::start(Timers& timers, asio::any_io_executor executor) {
  const auto config = snapshot_()->config.cache;
  if (!config.persist) return;
  CacheKeeper::Tools tools{[this](const std::atomic<bool>& stop) { return file_.load(stop); },
                           [this] { file_.save(); }};
  keeper_ =
      std::make_unique<CacheKeeper>(timers, std::move(executor), std::move(tools), config.persist_interval);
  keeper_->start();
}

void CacheKeeping::stop() {
  if (keeper_) keeper_->stop();
}

CacheLoadResult CacheKeeping::load(std::string_view file) {
  return file_.load({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
}

/// They keep the snapshot that they are from.
CacheLoader::Tools CacheKeeping::loader_tools() const {
  auto present = snapshot_();
  CacheNumbers numbers;
  for (const auto& group : present->groups) numbers.groups.push_back(group.number);
  for (const auto& upstream : present->upstreams) numbers.upstreams.push_back(upstream.health->place());
  return {present->config,      present->policy,    lasting_.cache,
          present->trust.get(), std::move(numbers), present};
}

cache::HostTime CacheKeeping::host_time() const {
  const auto clocks = read_clocks();
  const bool right = snapshot_()->config.dnssec.clock == policy::ClockTrust::trusted ||
                     lasting_.wall_clock.view().state == dnssec::ClockState::synced;
  return {clocks.boottime, std::chrono::duration_cast<cache::WallTime>(clocks.realtime), right, boot_id()};
}

}  // namespace tributary::resolver
