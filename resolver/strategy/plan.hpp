#pragma once

#include <array>
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

/// Upstreams asked for one query at most, unless a race is wider.
inline constexpr std::size_t most_attempts = 3;
/// The widest race that can be configured.
inline constexpr std::size_t widest_race = 16;

/// Whom a query asks, and when: steps in the order of their start. A value without allocations.
class Plan {
 public:
  using value_type = Step;
  using const_iterator = const Step*;

  /// Requires: size() < widest_race.
  void push_back(const Step& step) { steps_[size_++] = step; }
  std::size_t size() const { return size_; }
  const Step& operator[](std::size_t index) const { return steps_[index]; }
  const Step* begin() const { return steps_.data(); }
  const Step* end() const { return steps_.data() + size_; }

 private:
  std::array<Step, widest_race> steps_;
  std::size_t size_ = 0;
};

/// How long the first and the second sequential attempt are waited for before the next upstream is asked
/// beside them.
inline constexpr Duration patience_first = std::chrono::milliseconds(250);
inline constexpr Duration patience_second = std::chrono::milliseconds(750);

/// Strategies differ in whom they ask and when, and in nothing else. One object for each worker and group: it
/// keeps its scratch memory.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// `usable` are the weights of the members to choose from, at least one; steps name places in it.
  virtual Plan plan(std::span<const std::uint32_t> usable, Random& random) = 0;
};

std::unique_ptr<Strategy> make_strategy(const policy::GroupConfig& group);

/// Puts the places of `weights` into `order`, drawn one after the other with probability proportional to
/// their weight: the first `draws`; the others follow in any order.
void draw_by_weight(std::span<const std::uint32_t> weights, std::size_t draws, Random& random,
                    std::vector<std::size_t>& order);

/// How many of `count` members are asked at most, `at_once` of them at the start.
std::size_t attempts_among(std::size_t count, std::size_t at_once);
/// Asks the members in `order`: `at_once` of them at the start, more one after the other.
Plan sequence(std::span<const std::size_t> order, std::size_t at_once);
/// The same for `count` members as they stand.
Plan in_order(std::size_t count, std::size_t at_once);

}  // namespace tributary::resolver
