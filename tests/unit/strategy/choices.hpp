#pragma once

#include <vector>

#include "resolver/strategy/plan.hpp"
#include "tests/unit/strategy/replies.hpp"

/// Members as strategies see them, and plans as tests compare them.
namespace tributary::testing {

using Milliseconds = std::chrono::milliseconds;
using Choices = std::vector<resolver::Choice>;

/// A member of an operator of its own, that usually answers after `rtt` (zero: nobody knows).
inline resolver::Choice choice(std::uint32_t number, Milliseconds rtt = {}, std::uint32_t weight = 1) {
  resolver::Choice out{weight, number, 0x9e3779b97f4a7c15 * (number + 1), {}};
  out.standing.typical_rtt = rtt;
  return out;
}

/// As many members of operators of their own as there are `weights`.
inline Choices weighted(const std::vector<std::uint32_t>& weights) {
  Choices out;
  for (const auto weight : weights) out.push_back(choice(static_cast<std::uint32_t>(out.size()), {}, weight));
  return out;
}

/// The same for times.
inline Choices timed(const std::vector<Milliseconds>& rtts) {
  Choices out;
  for (const auto rtt : rtts) out.push_back(choice(static_cast<std::uint32_t>(out.size()), rtt));
  return out;
}

inline dns::Question question(std::string_view text = "www.example.") {
  return query(text).question;
}

inline std::vector<std::size_t> members_of(const resolver::Plan& plan) {
  std::vector<std::size_t> out;
  for (const auto& step : plan) out.push_back(step.member);
  return out;
}

/// How often each member is asked first in `plans` plans.
inline std::vector<int> first_places(resolver::Strategy& strategy, const Choices& choices, Random& random,
                                     int plans = 10'000) {
  std::vector<int> counts(choices.size());
  for (int i = 0; i < plans; ++i) ++counts[strategy.plan(choices, question(), random)[0].member];
  return counts;
}

}  // namespace tributary::testing
