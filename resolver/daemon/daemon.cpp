#include "resolver/daemon/daemon.hpp"

#include <malloc.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "base/call_logged.hpp"
#include "policy/address_text.hpp"
#include "resolver/daemon/service_manager.hpp"
#include "resolver/daemon/settled_config.hpp"
#include "resolver/listener/listen_socket.hpp"
#include "resolver/listener/port_owner.hpp"

namespace tributary::resolver {
namespace {

constexpr Duration drain_time = std::chrono::milliseconds(1500);
/// How often workers are asked for a sign of life when no service manager wants to know.
constexpr Duration liveness_interval = std::chrono::seconds(5);

/// Of another process than this one, or of nobody that can be found.
bool taken_by_others(const policy::ListenConfig& listen) {
  const auto owner = find_port_owner(listen);
  return !owner || owner->pid != getpid();
}

}  // namespace

tl::expected<std::unique_ptr<Daemon>, Daemon::Errors> Daemon::make(policy::Config config,
                                                                   ReadConfig read_again) {
  config = settled(std::move(config));
  auto material = load_material(config);
  if (!material) return tl::unexpected(material.error());
  const auto wanted = config.listen;
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(config), std::move(*material), std::move(read_again)));
  Errors errors;
  auto opened = daemon->open_sockets(wanted);
  if (opened) daemon->listening_ = std::move(*opened);
  if (!opened) errors = std::move(opened.error());
  if (const auto admin = daemon->open_admin(); !admin) errors.push_back(admin.error());
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return daemon;
}

Daemon::Daemon(policy::Config config, UpstreamMaterial material, ReadConfig read_again)
    : read_again_(std::move(read_again)),
      reloads_(present_second()),
      lasting_(config),
      snapshot_(builder_.build(std::move(config), std::move(material), nullptr)) {
  lasting_.injected.when_noted([this](const dns::Question& question) { forget_answers(question); });
  for (std::size_t i = 0; i < snapshot()->config.workers; ++i)
    workers_.push_back(std::make_unique<Worker>(lasting_, snapshot()));
  log_queries();
  watches_ = std::make_unique<Watches>(Watches::Tools{main_loop_, timers_, *workers_.front(),
                                                      lasting_.wall_clock, [this] { return snapshot(); },
                                                      [this](const char* how) { network_changed(how); }});
}

Daemon::~Daemon() {
  stopped_ = true;  // what operators wait for is given up
  admin_.reset();
  for (const auto& worker : workers_) worker->join();
  watches_->stop_network();
  lasting_.checks.stop();
  for (const auto& worker : workers_) worker->abandon();
}

SnapshotPtr Daemon::snapshot() const {
  return snapshot_.with([](const SnapshotPtr& present) { return present; });
}

