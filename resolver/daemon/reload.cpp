// Reloading: the daemon goes by another configuration without losing a query.
//
//   read     the new configuration is read and checked whole, with the zones and certificates that it names
//   open     sockets for new addresses are opened; what comes to them queues up
//   build    a snapshot is made, which shares with the present one what has not changed
//   adopt    each worker makes a generation from it, asks the new generation from then on, serves the sockets
//            that were opened, and closes those that are gone
//
// Whatever goes wrong until sockets are open leaves everything as it was; nothing that comes later can fail.
// All this is the main loop's business: it waits for each worker, and no worker ever waits for it.

#include <chrono>
#include <future>

#include <time.h>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/run_on.hpp"
#include "resolver/daemon/config_changes.hpp"
#include "resolver/daemon/daemon.hpp"
#include "resolver/daemon/service_manager.hpp"
#include "resolver/daemon/settled_config.hpp"

namespace tributary::resolver {
namespace {

/// How often who waits for a reload looks whether the daemon ends meanwhile.
constexpr auto patience = std::chrono::milliseconds(50);

/// With the time, so that the service manager can tell which of two reloads has ended (sd_notify(3)).
std::string reloading_state() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
}

template <typename T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void log_outcome(const tl::expected<ReloadReport, Daemon::Errors>& outcome) {
  if (!outcome) {
    for (const auto& error : outcome.error()) spdlog::error("reload: {}", error);
    return spdlog::error("the configuration has errors: the one before stays in use");
  }
  for (const auto& change : outcome->changed) spdlog::info("reload: {}", change);
  spdlog::info("the configuration was reloaded{}", outcome->changed.empty() ? ": nothing has changed" : "");
}

}  // namespace

tl::expected<ReloadReport, Daemon::Errors> Daemon::reload() {
  auto outcome = run_on(main_loop_, [this] { return reload_now(); });
  while (outcome.wait_for(patience) != std::future_status::ready)
    if (stopped_) return tl::unexpected(Errors{"tributary is about to end"});
  return outcome.get();
}

tl::expected<ReloadReport, Daemon::Errors> Daemon::reload_now() {
  tell_service_manager(main_loop_, reloading_state());
  auto outcome = replace_configuration();
  if (outcome) {
    reloads_.succeeded(present_second());
  } else {
    reloads_.failed(outcome.error());
  }
  log_outcome(outcome);
  tell_service_manager(main_loop_, "READY=1");
  return outcome;
}

tl::expected<ReloadReport, Daemon::Errors> Daemon::replace_configuration() {
  auto candidate = read_candidate();
  if (!candidate) return tl::unexpected(candidate.error());
  const auto listening = listen_changes(snapshot()->config.listen, candidate->config.listen);
  auto opened = open_sockets(listening.opened);
  if (!opened) return tl::unexpected(opened.error());
  const auto closed = stop_listing(listening.closed);
  append(listening_, std::move(*opened));
  ReloadReport report{std::move(candidate->changed)};
  adopt(std::move(*candidate), closed);
  return report;
}

tl::expected<Daemon::Candidate, Daemon::Errors> Daemon::read_candidate() const {
  if (!read_again_) return tl::unexpected(Errors{"there is no file to read the configuration from again"});
  auto config = read_again_();
  if (!config) return tl::unexpected(config.error());
  const auto present = snapshot();
  auto next = settled(std::move(*config));
  auto changed = keep_until_restart(next, present->config);
  append(changed, changes(present->config, next));
  auto material = load_material(next);
  if (!material) return tl::unexpected(material.error());
  share_unchanged(*material, present->material);
  append(changed, changes(present->material, *material));
  return Candidate{std::move(next), std::move(*material), std::move(changed)};
}

/// Takes the sockets of `closed` off the list; their real addresses.
std::vector<policy::ListenConfig> Daemon::stop_listing(const std::vector<policy::ListenConfig>& closed) {
  std::vector<policy::ListenConfig> real;
  for (const auto& listen : closed) {
    const auto place = std::ranges::find(listening_, listen, &Listening::configured);
    real.push_back(place->real);
    listening_.erase(place);
  }
  return real;
}

void Daemon::adopt(Candidate candidate, const std::vector<policy::ListenConfig>& closed) {
  const auto before = snapshot();
  const auto next = builder_.build(std::move(candidate.config), std::move(candidate.material), before.get());
  const auto& config = next->config;
  if (builder_.numbers_began_anew()) lasting_.cache.clear();
  watches_->prepare(*next);
  snapshot_.with([&next](SnapshotPtr& present) { present = next; });
  if (query_log_) query_log_->name_upstreams(upstream_names());
  log::set_level(config.log_level);
  limit_clients(config);
  for (const auto& worker : workers_) worker->adopt(next, closed);
  // What stands between a name and its trust anchor was asked for by other routes, perhaps in vain.
  if (next->trust) next->trust->known.clear();
  watches_->follow(*before);
}

}  // namespace tributary::resolver
