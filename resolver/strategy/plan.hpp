#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "policy/config.hpp"

namespace tributary::resolver {

/// One attempt: which of the members, and how long after the query began if nothing was accepted by then. A
/// reply that is no good makes the next step start at once.
struct Step {
  std::size_t member = 0;
  Duration start_after{};

  friend bool operator==(const Step&, const Step&) = default;
};

/// Whom a query asks, and when: steps in the order of their start.
using Plan = std::vector<Step>;

/// Upstreams asked for one query at most, unless a race is wider.
inline constexpr std::size_t most_attempts = 3;
/// How long the first and the second sequential attempt are waited for before the next upstream is asked
/// beside them.
inline constexpr Duration patience_first = std::chrono::milliseconds(250);
inline constexpr Duration patience_second = std::chrono::milliseconds(750);

/// Strategies differ in whom they ask and when, and in nothing else. One object for each worker and group.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// `usable` are the weights of the members to choose from, at least one; steps name places in it.
  virtual Plan plan(std::span<const std::uint32_t> usable, Random& random) = 0;
};

std::unique_ptr<Strategy> make_strategy(const policy::GroupConfig& group);

/// Places of `weights`, drawn one after the other with probability proportional to their weight.
std::vector<std::size_t> weighted_order(std::span<const std::uint32_t> weights, Random& random);

/// Asks the members in `order`: `at_once` of them at the start, more one after the other, up to
/// `most_attempts`.
Plan sequence(std::span<const std::size_t> order, std::size_t at_once);
/// The same for `count` members as they stand.
Plan in_order(std::size_t count, std::size_t at_once);

}  // namespace tributary::resolver
