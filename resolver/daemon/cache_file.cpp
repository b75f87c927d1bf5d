#include "resolver/daemon/cache_file.hpp"

#include <spdlog/spdlog.h>

#include "base/file_replacement.hpp"
#include "base/state_file.hpp"
#include "resolver/cache_terms.hpp"

namespace tributary::resolver {

std::string boot_id() {
  const auto text = read_state_file("/proc/sys/kernel/random/boot_id");
  if (!text || !*text) return {};
  return (*text)->substr(0, (*text)->find('\n'));
}

// ---- The file.

bool CacheFile::load(const std::atomic<bool>& stop) {
  bool found = false;
  CacheLoader loader(tools_.loader(), tools_.now());
  const auto read = read_pieces(file_, [&](std::span<const std::uint8_t> piece) {
    found = true;
    loader.feed(piece);
    return !stop;
  });
  if (stop) return false;
  if (!read) spdlog::warn("the cache begins empty: {} cannot be read: {}", file_.string(), read.error());
  if (!read || !found) return true;
  const auto result = loader.finish();
  count(result);
  report(result);
  return true;
}

void CacheFile::report(const CacheLoadResult& result) const {
  if (!result.refusal.empty()) {
    spdlog::warn("the cache begins empty: {} {}; it will be written anew", file_.string(), result.refusal);
  } else {
    spdlog::info("{} answers were loaded from {}; {} had expired, {} were left out", result.loaded,
                 file_.string(), result.expired, result.skipped);
  }
}

void CacheFile::save() {
  const auto saved = replace();
  if (saved) spdlog::debug("{} answers were saved to {}", *saved, file_.string());
  if (!saved && !failing_.exchange(true))
    spdlog::warn(
        "the cache will not outlive this process: {} cannot be written: {}; make its folder with "
        "\"install -d -m 700 -o USER {}\", USER being who runs tributary, or name another as state_directory",
        file_.string(), saved.error(), file_.parent_path().string());
  failing_ = !saved;
}

tl::expected<std::size_t, std::string> CacheFile::replace() const {
  auto replacement = FileReplacement::begin(file_);
  if (!replacement) return tl::unexpected(replacement.error());
  tl::expected<void, std::string> result;
  const auto written = write([&](std::span<const std::uint8_t> piece) {
    result = replacement->append(piece);
    return result.has_value();
  });
  if (result) result = replacement->finish();
  if (!result) return tl::unexpected(result.error());
  return *written;
}

// ---- Octets.

std::string CacheFile::dump() const {
  std::string out;
  write([&out](std::span<const std::uint8_t> piece) {
    out.append(piece.begin(), piece.end());
    return true;
  });
  return out;
}

CacheLoadResult CacheFile::load(std::span<const std::uint8_t> octets) {
  CacheLoader loader(tools_.loader(), tools_.now());
  loader.feed(octets);
  auto result = loader.finish();
  count(result);
  return result;
}

std::optional<std::size_t> CacheFile::write(const cache::DumpSink& sink) const {
  const auto now = tools_.loader();
  return cache::write_dump(now.cache, cache_terms(now.config, now.numbers, tools_.now()), sink);
}

void CacheFile::count(const CacheLoadResult& result) {
  tools_.counters.loaded += result.loaded;
  tools_.counters.skipped += result.skipped;
  tools_.counters.expired += result.expired;
}

}  // namespace tributary::resolver
