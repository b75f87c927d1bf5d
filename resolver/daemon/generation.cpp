#include "resolver/daemon/generation.hpp"

#include <algorithm>

#include "policy/config_words.hpp"
#include "resolver/daemon/probe_questions.hpp"

namespace tributary::resolver {
namespace {

WorkerTools with_nursery(const WorkerTools& tools, Nursery& nursery) {
  return {tools.executor, tools.clock, tools.random, tools.timers, nursery, tools.injected};
}

SharedState shared_state(const Snapshot& snapshot, Lasting& lasting) {
  return {snapshot.policy, lasting.cache,   lasting.in_flight,    lasting.recent_failures,
          lasting.link,    lasting.cookies, snapshot.trust.get(), &lasting.checks};
}

Judge::Limits limits_of(const policy::CacheConfig& cache) {
  return {cache.max_ttl, cache.max_negative_ttl};
}

}  // namespace

Generation::Generation(SnapshotPtr snapshot, Lasting& lasting, const WorkerTools& tools,
                       QueryCounters& counters, const Generation* before)
    : snapshot_(std::move(snapshot)),
      link_(lasting.link),
      upstreams_(make_upstreams(tools, before)),
      tools_(with_nursery(tools, nursery_)),
      judge_(limits_of(snapshot_->config.cache)),
      resolution_(shared_state(*snapshot_, lasting), make_sources(), judge_,
                  Resolution::Timeouts{snapshot_->config.timeouts.query, snapshot_->config.timeouts.stale},
                  tools_, counters) {}

Generation::~Generation() {
  abandon();  // What is suspended refers to everything else.
}

/// Transports belong to the worker: they may be passed on to the next generation.
Generation::Upstreams Generation::make_upstreams(const WorkerTools& tools, const Generation* before) {
  Upstreams out;
  for (const auto& config : snapshot_->config.upstreams) {
    const auto& [serial, health] = snapshot_->upstreams[out.size()];
    auto upstream = before != nullptr ? upstream_of(*before, serial) : nullptr;
    if (!upstream) {
      auto transport = make_transport(config, snapshot_->material, tools);
      upstream = std::make_shared<Guarded>(std::move(transport), *health, tools.timers, tools.random);
      new_upstreams_.push_back(upstream);
    }
    out.push_back(std::move(upstream));
  }
  return out;
}

std::shared_ptr<Guarded> Generation::upstream_of(const Generation& before, std::uint64_t serial) const {
  const auto& known = before.snapshot_->upstreams;
  const auto found = std::ranges::find(known, serial, &Snapshot::Upstream::serial);
  return found == known.end() ? nullptr : before.upstreams_[static_cast<std::size_t>(found - known.begin())];
}

std::vector<Source> Generation::make_sources() {
  std::vector<Source> out;
  for (const auto& group : snapshot_->config.groups) {
    const auto zone = snapshot_->material.zones.find(group.fallback);
    const dns::Zone* fallback = zone != snapshot_->material.zones.end() ? zone->second.get() : nullptr;
    const auto& shared = snapshot_->groups[out.size()];
    out.push_back({group.name, make_group(group), *shared.degradation, fallback, shared.number});
  }
  return out;
}

std::unique_ptr<Group> Generation::make_group(const policy::GroupConfig& group) {
  const auto& config = snapshot_->config;
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

void Generation::start() {
  for (const auto& upstream : std::exchange(new_upstreams_, {})) upstream->start();
}

void Generation::start_prober() {
  const auto questions = probe_questions(snapshot_->config);
  std::vector<Prober::Target> targets;
  for (std::size_t i = 0; i < upstreams_.size(); ++i) targets.push_back({upstreams_[i].get(), questions[i]});
  prober_ = std::make_unique<Prober>(tools_, std::move(targets), link_);
  prober_->start();
}

void Generation::retire() {
  if (prober_) prober_->stop();
}

void Generation::network_changed() {
  for (const auto& upstream : upstreams_) upstream->network_changed();
}

}  // namespace tributary::resolver
