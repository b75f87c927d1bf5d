#include "cache/walk.hpp"

namespace tributary::cache {
namespace {

constexpr std::size_t buckets_of_step = 32;  // some hundred entries

}  // namespace

bool AnswerCache::Walk::step(const std::function<void(const EntryView&)>& visit) {
  if (shard_ == cache_.shards_.size()) return false;
  const ReadGuard guard(reader_);
  const Shard& shard = cache_.shards_[shard_];
  progress_ = shard.index.part(part_).walk(progress_, buckets_of_step, [&](Position position) {
    visit(EntryView(*reinterpret_cast<const EntryHeader*>(place_of(shard.memory, position))));
  });
  go_on();
  return true;
}

void AnswerCache::Walk::go_on() {
  if (progress_ < Index::end_of_walk) return;
  progress_ = 0;
  if (++part_ < cache_.shards_[shard_].index.parts()) return;
  part_ = 0;
  ++shard_;
}

}  // namespace tributary::cache
