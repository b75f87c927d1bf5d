#include "resolver/admin/metric_parts.hpp"

namespace tributary::resolver {
namespace {

using Type = MetricFamily::Type;

double sum(const std::vector<const QueryCounters*>& workers, Counter ValidationCounters::*counter) {
  double total = 0;
  for (const auto* worker : workers) total += static_cast<double>((worker->validation.*counter).get());
  return total;
}

void collect_validation(const std::vector<const QueryCounters*>& workers, MetricFamilies& out) {
  MetricFamily verdicts("dnssec_verdicts_total", "Replies that were validated, by what was found.",
                        Type::counter);
  verdicts.add({{"verdict", "secure"}}, sum(workers, &ValidationCounters::secure));
  verdicts.add({{"verdict", "insecure"}}, sum(workers, &ValidationCounters::insecure));
  verdicts.add({{"verdict", "bogus"}}, sum(workers, &ValidationCounters::bogus));
  verdicts.add({{"verdict", "indeterminate"}}, sum(workers, &ValidationCounters::indeterminate));
  out.push_back(std::move(verdicts));
  out.push_back(single("dnssec_signature_checks_total", "Signatures that were checked.", Type::counter,
                       sum(workers, &ValidationCounters::signature_checks)));
  out.push_back(single("dnssec_denied_from_cache_total",
                       "Questions that known denials have answered (RFC 8198).", Type::counter,
                       sum(workers, &ValidationCounters::denied_from_cache)));
}

void collect_clock(const dnssec::SharedClockState& clock, MetricFamilies& out) {
  using dnssec::ClockState;
  MetricFamily state("clock_state", "1 for what the wall clock is worth.", Type::gauge);
  const auto now = clock.view().state;
  for (const auto one : {ClockState::synced, ClockState::rough, ClockState::bad})
    state.add({{"state", to_text(one)}}, now == one ? 1 : 0);
  out.push_back(std::move(state));
  const auto figures = clock.figures();
  out.push_back(
      single("clock_steps_total", "How often the wall clock was set.", Type::counter, figures.steps));
  out.push_back(single("clock_last_step_seconds", "By how much it was set the last time.", Type::gauge,
                       in_seconds(figures.last_step)));
  out.push_back(single("clock_max_error_seconds", "The kernel's bound on its error; 0 if it cannot be asked.",
                       Type::gauge, in_seconds(figures.max_error)));
  out.push_back(single("clock_offset_seconds",
                       "What the kernel still corrects, little by little; 0 if it cannot be asked.",
                       Type::gauge, in_seconds(figures.offset)));
}

}  // namespace

void collect_dnssec_metrics(const MetricSources& sources, MetricFamilies& out) {
  collect_validation(sources.queries, out);
  collect_clock(*sources.clock, out);
}

}  // namespace tributary::resolver
