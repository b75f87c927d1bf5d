#include "resolver/daemon/daemon.hpp"

#include <malloc.h>
#include <sched.h>

#include <algorithm>

#include <asio/post.hpp>
#include <cstdlib>

#include <spdlog/spdlog.h>

#include "resolver/daemon/route_socket.hpp"
#include "resolver/daemon/service_manager.hpp"
#include "resolver/daemon/state_directory.hpp"
#include "resolver/listener/listen_socket.hpp"

namespace tributary::resolver {
namespace {

constexpr Duration drain_time = std::chrono::milliseconds(1500);

/// The cores that this process may run on (an affinity mask, a cpuset), at least one.
std::size_t usable_cores() {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<std::size_t>(std::max(CPU_COUNT(&cores), 1));
}

policy::Config settled(policy::Config config) {
  if (config.workers == 0) config.workers = usable_cores();
  expand_system_upstreams(config);
  return config;
}

HealthTable make_health(const policy::Config& config, LocalLink& link) {
  HealthTable out;
  for (const auto& upstream : config.upstreams) {
    const bool in_memory = upstream.scheme == policy::UpstreamScheme::zone;
    out.push_back(std::make_unique<Health>(upstream.name, in_memory ? nullptr : &link,
                                           cache::upstream_place(out.size())));
  }
  return out;
}

/// Where nobody looks for a chain of trust: also what is routed to where nothing is validated.
std::vector<dns::Name> negative_anchors(const policy::Config& config) {
  auto out = config.dnssec.negative_trust_anchors;
  for (const auto& route : config.routes)
    if (!route.validate) out.push_back(route.suffix);
  return out;
}

std::unique_ptr<Trust> make_trust(const policy::Config& config, const dnssec::SharedClockState& clock) {
  const auto& dnssec = config.dnssec;
  if (dnssec.mode == policy::DnssecMode::off) return {};
  return std::make_unique<Trust>(
      dnssec::TrustAnchors(dnssec.trust_anchors, negative_anchors(config)),
      dnssec::ChainOfTrust::Settings{{dnssec.sha1}, dnssec.max_nsec3_iterations},
      Trust::Bogus{dnssec.mode == policy::DnssecMode::permissive, dnssec.max_bogus_ttl}, clock);
}

/// The suffixes of the routes that lead to `upstream`.
std::vector<dns::Name> suffixes_of(const policy::Config& config, const std::string& upstream) {
  std::vector<dns::Name> out;
  for (const auto& route : config.routes) {
    const auto group = std::ranges::find(config.groups, route.group, &policy::GroupConfig::name);
    if (group == config.groups.end()) continue;
    if (std::ranges::find(group->upstreams, upstream) != group->upstreams.end()) out.push_back(route.suffix);
  }
  return out;
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

const char* to_text(policy::ListenProtocol protocol) {
  return protocol == policy::ListenProtocol::udp ? "udp" : "tcp";
}

}  // namespace

tl::expected<std::unique_ptr<Daemon>, std::vector<std::string>> Daemon::make(policy::Config config) {
  config = settled(std::move(config));
  auto material = load_material(config);
  if (!material) return tl::unexpected(material.error());
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(config), std::move(*material)));
  std::vector<std::string> errors;
  if (const auto opened = daemon->open_sockets(); !opened) errors.push_back(opened.error());
  if (const auto opened = daemon->open_admin(); !opened) errors.push_back(opened.error());
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return daemon;
}

Daemon::Daemon(policy::Config config, UpstreamMaterial material)
    : config_(std::move(config)),
      material_(std::move(material)),
      policy_(config_),
      trust_(make_trust(config_, wall_clock_)),
      cache_(config_.cache.bytes, config_.cache.max_stale),
      health_(make_health(config_, link_)),
      degradations_(config_.groups.size()),
      tcp_limits_(config_.tcp.connections, config_.tcp.connections_per_client) {
  const Worker::Foundation foundation{
      config_,
      material_,
      health_,
      degradations_,
      tcp_limits_,
      injected_,
      {policy_, cache_, in_flight_, recent_failures_, link_, ServerCookies::random(), trust_.get()}};
  reloads_.loaded =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  injected_.when_noted([this](const dns::Question& question) { forget_answers(question); });
  for (std::size_t i = 0; i < config_.workers; ++i) workers_.push_back(std::make_unique<Worker>(foundation));
}

Daemon::~Daemon() {
  admin_.reset();
  for (const auto& worker : workers_) worker->join();
  network_watch_.reset();
  resume_watch_.reset();
  for (const auto& worker : workers_) worker->abandon();
}

tl::expected<void, std::string> Daemon::open_sockets() {
  for (const auto& listen : config_.listen) {
    if (const auto free = check_free(listen); !free) return free;
  }
  // The first worker learns the ports that the kernel chooses for port 0; the others share them.
  for (const auto& worker : workers_) {
    if (const auto opened = worker->open(config_.listen); !opened) return opened;
  }
  return {};
}

tl::expected<void, std::string> Daemon::open_admin() {
  if (!config_.admin_listen) return {};
  auto server = AdminServer::start(*config_.admin_listen, [sources = metric_sources()] {
    return metrics_text(sources, BootClock::now());
  });
  if (!server) return tl::unexpected(server.error());
  admin_ = std::move(*server);
  return {};
}

