#pragma once

#include <functional>

#include "cache/answer_cache.hpp"

namespace tributary::cache {

/// A walk past all entries of a cache, a few at a time, while others read and store. It holds nobody up, and
/// is no snapshot: what is stored, replaced or moved meanwhile may be passed twice or not at all. One thread;
/// the cache outlives it.
class AnswerCache::Walk {
 public:
  explicit Walk(AnswerCache& cache) : cache_(cache), reader_(cache) {}

  /// Shows the next few entries, perhaps none, to `visit`, which is quick: memory that others want back waits
  /// for it. False when the walk is over.
  bool step(const std::function<void(const EntryView&)>& visit);

 private:
  void go_on();

  AnswerCache& cache_;
  Reader reader_;
  std::size_t shard_ = 0, part_ = 0;
  Index::Progress progress_ = 0;
};

}  // namespace tributary::cache
