// What a timer of the wheel costs to set and to cancel, with few and with many others set.

#include "base/timers.hpp"

#include <deque>
#include <random>

#include <benchmark/benchmark.h>
#include <asio/io_context.hpp>

namespace tributary {
namespace {

class Silent final : public Timers::Timer {
  void expire() override {}
};

/// As a query does: one timer is set 400 ms ahead and cancelled soon after, in the order of setting.
void set_and_cancel(benchmark::State& state) {
  asio::io_context loop(1);
  SystemClock clock;
  Timers timers(loop.get_executor(), clock);
  std::deque<Silent> others(static_cast<std::size_t>(state.range(0)));
  std::mt19937 random(1);
  std::uniform_int_distribution<int> microseconds(0, 4'000'000);
  const Instant now = clock.now();
  for (auto& other : others) timers.set(other, now + std::chrono::microseconds(microseconds(random)));
  std::size_t oldest = 0;
  for (auto _ : state) {
    Silent& timer = others[oldest++ % others.size()];
    timer.cancel();
    timers.set(timer, now + std::chrono::microseconds(microseconds(random)));
  }
}

BENCHMARK(set_and_cancel)->Arg(10)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace tributary
