#include "cache/dump.hpp"

#include "cache/walk.hpp"

namespace tributary::cache {
namespace {

constexpr std::size_t piece_size = std::size_t{64} << 10;

bool worth_writing(const EntryView& entry, const AnswerCache& cache, Instant now) {
  return entry.rank() != Rank::failure && (entry.fresh(now) || entry.stale(now, cache.max_stale()));
}

WallTime wall_time(Instant when, const HostTime& clocks) {
  return clocks.wall + std::chrono::duration_cast<WallTime>(when - clocks.boottime);
}

}  // namespace

std::optional<std::size_t> write_dump(AnswerCache& cache, const DumpHeader& header, const DumpSink& sink) {
  auto [piece, key] = dump::write_header(header);
  std::size_t written = 0;
  AnswerCache::Walk walk(cache);
  const auto write = [&, &out = piece, &records = key](const EntryView& entry) {
    if (!worth_writing(entry, cache, header.written.boottime)) return;
    dump::append_record(out, records, entry, wall_time(entry.stored(), header.written));
    ++written;
  };
  while (walk.step(write)) {
    if (piece.size() < piece_size) continue;
    if (!sink(piece)) return {};
    piece.clear();
  }
  if (!sink(piece)) return {};
  return written;
}

}  // namespace tributary::cache
