#include "resolver/daemon/worker.hpp"

#include <algorithm>

#include <asio/post.hpp>

#include "base/spawn.hpp"
#include "policy/config_words.hpp"
#include "resolver/listener/listen_socket.hpp"

namespace tributary::resolver {
namespace {

/// How often a worker that is to end looks whether its last reply has gone out.
constexpr Duration drain_interval = std::chrono::milliseconds(10);

std::vector<std::unique_ptr<Guarded>> make_upstreams(const Worker::Foundation& foundation,
                                                     const WorkerTools& tools) {
  std::vector<std::unique_ptr<Guarded>> out;
  for (const auto& upstream : foundation.config.upstreams) {
    Health& health = *foundation.health[out.size()];
    auto transport = make_transport(upstream, foundation.material, tools);
    out.push_back(std::make_unique<Guarded>(std::move(transport), health, tools.timers, tools.random));
  }
  return out;
}

}  // namespace

Worker::Worker(const Foundation& foundation)
    : timers_(loop_.get_executor(), clock_),
      tools_{loop_.get_executor(), clock_, random_, timers_, nursery_, &foundation.injected},
      judge_({foundation.config.cache.max_ttl, foundation.config.cache.max_negative_ttl}),
      upstreams_(make_upstreams(foundation, tools_)),
      resolution_(std::make_unique<Resolution>(
          foundation.state, make_sources(foundation), judge_,
          Resolution::Timeouts{foundation.config.timeouts.query, foundation.config.timeouts.stale}, tools_)),
      tcp_{*resolution_, clock_, nursery_, listener_counters_, foundation.tcp_limits, foundation.config.tcp} {
}

Worker::~Worker() {
  join();
  nursery_.clear();  // What is suspended refers to everything else.
}

std::vector<Source> Worker::make_sources(const Foundation& foundation) {
  std::vector<Source> out;
  for (const auto& group : foundation.config.groups) {
    const auto zone = foundation.material.zones.find(group.fallback);
    const dns::Zone* fallback = zone != foundation.material.zones.end() ? zone->second.get() : nullptr;
    out.push_back(
        {group.name, make_group(group, foundation.config), foundation.degradations[out.size()], fallback});
  }
  return out;
}

std::unique_ptr<Group> Worker::make_group(const policy::GroupConfig& group, const policy::Config& config) {
  std::vector<Group::Member> members;
  for (const auto& name : group.upstreams) {
    const auto upstream = std::ranges::find(config.upstreams, name, &policy::UpstreamConfig::name);
    const auto place = static_cast<std::size_t>(upstream - config.upstreams.begin());
    const bool local = upstream->scheme == policy::UpstreamScheme::zone;
    members.push_back({upstreams_[place].get(), upstream->weight, upstream->operator_name, local,
                       policy::to_text(upstream->scheme)});
  }
  return std::make_unique<Group>(group, std::move(members), make_strategy(group), judge_,
                                 config.timeouts.attempt, tools_);
}

tl::expected<policy::SocketAddress, std::string> Worker::open_one(const policy::ListenConfig& listen) {
  if (listen.protocol == policy::ListenProtocol::udp) {
    auto socket = open_udp(tools_.executor, listen.address);
    if (!socket) return tl::unexpected(socket.error());
    udp_listeners_.push_back(std::make_unique<UdpListener>(std::move(*socket), *resolution_, clock_, nursery_,
                                                           listener_counters_));
    return udp_listeners_.back()->local();
  }
  auto acceptor = open_tcp(tools_.executor, listen.address);
  if (!acceptor) return tl::unexpected(acceptor.error());
  tcp_listeners_.push_back(std::make_unique<TcpListener>(std::move(*acceptor), tcp_));
  return tcp_listeners_.back()->local();
}

tl::expected<void, std::string> Worker::open(std::vector<policy::ListenConfig>& listen) {
  for (auto& each : listen) {
    const auto bound = open_one(each);
    if (!bound) return tl::unexpected(bound.error());
    each.address = *bound;
  }
  return {};
}

void Worker::start_prober(const std::vector<dns::Question>& questions, LocalLink& link) {
  std::vector<Prober::Target> targets;
  for (std::size_t i = 0; i < upstreams_.size(); ++i) targets.push_back({upstreams_[i].get(), questions[i]});
  prober_ = std::make_unique<Prober>(tools_, std::move(targets), link);
  prober_->start();
}

void Worker::start() {
  // First of all on the loop, so that it comes before the first query.
  asio::post(loop_, [this] {
    for (const auto& upstream : upstreams_) upstream->start();
  });
  for (const auto& listener : udp_listeners_) listener->start();
  for (const auto& listener : tcp_listeners_) listener->start();
  thread_ = std::thread([this] {
    // Without listeners there may be nothing to do yet: the loop runs until it is stopped.
    const auto guard = asio::make_work_guard(loop_);
    do clock_.next_turn();
    while (loop_.run_one() > 0);
  });
}

void Worker::network_changed() {
  asio::post(loop_, [this] {
    for (const auto& upstream : upstreams_) upstream->network_changed();
  });
}

void Worker::ask_dnskeys(dns::Name zone, std::function<void(cache::AnswerPtr)> done) {
  asio::post(loop_, [this, zone, done = std::move(done)]() mutable {
    nursery_.start(hand_over(resolution_->ask_dnskeys(zone), std::move(done)),
                   "asking for a trust point's keys");
  });
}

Task<> Worker::hand_over(Task<cache::AnswerPtr> answer, std::function<void(cache::AnswerPtr)> done) {
  done(co_await std::move(answer));
}

void Worker::explain(explain::ExplainRequest request, std::function<void(explain::Explanation)> done) {
  asio::post(loop_, [this, request = std::move(request), done = std::move(done)]() mutable {
    nursery_.start(hand_over_explanation(resolution_->explain(std::move(request)), std::move(done)),
                   "explaining an answer");
  });
}

Task<> Worker::hand_over_explanation(Task<explain::Explanation> explanation,
                                     std::function<void(explain::Explanation)> done) {
  done(co_await std::move(explanation));
}

void Worker::drain(Deadline deadline) {
  asio::post(loop_, [this, deadline] {
    stop_accepting();
    spawn(tools_.executor, finish(this, deadline), "draining");
  });
}

asio::awaitable<void> Worker::finish(Worker* self, Deadline deadline) {
  Bell nobody_rings(self->tools_.executor, self->clock_);
  while (self->pending() > 0 && !deadline.passed(self->clock_.now())) {
    co_await nobody_rings.wait_until(self->clock_.now() + drain_interval);
  }
  self->loop_.stop();
}

void Worker::stop_accepting() {
  for (const auto& listener : udp_listeners_) listener->stop_accepting();
  for (const auto& listener : tcp_listeners_) listener->stop_accepting();
}

std::size_t Worker::pending() const {
  std::size_t sum = 0;
  for (const auto& listener : udp_listeners_) sum += listener->pending();
  for (const auto& listener : tcp_listeners_) sum += listener->pending();
  return sum;
}

void Worker::abandon() {
  nursery_.clear();
  loop_.abandon();
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace tributary::resolver
