// Each trial adds the logarithm of how much likelier its outcome is if many fail than if few do. Beyond the
// upper bound many fail, beyond the lower few do (A. Wald, Sequential Tests of Statistical Hypotheses, 1945).
//
// With 0.05 % against 0.5 % and errors of 0.1 %: three failures in a row are enough to fall when
// nothing came before; one more for every 510 successes among them. 32 replies in a row are enough for the
// way back, and a failure costs 27 of them.

#include "resolver/degradation.hpp"

#include <utility>

#include "base/natural_log.hpp"

namespace tributary::resolver {
namespace {

/// Of either kind. Falling for nothing costs clients little (what they get is at most a day old) but not
/// nothing; at 1 % two lost queries would be enough for it.
constexpr double error = 0.001;

constexpr double bound = natural_log((1 - error) / error);

}  // namespace

SequentialTest::SequentialTest(double few, double many)
    : by_failure_(natural_log(many / few)), by_success_(natural_log((1 - many) / (1 - few))) {}

SequentialTest::Verdict SequentialTest::add(bool failed) {
  sum_ += failed ? by_failure_ : by_success_;
  if (-bound < sum_ && sum_ < bound) return Verdict::open;
  const bool many = sum_ > 0;
  sum_ = 0;
  return many ? Verdict::many : Verdict::few;
}

bool Degradation::record(bool replied, std::size_t domain) {
  return tests_.with([&](Tests& tests) {
    if (!replied && std::exchange(tests.last_failed, domain) == domain) return false;
    const bool was = degraded();
    const auto verdict = (was ? tests.recovery : tests.fall).add(!replied);
    const bool now = was ? verdict != SequentialTest::Verdict::few : verdict == SequentialTest::Verdict::many;
    if (now != was) tests = {.last_failed = tests.last_failed};
    degraded_.store(now, std::memory_order_relaxed);
    return now != was;
  });
}

}  // namespace tributary::resolver
