#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "bench/simulate/run.hpp"

namespace tributary::simulate {

/// The median over the seeds, and their range.
struct Spread {
  double median = 0, least = 0, most = 0;
};

/// One scenario for one model at one rate: the figures of each seed.
struct Cell {
  const Scenario* scenario;
  const Model* model;
  double rate;
  std::vector<Figures> runs;

  Spread spread(const std::function<double(const Figures&)>& figure) const;
  double median(const std::function<double(const Figures&)>& figure) const { return spread(figure).median; }
  double total(const std::function<double(const Figures&)>& figure) const;
};

// What is often asked of a run.

inline double p50(const Figures& run) {
  return run.latency[Figures::during].p50;
}
inline double p99(const Figures& run) {
  return run.latency[Figures::during].p99;
}
inline double p999(const Figures& run) {
  return run.latency[Figures::during].p999;
}
/// Queries sent to upstreams for one of a client, less one.
inline double extra(const Figures& run) {
  return static_cast<double>(run.sent) / static_cast<double>(run.all_asked) - 1;
}
/// How often an upstream was ejected.
double ejections(const Figures& run);
/// Seconds from the fault's beginning to the first ejection; infinite if there is none.
double ejected_after(const Figures& run);
/// Seconds from the fault's end to the first right answer; infinite if there is none.
double fresh_after(const Figures& run);

/// The load of the fastest upstream in relation to its usual share of the load, over the time since it is no
/// longer ejected, in steps; all seeds together.
struct Return {
  static constexpr std::size_t steps = 12;
  static constexpr Duration step = std::chrono::seconds(3);

  std::array<double, steps> load{};  ///< 1: as usual.
  std::array<double, steps>
      allowed{};  ///< By a ramp from 10 % to 100 % over 30 s, and three standard errors.
};
/// Nothing if it never came back, or was never ejected.
std::optional<Return> load_after_return(const Cell& cell);

struct Plan {
  std::vector<const Scenario*> scenarios;
  std::vector<const Model*> models;
  std::vector<double> rates;
  std::uint64_t seeds = 5;
  double queries = 100000;  ///< Of each simulation, at least.
};

class Results {
 public:
  /// Simulates all that is planned, on all cores. The order of the threads changes nothing.
  explicit Results(const Plan& plan);

  /// Sorted by scenarios, then rates, then models.
  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<const Model*>& models() const { return models_; }
  /// Null if it was not planned.
  const Cell* find(std::string_view scenario, std::string_view model, double rate) const;

 private:
  std::vector<const Model*> models_;
  std::vector<Cell> cells_;
};

}  // namespace tributary::simulate
