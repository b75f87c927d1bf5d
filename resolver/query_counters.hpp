#pragma once

#include <array>

#include "base/counter.hpp"

namespace tributary::resolver {

/// What one worker has counted of its clients' queries since the start. Written by the worker, read by the
/// metrics.
struct QueryCounters {
  static constexpr std::size_t rcodes = 24;  ///< 0 to BADCOOKIE.

  Counter udp, tcp;  ///< Queries.
  Counter dropped;   ///< Messages that deserve no reply: too short, or responses.
  Counter cache_hits, cache_misses;
  Counter local;                          ///< Answered from zones served locally.
  Counter coalesced;                      ///< Waited for the same question of another client.
  std::array<Counter, rcodes> responses;  ///< By RCODE.
};

}  // namespace tributary::resolver
