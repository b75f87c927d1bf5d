#pragma once

#include <span>
#include <vector>

#include "bench/simulate/fault.hpp"

namespace tributary::simulate {

/// From when to when, since the run began.
struct Window {
  Duration from{}, until{};

  bool contains(Duration at) const { return at >= from && at < until; }
};

/// What goes wrong, and for how long a run must last to show it.
struct Scenario {
  /// When its faults begin and end.
  enum class Span {
    whole,        ///< All the time.
    middle_half,  ///< From a quarter of the run to three quarters.
    half_minute,  ///< 30 s, from a quarter of the run on.
    minute,       ///< 60 s, from a quarter of the run on.
  };
  struct Wrong {
    Fault::Kind kind;
    std::optional<std::size_t> upstream;
    double amount = 0;
  };

  /// The run's length, of at least `queries` (mean) at `rate` per second.
  Duration length(double rate, double queries) const;
  /// The time that the figures are of, with the faults or, when nothing is wrong, all.
  Window window(Duration length) const;
  std::vector<Fault> faults(Duration length) const;

  const char* name;
  const char* title;
  Span span;
  std::vector<Wrong> wrong;
  Duration least_length = std::chrono::seconds(120);
  bool uniform = true;
};

const std::vector<Scenario>& scenarios();
/// Null if there is none of that name.
const Scenario* find_scenario(std::string_view name);

}  // namespace tributary::simulate