MetricSources Daemon::metric_sources() const {
  MetricSources sources{TRIBUTARY_VERSION, {}, {}, {}, &cache_, &link_, &wall_clock_, &reloads_, {}};
  for (const auto& worker : workers_) {
    sources.queries.push_back(&worker->query_counters());
    sources.listeners.push_back(&worker->listener_counters());
  }
  for (const auto& upstream : health_) sources.upstreams.push_back(upstream.get());
  for (std::size_t i = 0; i < config_.groups.size(); ++i) {
    const auto degraded = [&group = degradations_[i]] { return group.degraded(); };
    sources.groups.push_back({config_.groups[i].name, degraded});
  }
  return sources;
}

/// What each upstream is probed with: the name servers of the root if a route of the root leads to it (or
/// none at all); for one that serves parts of the name space only, the SOA of the first of them.
std::vector<dns::Question> Daemon::probe_questions() const {
  std::vector<dns::Question> questions;
  for (const auto& upstream : config_.upstreams) {
    const auto suffixes = suffixes_of(config_, upstream.name);
    if (suffixes.empty() || std::ranges::any_of(suffixes, &dns::Name::is_root)) {
      questions.push_back({dns::Name(), dns::Type::NS, dns::Class::IN});
    } else {
      questions.push_back({suffixes.front(), dns::Type::SOA, dns::Class::IN});
    }
  }
  return questions;
}

void Daemon::watch_clock() {
  clock_stamp_ = std::make_unique<ClockStamp>(state_directory(config_, std::getenv("STATE_DIRECTORY")));
  clock_watch_ = std::make_unique<ClockWatch>(
      timers_,
      ClockWatch::Tools{read_clocks, [this](Duration stamp) { clock_stamp_->keep(stamp); },
                        [this] {
                          if (trust_) trust_->judge_anew(BootClock::now);
                        },
                        wall_clock_},
      build_time(), clock_stamp_->load(), config_.dnssec.clock);
}

void Daemon::follow_anchors() {
  if (!trust_) return;
  AnchorWatch::Tools tools{
      [this](const dns::Name& zone, std::function<void(cache::AnswerPtr)> done) {
        workers_.front()->ask_dnskeys(zone, [this, done = std::move(done)](cache::AnswerPtr answer) {
          asio::post(main_loop_, [done, answer = std::move(answer)] { done(answer); });
        });
      },
      AnchorStore(state_directory(config_, std::getenv("STATE_DIRECTORY"))), negative_anchors(config_)};
  anchor_watch_ =
      std::make_unique<AnchorWatch>(timers_, config_.dnssec.trust_anchors, std::move(tools), *trust_);
}

void Daemon::watch_network() {
  const auto& tools = workers_.front()->tools();
  resume_watch_ = std::make_unique<ResumeWatch>(tools.timers, time_asleep,
                                                [this] { network_changed("this host has slept"); });
  const auto socket = open_route_socket();
  if (!socket) {
    spdlog::warn("changes of the network go unnoticed: {}", socket.error());
    return;
  }
  NetworkWatch::Kernel kernel{ask_for_state,
                              [watched = watched_destinations(config_)] { return ask_for_ways(watched); }};
  network_watch_ = std::make_unique<NetworkWatch>(tools.executor, *socket, tools.timers, std::move(kernel),
                                                  [this] { network_changed("the network has changed"); });
}

void Daemon::network_changed(const char* how) {
  spdlog::info("{}: connections to upstreams are looked at anew", how);
  for (const auto& worker : workers_) worker->network_changed();
  for (const auto& upstream : health_) upstream->forgive(BootClock::now());
}

/// What is known in clear about `question`, of all groups.
void Daemon::forget_answers(const dns::Question& question) {
  for (std::size_t group = 0; group < config_.groups.size(); ++group) {
    for (const bool checking_disabled : {false, true}) {
      const cache::Key key(question, checking_disabled, static_cast<std::uint16_t>(group));
      cache_.drop(key, cache::Rank::clear);
    }
  }
}

void Daemon::log_ready() const {
  std::string places;
  for (const auto& listen : config_.listen) {
    places +=
        std::string(places.empty() ? "" : ", ") + to_text(listen.protocol) + " " + listen.address.to_text();
  }
  spdlog::info("tributary {} answers on {} with {} workers", TRIBUTARY_VERSION, places, workers_.size());
  if (admin_) {
    spdlog::info(
        "metrics at http://{}/metrics",
        policy::SocketAddress{config_.admin_listen->address, static_cast<std::uint16_t>(admin_->port())}
            .to_text());
  }
}

void Daemon::run() {
  signals_.async_wait([this](const asio::error_code&, int) { main_loop_.stop(); });
  watch_clock();
  follow_anchors();
  workers_.front()->start_prober(probe_questions(), link_);
  watch_network();
  for (const auto& worker : workers_) worker->start();
  log_ready();
  tell_service_manager(main_loop_, "READY=1");
  malloc_trim(0);  // Reading configuration and zones has left holes that an idle daemon never fills.
  main_loop_.run();

  tell_service_manager(main_loop_, "STOPPING=1");
  const Deadline deadline(BootClock::now() + drain_time);
  for (const auto& worker : workers_) worker->drain(deadline);
  for (const auto& worker : workers_) worker->join();
  spdlog::info("tributary has stopped");
}

}  // namespace tributary::resolver
