#include "resolver/daemon/liveness_watch.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace tributary::resolver {
namespace {

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

LivenessWatch::LivenessWatch(Timers& timers, std::size_t workers, Duration interval, Tools tools)
    : timers_(timers), interval_(interval), tools_(std::move(tools)), pulses_(workers) {
  timers_.set(*this, timers_.now() + interval_);
}

void LivenessWatch::expire() {
  const Instant now = timers_.now();
  timers_.set(*this, now + interval_);
  bool all = true;
  for (std::size_t worker = 0; worker < pulses_.size(); ++worker) all = feel(worker, now) && all;
  if (all) tools_.all_well();
}

/// Whether the worker has answered since it was last asked; if so, it is asked again.
bool LivenessWatch::feel(std::size_t worker, Instant now) {
  Pulse& pulse = pulses_[worker];
  if (!pulse.felt) {
    if (!std::exchange(pulse.missed, true))
      spdlog::error("worker {} has not answered for {:.1f} s", worker, seconds(now - pulse.asked));
    return false;
  }
  if (std::exchange(pulse.missed, false)) spdlog::info("worker {} answers again", worker);
  pulse.felt = false;
  pulse.asked = now;
  tools_.call(worker, [&pulse] { pulse.felt = true; });
  return true;
}

}  // namespace tributary::resolver
