// One loop looks for the probes that are due, sends each in a coroutine of its own, and sleeps until the next
// is due or health says that one has become due earlier.

#include "resolver/upstream/prober.hpp"

#include <algorithm>

#include <asio/post.hpp>

namespace tributary::resolver {
namespace {

Task<> send_probe(Prober::Target target, Deadline deadline, std::shared_ptr<Alarm> done) {
  co_await target.upstream->probe(Query{target.question, false}, deadline);
  done->ring();
}

}  // namespace

Prober::Prober(WorkerTools tools, std::vector<Target> targets, LocalLink& link)
    : tools_(tools),
      wake_(std::make_shared<Alarm>(tools.timers)),
      targets_(std::move(targets)),
      link_(link) {}

void Prober::start() {
  for (const auto& target : targets_) {
    // The health outlives this worker: it must not keep the alarm, which belongs to the worker's timers.
    target.upstream->health().when_probe_comes_sooner(
        [executor = tools_.executor, alarm = std::weak_ptr(wake_)] {
          asio::post(executor, [alarm] {
            if (const auto still = alarm.lock()) still->ring();
          });
        });
  }
  tools_.nursery.start(run(this), "the prober");
}

void Prober::stop() {
  stopped_ = true;
  wake_->ring();
}

Task<> Prober::run(Prober* self) {
  while (!self->stopped_) {
    const Instant now = self->tools_.clock.now();
    self->send_over_link(now);
    self->send_due(now);
    co_await self->wake_->wait_until(self->next(now));
  }
}

void Prober::send(const Target& target, Instant now) {
  // The exchange ends at its deadline: only a moment after it may another be due.
  target.upstream->health().probe_sent(now, probe_timeout + CircuitBreaker::probe_interval);
  tools_.nursery.start(send_probe(target, Deadline(now + probe_timeout), wake_), "a probe");
}

void Prober::send_due(Instant now) {
  for (const auto& target : targets_) {
    if (const auto due = target.upstream->health().probe_due(); due && *due <= now) send(target, now);
  }
}

void Prober::send_over_link(Instant now) {
  if (const auto due = link_.probe_due(); !due || *due > now) return;
  link_.probe_sent(now);
  for (std::size_t tried = 0; tried < targets_.size(); ++tried) {
    const auto& target = targets_[turn_++ % targets_.size()];
    const auto& health = target.upstream->health();
    if (health.on_network() && !health.disabled()) return send(target, now);
  }
}

Instant Prober::next(Instant now) const {
  Instant next = link_.probe_due().value_or(now + std::chrono::hours(1));
  for (const auto& target : targets_) {
    if (const auto due = target.upstream->health().probe_due()) next = std::min(next, *due);
  }
  return next;
}

}  // namespace tributary::resolver
