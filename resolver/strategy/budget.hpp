#pragma once

#include "base/time.hpp"

namespace tributary::resolver {

/// How many queries may be sent to second upstreams merely because the first was slow: so that a fault which
/// makes all of them slow does not double the load on them.
///
/// Every answered query saves a tenth of a token, at most 100 tokens are saved, a hedge costs one. Ten hedges
/// a second are free for all that, so that a group with few queries hedges as it likes. Pure: the caller
/// supplies the time. One for each group and worker.
class Budget {
 public:
  /// A query was answered.
  void answered();
  /// Pays for one hedge. False if it cannot be afforded now.
  bool pay(Instant now);
  /// When the next hedge can be afforded, if no other is paid for before: `now` or later.
  Instant affordable_at(Instant now) const;

 private:
  static constexpr unsigned saved_per_answer = 1, hedge_cost = 10, most_saved = 1000;  // tenths of a token
  static constexpr Duration free_interval = std::chrono::milliseconds(100);
  static constexpr Duration free_period = std::chrono::seconds(1);

  bool affordable(Instant now) const { return affordable_at(now) <= now; }

  unsigned saved_ = 0;
  Instant free_used_until_{};  // each hedge uses up one interval of the free ones
};

}  // namespace tributary::resolver
