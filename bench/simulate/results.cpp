#include "bench/simulate/results.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t returning = 0;  // the fastest, which the scenarios take away

constexpr double infinite = std::numeric_limits<double>::infinity();

double seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

/// The first whole second that begins at or after `at`.
std::size_t second_of(Duration at) {
  return static_cast<std::size_t>((at + 1s - Duration(1)) / 1s);
}

struct Share {
  double own = 0, total = 0;

  void add(const Figures& run, std::size_t from, std::size_t until) {
    for (std::size_t second = from; second < std::min(until, run.load.size()); ++second) {
      own += run.load[second][returning];
      total += std::accumulate(run.load[second].begin(), run.load[second].end(), 0.0);
    }
  }
  double value() const { return own / std::max(total, 1.0); }
};

std::optional<Duration> returned_at(const Figures& run) {
  std::optional<Duration> out;
  for (const auto& each : run.ejections) {
    if (each.upstream == returning) out = each.ejected ? std::nullopt : std::optional(each.at);
  }
  return out;
}

}  // namespace

Spread Cell::spread(const std::function<double(const Figures&)>& figure) const {
  std::vector<double> values;
  for (const auto& run : runs) values.push_back(figure(run));
  std::ranges::sort(values);
  return {values[values.size() / 2], values.front(), values.back()};
}

double Cell::total(const std::function<double(const Figures&)>& figure) const {
  return std::transform_reduce(runs.begin(), runs.end(), 0.0, std::plus(), figure);
}

double ejections(const Figures& run) {
  return static_cast<double>(std::ranges::count(run.ejections, true, &Ejection::ejected));
}

double ejected_after(const Figures& run) {
  const auto found = std::ranges::find_if(
      run.ejections, [&run](const Ejection& each) { return each.ejected && each.at >= run.window.from; });
  return found == run.ejections.end() ? infinite : seconds(found->at - run.window.from);
}

double fresh_after(const Figures& run) {
  return run.first_fresh ? seconds(*run.first_fresh) : infinite;
}

std::optional<Return> load_after_return(const Cell& cell) {
  Share usual;
  std::array<Share, Return::steps> after;
  for (const auto& run : cell.runs) {
    const auto returned = returned_at(run);
    if (!returned) return std::nullopt;
    usual.add(run, 0, second_of(run.window.from));
    for (std::size_t i = 0; i < Return::steps; ++i) {
      const auto begin = second_of(*returned + i * Return::step);
      after[i].add(run, begin, begin + Return::step / 1s);
    }
  }
  Return out;
  for (std::size_t i = 0; i < Return::steps; ++i) {
    const double seconds_since = 3.0 * static_cast<double>(i + 1);
    const double share = std::min(1.0, 0.1 + 0.9 * seconds_since / 30) * usual.value();
    const double error = std::sqrt(share * (1 - share) / std::max(after[i].total, 1.0));
    out.load[i] = after[i].value() / usual.value();
    out.allowed[i] = (share + 3 * error) / usual.value();
  }
  return out;
}

Results::Results(const Plan& plan) : models_(plan.models) {
  for (const auto* scenario : plan.scenarios) {
    for (const double rate : plan.rates) {
      for (const auto* model : plan.models) {
        cells_.push_back({scenario, model, rate, std::vector<Figures>(plan.seeds)});
      }
    }
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < cells_.size() * plan.seeds; i = next++) {
      Cell& cell = cells_[i / plan.seeds];
      const std::uint64_t seed = i % plan.seeds;
      cell.runs[seed] = simulate({cell.scenario, cell.model, cell.rate, plan.queries, seed + 1});
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
  work();
}

const Cell* Results::find(std::string_view scenario, std::string_view model, double rate) const {
  const auto found = std::ranges::find_if(cells_, [&](const Cell& cell) {
    return cell.scenario->name == scenario && cell.model->name == model && cell.rate == rate;
  });
  return found == cells_.end() ? nullptr : &*found;
}

}  // namespace tributary::simulate
