#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "cache/dump.hpp"
#include "resolver/cache_loader.hpp"
#include "resolver/counters.hpp"

namespace tributary::resolver {

/// Which boot of this host it is, as the kernel names it; empty if it does not tell.
std::string boot_id();

/// The answers of the cache as they outlive the process: in a file, or in octets for whoever asks. All
/// functions block, hold up no worker, and may be called from any thread at any time.
class CacheFile {
 public:
  struct Tools {
    std::function<CacheLoader::Tools()> loader;  ///< As they are now. Any thread.
    std::function<cache::HostTime()> now;        ///< Any thread.
    CacheLoadCounters& counters;
  };

  /// What `tools` refers to outlives this object. The folder need not be there.
  CacheFile(std::filesystem::path file, Tools tools) : file_(std::move(file)), tools_(std::move(tools)) {}

  /// Loads the file, if there is one, and logs what came of it. False if it was told to `stop` before the
  /// end.
  bool load(const std::atomic<bool>& stop);
  /// Puts what the cache has in the place of the file. Warns of failures: of the first, and of the first
  /// after each success.
  void save();

  /// What the file would have in it now.
  std::string dump() const;
  CacheLoadResult load(std::span<const std::uint8_t> octets);

 private:
  tl::expected<std::size_t, std::string> replace() const;
  std::optional<std::size_t> write(const cache::DumpSink& sink) const;
  void report(const CacheLoadResult& result) const;
  void count(const CacheLoadResult& result);

  std::filesystem::path file_;
  Tools tools_;
  std::atomic<bool> failing_{false};
};

}  // namespace tributary::resolver
