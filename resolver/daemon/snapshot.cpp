#include "resolver/daemon/snapshot.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

std::size_t place_of(const policy::Config& config, const std::string& upstream) {
  const auto found = std::ranges::find(config.upstreams, upstream, &policy::UpstreamConfig::name);
  return static_cast<std::size_t>(found - config.upstreams.begin());
}

std::shared_ptr<Trust> make_trust(const policy::Config& config, const dnssec::SharedClockState& clock) {
  const auto& dnssec = config.dnssec;
  if (dnssec.mode == policy::DnssecMode::off) return {};
  return std::make_shared<Trust>(
      dnssec::TrustAnchors(dnssec.trust_anchors, negative_anchors(config)),
      dnssec::ChainOfTrust::Settings{{dnssec.sha1}, dnssec.max_nsec3_iterations},
      Trust::Bogus{dnssec.mode == policy::DnssecMode::permissive, dnssec.max_bogus_ttl}, clock);
}

/// What was served from them is the same, and so are connections to them.
bool same_upstream(const Snapshot& now, std::size_t place, const Snapshot& then, std::size_t place_then) {
  const auto& config = now.config.upstreams[place];
  return same_server(config, then.config.upstreams[place_then]) &&
         same_material(config, now.material, then.material);
}

/// The upstream of `then` that is still the same.
const Snapshot::Upstream* kept_upstream(const Snapshot& now, std::size_t place, const Snapshot* then) {
  if (then == nullptr) return nullptr;
  const auto place_then = place_of(then->config, now.config.upstreams[place].name);
  const bool kept = place_then < then->upstreams.size() && same_upstream(now, place, *then, place_then);
  return kept ? &then->upstreams[place_then] : nullptr;
}

/// The first that none of `upstreams` has. What an earlier one with the same place has told is kept under
/// numbers of groups that are gone with it.
cache::UpstreamPlace free_place(const std::vector<Snapshot::Upstream>& upstreams) {
  std::size_t index = 0;
  const auto taken = [&](const Snapshot::Upstream& upstream) {
    return upstream.health && upstream.health->place() == cache::upstream_place(index);
  };
  while (cache::upstream_place(index) != cache::UpstreamPlace::none && std::ranges::any_of(upstreams, taken))
    ++index;
  return cache::upstream_place(index);
}

GroupIdentity identity_of(const policy::GroupConfig& group, const Snapshot& snapshot) {
  GroupIdentity identity{group.name, snapshot.trust_serial, {}, group.uniform};
  const bool by_quorum = group.strategy == policy::StrategyKind::consensus;
  if (by_quorum) identity.quorum = group.quorum;
  for (const auto& name : group.upstreams) {
    const auto place = place_of(snapshot.config, name);
    identity.upstreams.push_back(snapshot.upstreams[place].serial);
    if (by_quorum) identity.operators.push_back(snapshot.config.upstreams[place].operator_name);
  }
  return identity;
}

}  // namespace

std::vector<dns::Name> negative_anchors(const policy::Config& config) {
  auto out = config.dnssec.negative_trust_anchors;
  for (const auto& route : config.routes)
    if (!route.validate) out.push_back(route.suffix);
  return out;
}

bool same_trust(const policy::Config& one, const policy::Config& other) {
  return one.dnssec == other.dnssec && negative_anchors(one) == negative_anchors(other);
}

SnapshotPtr SnapshotBuilder::build(policy::Config config, UpstreamMaterial material,
                                   const Snapshot* previous) {
  policy::Policy policy(config);
  Snapshot snapshot{std::move(config), std::move(material), std::move(policy), 0, nullptr, {}, {}};
  add_trust(snapshot, previous);
  add_upstreams(snapshot, previous);
  add_groups(snapshot, previous);
  auto built = std::make_shared<const Snapshot>(std::move(snapshot));
  alive_.push_back(built);
  return built;
}

void SnapshotBuilder::add_trust(Snapshot& snapshot, const Snapshot* previous) {
  const bool kept = previous != nullptr && same_trust(snapshot.config, previous->config);
  snapshot.trust_serial = kept ? previous->trust_serial : ++last_serial_;
  snapshot.trust = kept ? previous->trust : make_trust(snapshot.config, clock_);
}

void SnapshotBuilder::add_upstreams(Snapshot& snapshot, const Snapshot* previous) {
  auto& upstreams = snapshot.upstreams;
  for (std::size_t i = 0; i < snapshot.config.upstreams.size(); ++i) {
    const auto* kept = kept_upstream(snapshot, i, previous);
    upstreams.push_back(kept != nullptr ? *kept : Snapshot::Upstream{++last_serial_, nullptr});
  }
  for (std::size_t i = 0; i < upstreams.size(); ++i) {
    if (upstreams[i].health) continue;
    const auto& config = snapshot.config.upstreams[i];
    const bool in_memory = config.scheme == policy::UpstreamScheme::zone;
    upstreams[i].health =
        std::make_shared<Health>(config.name, in_memory ? nullptr : &link_, free_place(upstreams));
  }
}

void SnapshotBuilder::add_groups(Snapshot& snapshot, const Snapshot* previous) {
  auto taken = numbers_in_use();
  for (const auto& config : snapshot.config.groups) {
    auto identity = identity_of(config, snapshot);
    const Snapshot::Group* kept = nullptr;
    if (previous != nullptr) {
      const auto found = std::ranges::find(previous->groups, identity, &Snapshot::Group::identity);
      if (found != previous->groups.end()) kept = &*found;
    }
    if (kept != nullptr) {
      snapshot.groups.push_back(*kept);
    } else {
      const auto number = numbers_.next(taken);
      taken.insert(number);
      snapshot.groups.push_back({std::move(identity), number, std::make_shared<Degradation>()});
    }
  }
}

/// Also by snapshots that are left behind: what they still ask for is stored under their numbers.
std::set<std::uint16_t> SnapshotBuilder::numbers_in_use() {
  std::erase_if(alive_, [](const auto& snapshot) { return snapshot.expired(); });
  std::set<std::uint16_t> out;
  for (const auto& weak : alive_) {
    if (const auto snapshot = weak.lock())
      for (const auto& group : snapshot->groups) out.insert(group.number);
  }
  return out;
}

}  // namespace tributary::resolver
