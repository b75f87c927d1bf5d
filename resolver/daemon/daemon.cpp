#include "resolver/daemon/daemon.hpp"

#include <malloc.h>
#include <sched.h>

#include <algorithm>

#include <spdlog/spdlog.h>

#include "resolver/daemon/service_manager.hpp"
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
    : lasting_(config), snapshot_(builder_.build(std::move(config), std::move(material), nullptr)) {
  lasting_.injected.when_noted([this](const dns::Question& question) { forget_answers(question); });
  for (std::size_t i = 0; i < snapshot()->config.workers; ++i)
    workers_.push_back(std::make_unique<Worker>(lasting_, snapshot()));
  watches_ = std::make_unique<Watches>(Watches::Tools{main_loop_, timers_, *workers_.front(),
                                                      lasting_.wall_clock, [this] { return snapshot(); },
                                                      [this](const char* how) { network_changed(how); }});
}

Daemon::~Daemon() {
  admin_.reset();
  for (const auto& worker : workers_) worker->join();
  watches_->stop_network();
  for (const auto& worker : workers_) worker->abandon();
}

SnapshotPtr Daemon::snapshot() const {
  return snapshot_.with([](const SnapshotPtr& present) { return present; });
}

tl::expected<void, std::string> Daemon::open_sockets() {
  listening_ = snapshot()->config.listen;
  for (const auto& listen : listening_) {
    if (const auto free = check_free(listen); !free) return free;
  }
  // The first worker learns the ports that the kernel chooses for port 0; the others share them.
  for (const auto& worker : workers_) {
    for (auto& listen : listening_) {
      const auto opened = worker->open(listen);
      if (!opened) return tl::unexpected(opened.error());
      listen.address = *opened;
    }
  }
  return {};
}

tl::expected<void, std::string> Daemon::open_admin() {
  const auto address = snapshot()->config.admin_listen;
  if (!address) return {};
  auto server = AdminServer::start(*address, [this] { return metrics(); });
  if (!server) return tl::unexpected(server.error());
  admin_ = std::move(*server);
  return {};
}

std::string Daemon::metrics() const {
  const auto present = snapshot();
  MetricSources sources{TRIBUTARY_VERSION,    {}, {}, {}, &lasting_.cache, &lasting_.link,
                        &lasting_.wall_clock, {}};
  for (const auto& worker : workers_) {
    sources.queries.push_back(&worker->query_counters());
    sources.listeners.push_back(&worker->listener_counters());
  }
  for (const auto& upstream : present->upstreams) sources.upstreams.push_back(upstream.health.get());
  for (const auto& group : present->groups) {
    const auto degraded = [&shared = *group.degradation] { return shared.degraded(); };
    sources.groups.push_back({group.identity.name, degraded});
  }
  return metrics_text(sources, BootClock::now());
}

void Daemon::network_changed(const char* how) {
  spdlog::info("{}: connections to upstreams are looked at anew", how);
  for (const auto& worker : workers_) worker->network_changed();
  for (const auto& upstream : snapshot()->upstreams) upstream.health->forgive(BootClock::now());
}

/// What is known in clear about `question`, of all groups.
void Daemon::forget_answers(const dns::Question& question) {
  for (const auto& group : snapshot()->groups) {
    for (const bool checking_disabled : {false, true})
      lasting_.cache.drop(cache::Key(question, checking_disabled, group.number), cache::Rank::clear);
  }
}

void Daemon::log_ready() const {
  std::string places;
  for (const auto& listen : listening_) {
    places +=
        std::string(places.empty() ? "" : ", ") + to_text(listen.protocol) + " " + listen.address.to_text();
  }
  spdlog::info("tributary {} answers on {} with {} workers", TRIBUTARY_VERSION, places, workers_.size());
  if (admin_) {
    const auto host = snapshot()->config.admin_listen->address;
    spdlog::info("metrics at http://{}/metrics",
                 policy::SocketAddress{host, static_cast<std::uint16_t>(admin_->port())}.to_text());
  }
}

void Daemon::run() {
  signals_.async_wait([this](const asio::error_code&, int) { main_loop_.stop(); });
  watches_->start();
  workers_.front()->start_prober();
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
