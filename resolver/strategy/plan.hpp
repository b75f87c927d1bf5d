#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "dns/record.hpp"
#include "policy/config.hpp"
#include "resolver/upstream/rtt_window.hpp"
#include "resolver/upstream/standing.hpp"

namespace tributary::resolver {

/// Why a member has its place in a plan: for who explains it.
enum class Pick : std::uint8_t {
  list,         ///< By its place in the configuration.
  cost,         ///< By what asking it costs (Standing::cost).
  exploring,    ///< To learn how it stands.
  weight,       ///< Drawn by weight.
  turn,         ///< It is its turn.
  domain,       ///< By the hash of the domain.
  trusted,      ///< Nobody on the path can imitate it, and the name was forged of late.
  filling_up,   ///< Its breaker is not closed, but fewer than half of the group have theirs closed.
  nobody_else,  ///< No breaker is closed.
  last_resort,  ///< The others are to be preferred.
};

/// One attempt: which of the members, and how long after the step before it began, if nothing was accepted by
/// then. Zero: together with it. A reply that is no good makes the next step start at once.
struct Step {
  /// Not before all steps before it have ended without anything to accept.
  static constexpr Duration as_last_resort = Duration::max();

  std::size_t member = 0;
  Duration after{};
  Pick pick = Pick::list;

  /// Whom it asks and when; not why.
  friend bool operator==(const Step& a, const Step& b) { return a.member == b.member && a.after == b.after; }
};

/// Upstreams asked for one query at most, unless more are asked at once; last resorts not counted.
inline constexpr std::size_t most_attempts = 3;
/// The most that can be asked at once, and the longest plan.
inline constexpr std::size_t widest_race = 16;

/// Whom a query asks, and when: steps in the order of their start. A value without allocations.
class Plan {
 public:
  using value_type = Step;
  using const_iterator = const Step*;

  /// Requires: not full().
  void push_back(const Step& step) { steps_[size_++] = step; }
  bool full() const { return size_ == widest_race; }
  std::size_t size() const { return size_; }
  Step& operator[](std::size_t index) { return steps_[index]; }
  const Step& operator[](std::size_t index) const { return steps_[index]; }
  const Step* begin() const { return steps_.data(); }
  const Step* end() const { return steps_.data() + size_; }

 private:
  std::array<Step, widest_race> steps_;
  std::size_t size_ = 0;
};

/// A member that may be asked, as it stands now.
struct Choice {
  std::uint32_t weight = 1;
  std::uint32_t operator_number = 0;  ///< The same for upstreams of one operator.
  std::uint64_t name_hash = 0;        ///< Who it is, whatever its place.
  Standing standing{};

  /// What it is to get of the queries, compared with others, while it stands as it does.
  double effective_weight() const { return weight * standing.share; }
  /// Another one would be asked before it has answered. False if nothing is known of it.
  bool is_late() const { return standing.typical_rtt > RttWindow::longest_hedge_delay; }
};

/// Strategies differ in whom they ask and when, and in nothing else. One object for each worker and group: it
/// keeps its scratch memory.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// `usable` are the members to choose from, at least one, in the order of the configuration; steps name
  /// places in it.
  virtual Plan plan(std::span<const Choice> usable, const dns::Question& question, Random& random) = 0;
};

std::unique_ptr<Strategy> make_strategy(const policy::GroupConfig& group);

// ---- What plans are made with. An order holds places in `usable`, each once.

using Order = std::vector<std::size_t>;

/// The places as they stand.
void list_places(std::size_t count, Order& order);
/// Whether all must help, also those that get a share of their load only: everybody else is in trouble.
bool all_hands(std::span<const Choice> usable);
/// Whether this query may choose it: yes with the probability of its share. So it gets that share of its
/// usual load, however many are asked at once. (As a lesser weight in one draw of several, it would be more.)
bool takes_part(const Choice& choice, Random& random);
/// All places, drawn one after the other with probability proportional to their weight; who takes no part
/// follows those that do. But when all must help, all do.
void draw_by_weight(std::span<const Choice> usable, Random& random, Order& order);
/// Moves places forward, so that the first ones belong to as many operators as there are; `count` places at
/// most matter.
void distinct_operators_first(std::span<const Choice> usable, std::size_t count, Order& order);

/// How many of `order` to ask at the start, where `at_once` should answer: one more for each of these that is
/// late, unless all are. Whom nobody waits for must not use up what may be spent on hedges.
std::size_t beside_the_late(std::span<const Choice> usable, std::span<const std::size_t> order,
                            std::size_t at_once);

/// How many of `count` members are asked at most, `at_once` of them at the start.
std::size_t attempts_among(std::size_t count, std::size_t at_once);

/// How long one is waited for before the next is asked.
using Patience = Duration (*)(const Standing&);
inline Duration until_hedge(const Standing& asked) {
  return asked.hedge_delay;
}

/// Asks the first of `order`: `at_once` of them at the start, more one after the other. `pick` tells what
/// made that order.
Plan in_turn(std::span<const Choice> usable, std::span<const std::size_t> order, std::size_t at_once,
             Patience patience = until_hedge, Pick pick = Pick::list);

}  // namespace tributary::resolver
