#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/counter.hpp"
#include "base/random.hpp"
#include "resolver/querylog/query_record.hpp"
#include "resolver/querylog/record_ring.hpp"
#include "resolver/querylog/sampler.hpp"
#include "resolver/querylog/sleeper.hpp"

namespace tributary::resolver {

/// One worker's end of the query log. Never blocks and never allocates: what finds no room is dropped and
/// counted.
class QueryRecorder {
 public:
  /// `bytes`: the memory for what waits to be written. One of `one_in` queries is taken. `writer` is woken
  /// when there is something to write, and outlives this object.
  QueryRecorder(std::size_t bytes, std::uint32_t one_in, Sleeper& writer)
      : ring_(bytes), sampler_(one_in), writer_(writer) {}

  /// Whether the next query is to be recorded. Worker's thread.
  bool takes(Random& random) { return sampler_.takes(random); }
  /// Worker's thread. Both messages have at most 65,535 octets.
  void record(const QueryFacts& facts, std::span<const std::uint8_t> query,
              std::span<const std::uint8_t> reply);

  /// The oldest that waits, until it is popped. Writer's thread.
  std::optional<LoggedQuery> front();
  void pop() { ring_.pop(); }

  /// How many found no room. Any thread.
  std::uint64_t dropped() const { return dropped_.get(); }

 private:
  RecordRing ring_;
  Sampler sampler_;
  Sleeper& writer_;
  Counter dropped_;
};

}  // namespace tributary::resolver
