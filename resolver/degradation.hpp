#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/locked.hpp"
#include "base/random.hpp"

namespace tributary::resolver {

/// Wald's sequential probability ratio test: from one trial to the next, whether few or many of them fail, as
/// soon as that can be told. Errs in one of a thousand cases, either way. A value.
class SequentialTest {
 public:
  enum class Verdict : std::uint8_t { open, few, many };

  /// The shares of failures to be told apart. Requires: 0 < few < many < 1.
  SequentialTest(double few, double many);

  /// Counts a trial. After a verdict the next trial begins a new test.
  Verdict add(bool failed);

 private:
  double by_failure_, by_success_;  // what a trial adds to the sum
  double sum_ = 0;                  // the logarithm of the ratio of likelihoods
};

/// Whether the upstreams of one group, taken together, answer as they should. If not, clients are given what
/// is at hand, stale or local, without waiting (docs/decision-core.md, "When upstreams fail").
///
/// Shared by the workers; thread-safe.
class Degradation {
 public:
  /// Of the queries that could do without, these are asked all the same, to learn when it is over.
  static constexpr std::uint32_t canary_percent = 2;

  /// A question of `domain` (if none replied; else it does not matter) was asked of the group, and some
  /// upstream replied, or none. True if that changed the verdict. Failures of one domain in succession count
  /// once: it may be its servers that are silent, and nobody is to degrade a group with one dead name.
  bool record(bool replied, std::size_t domain);
  bool degraded() const { return degraded_.load(std::memory_order_relaxed); }
  /// Whether a query is to be spared: the group is degraded, and the query is no canary.
  bool spares(Random& random) const { return degraded() && random.below(100) >= canary_percent; }

 private:
  struct Tests {
    // 99.9 % is the least that a group of healthy upstreams reaches: 0.05 % failing is below it, 0.5 % above.
    SequentialTest fall{0.0005, 0.005};
    // The way back is tested against an outage: against 0.5 % it would take 1,500 canaries in a row.
    SequentialTest recovery{0.0005, 0.2};
    std::optional<std::size_t> last_failed;  // domain
  };

  Locked<Tests> tests_;
  std::atomic<bool> degraded_{false};
};

}  // namespace tributary::resolver
