#include "bench/simulate/virtual_time.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;

Task<> note(VirtualTime* time, Duration after, std::vector<Instant>* seen) {
  Alarm nobody_rings(time->timers);
  co_await nobody_rings.wait_until(time->clock.now() + after);
  seen->push_back(time->clock.now());
}

TEST(VirtualTime, JumpsFromOneTimerToTheNext) {
  VirtualTime time;
  const Instant start = time.clock.now();
  std::vector<Instant> seen;
  for (const Duration after : {Duration(1h), Duration(1ns), Duration(0), Duration(5s)}) {
    time.nursery.start(note(&time, after, &seen), "a test");
  }
  std::vector<Instant> looked;
  time.run_until(start + 1min, [&looked](Instant now) { looked.push_back(now); });
  EXPECT_EQ(seen, (std::vector{start, start + 1ns, start + 5s}));
  EXPECT_EQ(looked, seen);
  EXPECT_EQ(time.clock.now(), start + 1min);
}

}  // namespace
}  // namespace tributary::simulate
