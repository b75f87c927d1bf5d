#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "resolver/daemon/cache_file.hpp"
#include "resolver/daemon/cache_keeper.hpp"
#include "resolver/daemon/lasting.hpp"
#include "resolver/daemon/snapshot.hpp"

namespace tributary::resolver {

/// The daemon's cache as what outlives the process: by itself, if that is configured, and for whoever asks.
class CacheKeeping {
 public:
  /// `snapshot` returns the present one, on any thread. Both outlive this object, which reads from the first
  /// where the file is.
  CacheKeeping(Lasting& lasting, std::function<SnapshotPtr()> snapshot);

  /// Begins to load, and saves from then on, if `cache.persist` says so. On the timers' thread.
  void start(Timers& timers, asio::any_io_executor executor);
  /// Saves a last time. The timers' thread does not run any more.
  void stop();

  /// What the cache has, as a cache file (docs/cache-file.md). Blocks, holds up no worker. Any thread.
  std::string dump() const { return file_.dump(); }
  /// Adds what such a file has and the cache does not. The same.
  CacheLoadResult load(std::string_view file);

  const CacheLoadCounters& counters() const { return counters_; }

 private:
  CacheLoader::Tools loader_tools() const;
  cache::HostTime host_time() const;

  Lasting& lasting_;
  std::function<SnapshotPtr()> snapshot_;
  CacheLoadCounters counters_;
  CacheFile file_;
  std::unique_ptr<CacheKeeper> keeper_;  // null: the cache does not outlive the process
};

}  // namespace tributary::resolver
