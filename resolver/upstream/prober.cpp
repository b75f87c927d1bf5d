// One loop looks for the probes that are due, sends each in a coroutine of its own, and sleeps until the next
// is due or a breaker opens.

#include "resolver/upstream/prober.hpp"

#include <asio/post.hpp>

namespace tributary::resolver {
namespace {

Task<> send_probe(Prober::Target target, Deadline deadline, std::shared_ptr<Alarm> done) {
  co_await target.upstream->probe(Query{target.question, false}, deadline);
  done->ring();
}

}  // namespace

Prober::Prober(WorkerTools tools, std::vector<Target> targets)
    : tools_(std::move(tools)),
      opened_(std::make_shared<Alarm>(tools_.timers)),
      targets_(std::move(targets)) {}

void Prober::start() {
  for (const auto& target : targets_) {
    // The health outlives this worker: it must not keep the alarm, which belongs to the worker's timers.
    target.upstream->health().when_opened([executor = tools_.executor, alarm = std::weak_ptr(opened_)] {
      asio::post(executor, [alarm] {
        if (const auto still = alarm.lock()) still->ring();
      });
    });
  }
  tools_.nursery.start(run(tools_, opened_, targets_), "the prober");
}

Task<> Prober::run(WorkerTools tools, std::shared_ptr<Alarm> opened, std::vector<Target> targets) {
  while (true) {
    const Instant now = tools.clock.now();
    Instant next = now + std::chrono::hours(1);
    for (const auto& target : targets) {
      Health& health = target.upstream->health();
      if (const auto due = health.probe_due(); due && *due <= now) {
        // The exchange ends at its deadline: only a moment after it may another be due.
        health.probe_sent(now, probe_timeout + CircuitBreaker::probe_interval);
        tools.nursery.start(send_probe(target, Deadline(now + probe_timeout), opened), "a probe");
      }
      if (const auto due = health.probe_due()) next = std::min(next, *due);
    }
    co_await opened->wait_until(next);
  }
}

}  // namespace tributary::resolver
