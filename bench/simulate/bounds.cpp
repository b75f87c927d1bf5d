#include "bench/simulate/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tributary::simulate {
namespace {

struct Verdict {
  std::string figure;
  bool met;
};
using MaybeVerdict = std::optional<Verdict>;

struct Bound {
  std::string_view scenario;
  const char* text;
  MaybeVerdict (*judge)(const Results& results, const Cell& cell);
};

MaybeVerdict few_extra(const Results&, const Cell& cell) {
  const double value = cell.median(extra);
  return Verdict{fmt::format("{:.1f} %", 100 * value), value <= 0.06};
}

MaybeVerdict near_the_fastest(const Results& results, const Cell& cell) {
  const auto* oracle = results.find("healthy", "oracle", cell.rate);
  if (oracle == nullptr) return std::nullopt;
  const double ratio = cell.median(p50) / oracle->median(p50);
  return Verdict{fmt::format("{:.2f} times", ratio), ratio <= 1.1};
}

/// The least p99.9 of those of the others that ask one upstream at a time.
std::optional<double> best_tail_of_others(const Results& results, double rate) {
  double best = std::numeric_limits<double>::max();
  for (const auto& cell : results.cells()) {
    const bool counts = cell.model->kind == Model::Kind::other && cell.rate == rate &&
                        cell.scenario->name == std::string_view("healthy");
    if (counts) best = std::min(best, cell.median(p999));
  }
  return best == std::numeric_limits<double>::max() ? std::nullopt : std::optional(best);
}

MaybeVerdict half_the_tail(const Results& results, const Cell& cell) {
  const auto best = best_tail_of_others(results, cell.rate);
  if (!best) return std::nullopt;
  const double ratio = cell.median(p999) / *best;
  return Verdict{fmt::format("{:.2f} times", ratio), ratio <= 0.5};
}

MaybeVerdict tail_as_healthy(const Results& results, const Cell& cell) {
  const auto* healthy = results.find("healthy", cell.model->name, cell.rate);
  if (healthy == nullptr) return std::nullopt;
  const double ratio = cell.median(p99) / healthy->median(p99);
  return Verdict{fmt::format("{:.2f} times", ratio), ratio <= 1.3};
}

std::string time_text(double seconds) {
  return std::isfinite(seconds) ? fmt::format("{:.2f} s", seconds) : "never";
}

MaybeVerdict soon_ejected(const Results&, const Cell& cell) {
  const double seconds = cell.median(ejected_after);
  return Verdict{time_text(seconds), seconds <= 1.4};
}

MaybeVerdict none_failed(const Results&, const Cell& cell) {
  const double failed = cell.total([](const Figures& run) { return static_cast<double>(run.failed); });
  const double asked = cell.total([](const Figures& run) { return static_cast<double>(run.asked); });
  return Verdict{fmt::format("{} of {}", failed, asked), failed == 0};
}

MaybeVerdict hardly_any_bad(const Results&, const Cell& cell) {
  const double bad =
      cell.total([](const Figures& run) { return static_cast<double>(run.failed + run.wrong); });
  const double asked = cell.total([](const Figures& run) { return static_cast<double>(run.asked); });
  return Verdict{fmt::format("{:.4f} %", 100 * bad / asked), bad <= asked * 0.00002};
}

MaybeVerdict none_ejected(const Results&, const Cell& cell) {
  const double times = cell.total(ejections);
  const double asked = cell.total([](const Figures& run) { return static_cast<double>(run.all_asked); });
  return Verdict{fmt::format("{} in {} queries", times, asked), times == 0};
}

MaybeVerdict half_stay(const Results&, const Cell& cell) {
  const auto most =
      cell.spread([](const Figures& run) { return static_cast<double>(run.most_ejected); }).most;
  return Verdict{fmt::format("{} of 4 at once", most), most <= 2};
}

MaybeVerdict soon_fresh(const Results&, const Cell& cell) {
  const double seconds = cell.spread(fresh_after).most;
  return Verdict{time_text(seconds), seconds <= 1.5};
}

MaybeVerdict within_ramp(const Results&, const Cell& cell) {
  const auto back = load_after_return(cell);
  if (!back) return std::nullopt;
  for (std::size_t i = 0; i < Return::steps; ++i) {
    if (back->load[i] <= back->allowed[i]) continue;
    return Verdict{fmt::format("{:.0f} % in the first {} s", 100 * back->load[i],
                               (i + 1) * (Return::step / std::chrono::seconds(1))),
                   false};
  }
  return Verdict{"never above", true};
}

constexpr std::array bounds{
    Bound{"healthy", "extra queries ≤ 6 %", few_extra},
    Bound{"healthy", "p50 ≤ 1.1 × that of the truly fastest", near_the_fastest},
    Bound{"healthy", "p99.9 ≤ ½ × that of the best other that does not race", half_the_tail},
    Bound{"black-hole", "p99 ≤ 1.3 × healthy p99", tail_as_healthy},
    Bound{"black-hole", "ejected within 1 RTO + 1 s = 1.4 s", soon_ejected},
    Bound{"grey", "p99 ≤ 1.3 × healthy p99", tail_as_healthy},
    Bound{"loss-one", "no query failed", none_failed},
    Bound{"loss-all", "no upstream ejected", none_ejected},
    Bound{"servfail", "failed or wrong ≤ 0.002 %", hardly_any_bad},
    Bound{"nxdomain", "failed or wrong ≤ 0.002 %", hardly_any_bad},
    Bound{"dead-zone", "no upstream ejected", none_ejected},
    Bound{"link-silent", "at most half ejected", half_stay},
    Bound{"link-silent", "first fresh answer ≤ 1.5 s after", soon_fresh},
    Bound{"link-refused", "at most half ejected", half_stay},
    Bound{"link-refused", "first fresh answer ≤ 1.5 s after", soon_fresh},
    Bound{"recovery", "load within the ramp 10 % to 100 % over 30 s", within_ramp},
};

}  // namespace

std::vector<Finding> findings(const Results& results) {
  std::vector<Finding> out;
  for (const auto& bound : bounds) {
    for (const auto& cell : results.cells()) {
      if (bound.scenario != cell.scenario->name) continue;
      const auto verdict = bound.judge(results, cell);
      out.push_back({&cell, bound.text, verdict ? verdict->figure : "–", !verdict || verdict->met});
    }
  }
  return out;
}

}  // namespace tributary::simulate
