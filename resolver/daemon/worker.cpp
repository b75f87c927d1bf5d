#include "resolver/daemon/worker.hpp"

#include <asio/post.hpp>

#include "base/frame_pool.hpp"
#include "base/run_on.hpp"
#include "base/spawn.hpp"
#include "dns/message_builder.hpp"

namespace tributary::resolver {
namespace {

/// How often a worker that is to end looks whether its last reply has gone out.
constexpr Duration drain_interval = std::chrono::milliseconds(10);
/// How often a worker looks whether what a reload has replaced is still needed.
constexpr Duration sweep_interval = std::chrono::milliseconds(20);

}  // namespace

Worker::Worker(Lasting& lasting, const SnapshotPtr& snapshot)
    : lasting_(lasting),
      timers_(loop_.get_executor(), clock_),
      tools_{loop_.get_executor(),
             clock_,
             random_,
             timers_,
             nursery_,
             &lasting.injected,
             lasting.descriptors.spare_ports(snapshot->config.workers)},
      udp_{handler_, clock_, timers_, nursery_, failures_, listener_counters_, lasting.shares},
      tcp_{handler_,
           clock_,
           timers_,
           nursery_,
           failures_,
           listener_counters_,
           lasting.tcp_limits,
           snapshot->config.tcp},
      generation_(std::make_unique<Generation>(snapshot, lasting, tools_, query_counters_, nullptr)),
      listeners_(loop_.get_executor(), udp_, tcp_),
      sweep_(*this) {
  handler_.turn_to(generation_->resolution());
}

Worker::~Worker() {
  join();
  nursery_.clear();  // What is suspended refers to everything else.
}

void Worker::start_prober() {
  probes_ = true;
  generation_->start_prober();
}

void Worker::record_queries(QueryRecorder& recorder) {
  recorder_ = &recorder;
  generation_->resolution().record_queries(recorder_);
}

void Worker::start() {
  // First of all on the loop, so that it comes before the first query.
  asio::post(loop_, [this] { generation_->start(); });
  listeners_.serve_opened();
  thread_ = std::thread([this] {
    frame_pool::prepare_thread();
    // Without listeners there may be nothing to do yet: the loop runs until it is stopped.
    const auto guard = asio::make_work_guard(loop_);
    while (turn()) {
    }
  });
}

/// One event. What it throws, for want of memory mostly, ends that event and nothing else. False: the loop
/// was stopped.
bool Worker::turn() {
  clock_.next_turn();
  try {
    return loop_.run_one() > 0;
  } catch (...) {
    failures_.note("an event", std::current_exception());
    return true;
  }
}

void Worker::call(const std::function<void()>& work) {
  thread_.joinable() ? run_on(loop_, work).get() : work();
}

tl::expected<policy::SocketAddress, std::string> Worker::open(const policy::ListenConfig& listen) {
  tl::expected<policy::SocketAddress, std::string> opened;
  call([&] { opened = listeners_.open(listen); });
  return opened;
}

void Worker::discard_opened() {
  call([this] {
    listeners_.discard_opened();
    sweep_.begin();
  });
}

// ---- Reloading.

void Worker::adopt(const SnapshotPtr& snapshot, const std::vector<policy::ListenConfig>& closed) {
  call([&] {
    replace_generation(snapshot);
    listeners_.serve_opened();
    for (const auto& listen : closed) listeners_.close(listen);
    sweep_.begin();
  });
}

void Worker::replace_generation(const SnapshotPtr& snapshot) {
  auto next = std::make_unique<Generation>(snapshot, lasting_, tools_, query_counters_, generation_.get());
  next->resolution().record_queries(recorder_);
  next->start();
  if (probes_) next->start_prober();
  handler_.turn_to(next->resolution());
  tcp_.config = snapshot->config.tcp;
  generation_->retire();
  retired_.push_back(std::exchange(generation_, std::move(next)));
}

/// True if there is something left to wait for.
bool Worker::sweep() {
  std::erase_if(retired_, [](const auto& generation) { return !generation->busy(); });
  const bool listeners_left = listeners_.sweep();
  return listeners_left || !retired_.empty();
}

void Worker::Sweep::begin() {
  if (std::exchange(waiting_, true)) return;
  worker_.timers_.set(*this, worker_.clock_.now() + sweep_interval);
}

void Worker::Sweep::expire() {
  waiting_ = false;
  if (worker_.sweep()) begin();
}

// ---- Any thread.

void Worker::network_changed() {
  asio::post(loop_, [this] { generation_->network_changed(); });
}

void Worker::ask_dnskeys(dns::Name zone, std::function<void(cache::AnswerPtr)> done) {
  asio::post(loop_, [this, zone, done = std::move(done)]() mutable {
    if (!generation_->snapshot().trust) return;
    generation_->nursery().start(hand_over(generation_->resolution().ask_dnskeys(zone), std::move(done)),
                                 "asking for a trust point's keys");
  });
}

Task<> Worker::hand_over(Task<cache::AnswerPtr> answer, std::function<void(cache::AnswerPtr)> done) {
  done(co_await std::move(answer));
}

void Worker::explain(explain::ExplainRequest request, std::function<void(explain::Explanation)> done) {
  asio::post(loop_, [this, request = std::move(request), done = std::move(done)]() mutable {
    auto explanation = generation_->resolution().explain(std::move(request));
    generation_->nursery().start(hand_over_explanation(std::move(explanation), std::move(done)),
                                 "explaining an answer");
  });
}

Task<> Worker::hand_over_explanation(Task<explain::Explanation> explanation,
                                     std::function<void(explain::Explanation)> done) {
  done(co_await std::move(explanation));
}

void Worker::ask(std::vector<std::uint8_t> query, std::function<void(std::vector<std::uint8_t>)> done) {
  asio::post(loop_, [this, query = std::move(query), done = std::move(done)]() mutable {
    generation_->nursery().start(
        answer(&generation_->resolution(), std::move(query), clock_.now(), std::move(done)),
        "answering an operator");
  });
}

Task<> Worker::answer(Resolution* resolution, std::vector<std::uint8_t> query, Instant now,
                      std::function<void(std::vector<std::uint8_t>)> done) {
  const ClientInfo client{asio::ip::address_v4::loopback(), Protocol::tcp, now};
  std::vector<std::uint8_t> reply(dns::MessageBuilder::max_size);
  const auto at_once = resolution->answer_now(query, client, reply);
  if (const auto* written = std::get_if<QueryHandler::Written>(&at_once)) {
    reply.resize(written->size);
  } else if (const auto* later = std::get_if<QueryHandler::Later>(&at_once)) {
    const auto octets = co_await resolution->answer_later(std::move(query), client, *later);
    reply.assign(octets.begin(), octets.end());
  } else {
    reply.clear();
  }
  done(std::move(reply));
}

void Worker::drain(Deadline deadline) {
  asio::post(loop_, [this, deadline] {
    listeners_.close_all();
    spawn(tools_.executor, finish(this, deadline), "draining");
  });
}

asio::awaitable<void> Worker::finish(Worker* self, Deadline deadline) {
  Bell nobody_rings(self->tools_.executor, self->clock_);
  while (self->listeners_.pending() > 0 && !deadline.passed(self->clock_.now())) {
    co_await nobody_rings.wait_until(self->clock_.now() + drain_interval);
  }
  self->loop_.stop();
}

void Worker::call_soon(std::function<void()> work) {
  asio::post(loop_, std::move(work));
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::abandon() {
  nursery_.clear();
  for (const auto& generation : retired_) generation->abandon();
  generation_->abandon();
  loop_.abandon();
}

}  // namespace tributary::resolver
