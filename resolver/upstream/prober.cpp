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
    : round_{tools, std::make_shared<Alarm>(tools.timers), std::move(targets), &link} {}

void Prober::start() {
  for (const auto& target : round_.targets) {
    // The health outlives this worker: it must not keep the alarm, which belongs to the worker's timers.
    target.upstream->health().when_probe_comes_sooner(
        [executor = round_.tools.executor, alarm = std::weak_ptr(round_.wake)] {
          asio::post(executor, [alarm] {
            if (const auto still = alarm.lock()) still->ring();
          });
        });
  }
  round_.tools.nursery.start(run(round_), "the prober");
}

Task<> Prober::run(Round round) {
  while (true) {
    const Instant now = round.tools.clock.now();
    round.send_over_link(now);
    round.send_due(now);
    co_await round.wake->wait_until(round.next(now));
  }
}

void Prober::Round::send(const Target& target, Instant now) {
  // The exchange ends at its deadline: only a moment after it may another be due.
  target.upstream->health().probe_sent(now, probe_timeout + CircuitBreaker::probe_interval);
  tools.nursery.start(send_probe(target, Deadline(now + probe_timeout), wake), "a probe");
}

void Prober::Round::send_due(Instant now) {
  for (const auto& target : targets) {
    if (const auto due = target.upstream->health().probe_due(); due && *due <= now) send(target, now);
  }
}

void Prober::Round::send_over_link(Instant now) {
  if (const auto due = link->probe_due(); !due || *due > now) return;
  link->probe_sent(now);
  for (std::size_t tried = 0; tried < targets.size(); ++tried) {
    const auto& target = targets[turn++ % targets.size()];
    if (target.upstream->health().on_network()) return send(target, now);
  }
}

Instant Prober::Round::next(Instant now) const {
  Instant next = link->probe_due().value_or(now + std::chrono::hours(1));
  for (const auto& target : targets) {
    if (const auto due = target.upstream->health().probe_due()) next = std::min(next, *due);
  }
  return next;
}

}  // namespace tributary::resolver