/// None of them, if one cannot be opened.
tl::expected<std::vector<Daemon::Listening>, Daemon::Errors> Daemon::open_sockets(
    const std::vector<policy::ListenConfig>& wanted) {
  std::vector<Listening> out;
  Errors errors;
  for (const auto& listen : wanted) {
    const auto free = check_free(listen);
    if (!free && taken_by_others(listen)) errors.push_back(free.error());
    out.push_back({listen, listen});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  // The first worker learns the ports that the kernel chooses for port 0; the others share them.
  for (const auto& worker : workers_) {
    for (auto& listening : out) {
      const auto opened = worker->open(listening.real);
      if (opened) listening.real.address = *opened;
      if (!opened) errors.push_back(opened.error());
    }
    if (!errors.empty()) break;
  }
  if (errors.empty()) return out;
  for (const auto& worker : workers_) worker->discard_opened();
  return tl::unexpected(std::move(errors));
}

void Daemon::log_queries() {
  const auto present = snapshot();
  const auto& config = present->config.query_log;
  if (!config.wanted()) return;
  query_log_ = std::make_unique<QueryLog>(
      config, QueryLog::Names{"tributary " TRIBUTARY_VERSION, upstream_names()}, workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i) workers_[i]->record_queries(query_log_->recorder(i));
}

/// By their places, which stay theirs through reloads.
QueryLog::UpstreamNames Daemon::upstream_names() const {
  QueryLog::UpstreamNames out(static_cast<std::size_t>(cache::UpstreamPlace::none));
  const auto present = snapshot();
  for (const auto& [serial, health] : present->upstreams)
    if (health->place() != cache::UpstreamPlace::none)
      out[static_cast<std::size_t>(health->place())] = health->name();
  return out;
}

void Daemon::network_changed(const char* how) {
  spdlog::info("{}: connections to upstreams are looked at anew", how);
  for (const auto& worker : workers_) worker->network_changed();
  const auto present = snapshot();
  for (const auto& upstream : present->upstreams) upstream.health->forgive(BootClock::now());
}

/// What is known in clear about `question`, of all groups.
void Daemon::forget_answers(const dns::Question& question) {
  const auto present = snapshot();
  for (const auto& group : present->groups) {
    for (const bool checking_disabled : {false, true})
      lasting_.cache.drop(cache::Key(question, checking_disabled, group.number), cache::Rank::clear);
  }
}

/// As the configuration says, but no more TCP clients than there are file descriptors for.
void Daemon::limit_clients(const policy::Config& config) {
  const auto most = lasting_.descriptors.tcp_clients();
  const auto& tcp = config.tcp;
  if (most < tcp.connections)
    spdlog::warn(
        "at most {} TCP clients are served at once, not {}: this process may have no more than {} file "
        "descriptors, and queries need some; raise LimitNOFILE= of the unit, or ulimit -n",
        most, tcp.connections, lasting_.descriptors.limit);
  lasting_.tcp_limits.set(std::min(most, tcp.connections), tcp.connections_per_client);
  lasting_.shares.set_per_client(config.udp.queries_per_client);
}

void Daemon::watch_workers() {
  const auto period = watchdog_period();
  LivenessWatch::Tools tools{[this](std::size_t worker, std::function<void()> sign) {
                               workers_[worker]->call_soon(std::move(sign));
                             },
                             [this, period] {
                               if (period) tell_service_manager(main_loop_, "WATCHDOG=1");
                             }};
  liveness_ = std::make_unique<LivenessWatch>(timers_, workers_.size(),
                                              period ? *period / 4 : liveness_interval, std::move(tools));
}

void Daemon::log_ready() const {
  std::string places;
  for (const auto& listening : listening_)
    places += (places.empty() ? "" : ", ") + policy::to_text(listening.real);
  spdlog::info("tributary {} answers on {} with {} workers", TRIBUTARY_VERSION, places, workers_.size());
  if (const auto listen = snapshot()->config.admin.listen)
    spdlog::info(
        "metrics at http://{}/metrics",
        policy::SocketAddress{listen->address, static_cast<std::uint16_t>(admin_->port())}.to_text());
}

void Daemon::follow_signals() {
  signal_arrival_.async_wait(asio::posix::descriptor_base::wait_read, [this](const asio::error_code& error) {
    if (error) return;
    while (const auto signal = signals_.next()) {
      if (*signal != SIGHUP) return main_loop_.stop();
      reload_now();
    }
    follow_signals();
  });
}

void Daemon::run() {
  follow_signals();
  if (query_log_) query_log_->start();
  watches_->start();
  workers_.front()->start_prober();
  for (const auto& worker : workers_) worker->start();
  lasting_.descriptors.used = open_descriptors();
  limit_clients(snapshot()->config);
  watch_workers();
  serving_ = true;
  log_ready();
  tell_service_manager(main_loop_, "READY=1");
  malloc_trim(0);  // Reading configuration and zones has left holes that an idle daemon never fills.
  cache_keeping_.start(timers_, main_loop_.get_executor());
  run_logged("an event of the main loop", main_loop_);
  stopped_ = true;

  tell_service_manager(main_loop_, "STOPPING=1");
  const Deadline deadline(BootClock::now() + drain_time);
  for (const auto& worker : workers_) worker->drain(deadline);
  for (const auto& worker : workers_) worker->join();
  cache_keeping_.stop();
  spdlog::info("tributary has stopped");
}

}  // namespace tributary::resolver
