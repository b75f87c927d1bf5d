#include "resolver/background_checks.hpp"

#include <sched.h>

#include <asio/post.hpp>

#include "base/call_logged.hpp"

namespace tributary::resolver {
namespace {

/// What the two threads share. The thread that verifies never touches the alarm.
struct Waiting {
  explicit Waiting(Timers& timers) : done(timers) {}

  Alarm done;
  bool holds = false;
};

/// The kernel lets this thread run when no other wants to. Where it refuses, verifications are merely not
/// the last.
void yield_to_all_others() {
  const sched_param least{};
  static_cast<void>(sched_setscheduler(0, SCHED_IDLE, &least));
}

}  // namespace

asio::thread_pool& BackgroundChecks::thread() {
  std::call_once(started_, [this] {
    thread_.emplace(1);
    asio::post(*thread_, yield_to_all_others);
  });
  return *thread_;
}

Task<bool> BackgroundChecks::verify(dnssec::Verification verification,
                                    std::shared_ptr<const dnssec::ZoneKeys> keys, const WorkerTools& tools) {
  const auto waiting = std::make_shared<Waiting>(tools.timers);
  auto work = [verification = std::move(verification), keys = std::move(keys), executor = tools.executor,
               asker = std::weak_ptr(waiting)] {
    call_logged("verifying a signature", [&] {
      asio::post(executor, [asker, holds = verification.holds()] {
        const auto still = asker.lock();
        if (!still) return;
        still->holds = holds;
        still->done.ring();
      });
    });
  };
  asio::post(thread(), std::move(work));
  co_await waiting->done.wait_until(Instant::max());
  co_return waiting->holds;
}

void BackgroundChecks::stop() {
  if (!thread_) return;
  thread_->stop();
  thread_->join();
}

}  // namespace tributary::resolver
