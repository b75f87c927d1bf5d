// What operators may do to the daemon: called on the admin server's threads.

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "policy/admin_section.hpp"
#include "policy/config_words.hpp"
#include "resolver/admin/config_json.hpp"
#include "resolver/admin/control_api.hpp"
#include "resolver/daemon/await_value.hpp"
#include "resolver/daemon/cache_flush.hpp"
#include "resolver/daemon/clock_watch.hpp"
#include "resolver/daemon/control_socket.hpp"
#include "resolver/daemon/daemon.hpp"
#include "resolver/daemon/explain_call.hpp"
#include "resolver/daemon/status_report.hpp"
#include "resolver/explain/explanation_json.hpp"
#include "resolver/explain/explanation_text.hpp"

namespace tributary::resolver {
namespace {

/// More than the time that the question itself may take.
constexpr Duration answer_slack = std::chrono::seconds(2);

ControlError no_such_strategy(const std::string& word) {
  std::string known;
  for (const auto& [each, kind] : policy::strategy_words())
    known.append(known.empty() ? "" : ", ").append(each);
  return {400, "there is no strategy \"" + word + "\"", "take one of " + known, {}};
}

}  // namespace

tl::expected<void, std::string> Daemon::open_admin() {
  const auto admin = snapshot()->config.admin;
  AdminServer::Places places{admin.listen, control_socket(admin, std::getenv("RUNTIME_DIRECTORY")), {}};
  if (!places.listen && !places.socket) return {};
  if (admin.token_file) {
    auto token = policy::read_token(*admin.token_file);
    if (!token) return tl::unexpected("admin.token_file: " + token.error());
    places.token = std::move(*token);
  }
  traffic_watch_ = std::make_unique<TrafficWatch>(timers_, [this] {
    const auto present = snapshot();
    const auto metrics = metric_sources(*present);
    return TrafficWatch::Traffic{queries_received(metrics), sample_latencies(metrics)};
  });
  auto server = AdminServer::start(places, control_routes(control()));
  if (!server) return tl::unexpected(server.error());
  admin_ = std::move(*server);
  return {};
}

Control Daemon::control() {
  Control out;
  out.metrics = [this] {
    const auto present = snapshot();
    return metrics_text(metric_sources(*present), BootClock::now());
  };
  out.status = [this] { return status(); };
  out.not_ready = [this] { return not_ready(); };
  out.config = [this] { return config_json(snapshot()->config); };
  out.query = [this](std::vector<std::uint8_t> query) { return ask(std::move(query)); };
  out.explain = [this](const ExplainRequest& request) { return explain(request); };
  out.flush = [this](const FlushRequest& request) { return flush(request); };
  out.reload = [this] { return reload_for_operator(); };
  out.upstream = [this](const std::string& name, UpstreamAction action) {
    return act_on_upstream(name, action);
  };
  out.dump_cache = [this] { return Controlled<std::string>(cache_keeping_.dump()); };
  out.load_cache = [this](std::string_view file) { return load_cache(file); };
  return out;
}

/// Of `present`, which outlives them.
MetricSources Daemon::metric_sources(const Snapshot& present) const {
  MetricSources sources{TRIBUTARY_VERSION,    {},        {}, {}, &lasting_.cache, &lasting_.link,
                        &lasting_.wall_clock, &reloads_, {}};
  sources.cache_load = &cache_keeping_.counters();
  if (query_log_) sources.query_log = [log = query_log_.get()] { return log->totals(); };
  for (const auto& worker : workers_) {
    sources.queries.push_back(&worker->query_counters());
    sources.listeners.push_back(&worker->listener_counters());
  }
  for (const auto& upstream : present.upstreams) sources.upstreams.push_back(upstream.health.get());
  for (const auto& group : present.groups) {
    const auto degraded = [&shared = *group.degradation] { return shared.degraded(); };
    sources.groups.push_back({group.identity.name, degraded});
  }
  return sources;
}

Status Daemon::status() const {
  const auto present = snapshot();
  const auto metrics = metric_sources(*present);
  return status_report(
      {present->config, metrics, started_, traffic_watch_->recent(), policy::read_resolv_conf()},
      BootClock::now(), read_clocks().realtime);
}

std::optional<std::string> Daemon::not_ready() const {
  if (stopped_) return "the daemon is stopping";
  if (!serving_) return "the daemon is starting";
  const auto present = snapshot();
  return no_usable_source(present->config, metric_sources(*present));
}

Controlled<std::vector<std::uint8_t>> Daemon::ask(std::vector<std::uint8_t> query) const {
  const auto answered = std::make_shared<std::promise<std::vector<std::uint8_t>>>();
  workers_.front()->ask(std::move(query), [answered](std::vector<std::uint8_t> reply) {
    answered->set_value(std::move(reply));
  });
  auto reply = await_value(answered->get_future(), stopped_);
  if (!reply) return tl::unexpected(ControlError{503, "the daemon is stopping", "", {}});
  return *std::move(reply);
}

Controlled<std::string> Daemon::explain(const ExplainRequest& request) {
  explain::ExplainRequest wanted{.question = request.question, .wish = {.fresh = request.fresh}};
  wanted.asked_at = read_clocks().realtime;
  if (request.strategy) {
    wanted.wish.strategy = policy::parse_strategy(*request.strategy);
    if (!wanted.wish.strategy) return tl::unexpected(no_such_strategy(*request.strategy));
  }
  const Duration patience = snapshot()->config.timeouts.query + Resolution::longest_watch + answer_slack;
  const auto explanation = explain_on(*workers_.front(), std::move(wanted), patience);
  if (!explanation) return tl::unexpected(ControlError{503, "the daemon is stopping", "", {}});
  return request.as_text ? to_text(*explanation) : to_json(*explanation);
}

Controlled<std::string> Daemon::load_cache(std::string_view file) {
  const auto result = cache_keeping_.load(file);
  if (!result.refusal.empty())
    return tl::unexpected(ControlError{
        400, "the cache file " + result.refusal, "give one that tributary cache dump has written", {}});
  return fmt::format(R"({{"loaded": {}, "skipped": {}, "expired": {}}})", result.loaded, result.skipped,
                     result.expired);
}

/// What follows from denials, or rests on keys of the name, is to go, too.
std::size_t Daemon::flush(const FlushRequest& request) {
  if (const auto trust = snapshot()->trust) {
    trust->known.clear();
    trust->denials.clear();
  }
  lasting_.recent_failures.clear();
  return lasting_.cache.drop_if(
      [&](const cache::EntryView& entry) { return concerns(request, entry.question()); });
}

Controlled<std::vector<std::string>> Daemon::reload_for_operator() {
  auto report = reload();
  if (report) return std::move(report->changed);
  return tl::unexpected(ControlError{409, "the configuration was not reloaded: the one before stays in use",
                                     "mend this, then: tributary reload", std::move(report.error())});
}

/// Who is asked again is not to be kept away from by what failed without it.
void Daemon::forget_failures() {
  lasting_.recent_failures.clear();
  lasting_.cache.drop_if([](const cache::EntryView& entry) { return entry.rank() == cache::Rank::failure; });
}

Controlled<void> Daemon::act_on_upstream(const std::string& name, UpstreamAction action) {
  const auto present = snapshot();
  const auto found = std::ranges::find(
      present->upstreams, name, [](const Snapshot::Upstream& upstream) { return upstream.health->name(); });
  if (found == present->upstreams.end())
    return tl::unexpected(
        ControlError{404, "there is no upstream \"" + name + "\"", "tributary status lists them", {}});
  switch (action) {
    case UpstreamAction::disable:
      found->health->disable();
      break;
    case UpstreamAction::enable:
      found->health->enable();
      forget_failures();
      break;
    case UpstreamAction::probe:
      found->health->want_probe();
      break;
  }
  return {};
}

}  // namespace tributary::resolver
