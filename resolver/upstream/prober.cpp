// One loop looks for the probes that are due, sends each in a coroutine of its own, and sleeps until the next
// is due or a breaker opens.

#include "resolver/upstream/prober.hpp"

#include <asio/post.hpp>

#include "base/spawn.hpp"

namespace tributary::resolver {
namespace {

asio::awaitable<void> send_probe(Prober::Target target, Deadline deadline, std::shared_ptr<Bell> done) {
  co_await target.upstream->probe(Query{target.question, false}, deadline);
  done->ring();
}

}  // namespace

Prober::Prober(asio::any_io_executor executor, Clock& clock, std::vector<Target> targets)
    : executor_(std::move(executor)),
      clock_(clock),
      opened_(std::make_shared<Bell>(executor_, clock)),
      targets_(std::move(targets)) {}

void Prober::start() {
  for (const auto& target : targets_) {
    // The health outlives this worker's event loop: it must not keep the bell, whose timer belongs to that
    // loop.
    target.upstream->health().when_opened([executor = executor_, bell = std::weak_ptr(opened_)] {
      asio::post(executor, [bell] {
        if (const auto still = bell.lock()) still->ring();
      });
    });
  }
  spawn(executor_, run(executor_, clock_, opened_, targets_), "the prober");
}

asio::awaitable<void> Prober::run(asio::any_io_executor executor, Clock& clock, std::shared_ptr<Bell> opened,
                                  std::vector<Target> targets) {
  while (true) {
    const Instant now = clock.now();
    Instant next = now + std::chrono::hours(1);
    for (const auto& target : targets) {
      Health& health = target.upstream->health();
      if (const auto due = health.probe_due(); due && *due <= now) {
        // The exchange ends at its deadline: only a moment after it may another be due.
        health.probe_sent(now, probe_timeout + CircuitBreaker::probe_interval);
        spawn(executor, send_probe(target, Deadline(now + probe_timeout), opened), "a probe");
      }
      if (const auto due = health.probe_due()) next = std::min(next, *due);
    }
    co_await opened->wait_until(next);
  }
}

}  // namespace tributary::resolver
