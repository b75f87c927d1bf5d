#include "resolver/daemon/watches.hpp"

#include <cstdlib>

#include <spdlog/spdlog.h>
#include <asio/post.hpp>

#include "resolver/daemon/route_socket.hpp"
#include "resolver/daemon/state_directory.hpp"

namespace tributary::resolver {
namespace {

std::filesystem::path state_directory_of(const policy::Config& config) {
  return state_directory(config, std::getenv("STATE_DIRECTORY"));
}

/// Where the ways of this host are looked at: to the upstreams, and to "the Internet" for those whose address
/// a name server tells (a.root-servers.net stands for it; it is sent nothing).
std::vector<asio::ip::address> watched_destinations(const policy::Config& config) {
  std::vector<asio::ip::address> out{asio::ip::make_address("198.41.0.4"),
                                     asio::ip::make_address("2001:503:ba3e::2:30")};
  for (const auto& upstream : config.upstreams) {
    if (upstream.address) out.push_back(upstream.address->address);
  }
  return out;
}

}  // namespace

void Watches::start() {
  const auto snapshot = tools_.snapshot();
  watch_clock(snapshot->config);
  follow_anchors(*snapshot);
  const auto& worker = tools_.first_worker.tools();
  resume_watch_ = std::make_unique<ResumeWatch>(worker.timers, time_asleep,
                                                [this] { tools_.network_changed("this host has slept"); });
  watch_network();
}

void Watches::prepare(const Snapshot& next) {
  if (next.trust != tools_.snapshot()->trust) follow_anchors(next);
}

void Watches::follow(const Snapshot& before) {
  const auto now = tools_.snapshot();
  if (watched_destinations(now->config) == watched_destinations(before.config)) return;
  tools_.first_worker.call([this] { watch_network(); });
}

void Watches::stop_network() {
  network_watch_.reset();
  resume_watch_.reset();
}

void Watches::watch_clock(const policy::Config& config) {
  clock_stamp_ = std::make_unique<ClockStamp>(state_directory_of(config));
  clock_watch_ = std::make_unique<ClockWatch>(
      tools_.timers,
      ClockWatch::Tools{read_clocks, [this](Duration stamp) { clock_stamp_->keep(stamp); },
                        [this] {
                          if (const auto trust = tools_.snapshot()->trust) trust->judge_anew(BootClock::now);
                        },
                        tools_.wall_clock},
      build_time(), clock_stamp_->load(), config.dnssec.clock);
}

void Watches::follow_anchors(const Snapshot& snapshot) {
  anchor_watch_.reset();
  if (!snapshot.trust) return;
  AnchorWatch::Tools tools{
      [this](const dns::Name& zone, std::function<void(cache::AnswerPtr)> done) {
        tools_.first_worker.ask_dnskeys(zone, [this, done = std::move(done)](cache::AnswerPtr answer) {
          asio::post(tools_.main_loop, [done, answer = std::move(answer)] { done(answer); });
        });
      },
      AnchorStore(state_directory_of(snapshot.config)), negative_anchors(snapshot.config)};
  anchor_watch_ = std::make_unique<AnchorWatch>(tools_.timers, snapshot.config.dnssec.trust_anchors,
                                                std::move(tools), *snapshot.trust);
}

/// What is known of the network begins anew: other destinations have other ways, which is no change of it.
void Watches::watch_network() {
  const auto& worker = tools_.first_worker.tools();
  network_watch_.reset();
  const auto socket = open_route_socket();
  if (!socket) {
    spdlog::warn("changes of the network go unnoticed: {}", socket.error());
    return;
  }
  const auto watched = watched_destinations(tools_.snapshot()->config);
  NetworkWatch::Kernel kernel{ask_for_state, [watched] { return ask_for_ways(watched); }};
  network_watch_ =
      std::make_unique<NetworkWatch>(worker.executor, *socket, worker.timers, std::move(kernel),
                                     [this] { tools_.network_changed("the network has changed"); });
}

}  // namespace tributary::resolver
