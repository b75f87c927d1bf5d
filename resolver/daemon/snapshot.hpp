#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "policy/config.hpp"
#include "policy/decide.hpp"
#include "resolver/answer_validation.hpp"
#include "resolver/daemon/group_numbers.hpp"
#include "resolver/daemon/upstream_factory.hpp"
#include "resolver/degradation.hpp"
#include "resolver/upstream/health.hpp"

namespace tributary::resolver {

/// One configuration with all that is made from it for all workers. Never changes; what it points to is
/// thread-safe. What is the same in the next configuration is shared with the next snapshot.
struct Snapshot {
  struct Upstream {
    std::uint64_t serial;  ///< Another one is another upstream, or the same configured otherwise.
    std::shared_ptr<Health> health;
  };
  struct Group {
    GroupIdentity identity;
    std::uint16_t number;  ///< What keys of the cache name it by.
    std::shared_ptr<Degradation> degradation;
  };

  policy::Config config;
  UpstreamMaterial material;
  policy::Policy policy;
  std::uint64_t trust_serial;
  std::shared_ptr<Trust> trust;     ///< Null: nothing is validated.
  std::vector<Upstream> upstreams;  ///< In the order of the configuration,
  std::vector<Group> groups;        ///< like these.
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Makes snapshots, one after the other. One thread.
class SnapshotBuilder {
 public:
  /// Both outlive the snapshots.
  SnapshotBuilder(LocalLink& link, const dnssec::SharedClockState& clock) : link_(link), clock_(clock) {}

  /// A snapshot that takes over from `previous` (null: there is none) what has not changed. Requires:
  /// `material` was loaded for `config`, which names no `system:` upstream; what is the same in `previous` is
  /// shared with it (`share_unchanged`).
  SnapshotPtr build(policy::Config config, UpstreamMaterial material, const Snapshot* previous);

  /// See GroupNumbers.
  bool numbers_began_anew() { return numbers_.began_anew(); }

 private:
  void add_trust(Snapshot& snapshot, const Snapshot* previous);
  void add_upstreams(Snapshot& snapshot, const Snapshot* previous);
  void add_groups(Snapshot& snapshot, const Snapshot* previous);
  std::set<std::uint16_t> numbers_in_use();

  LocalLink& link_;
  const dnssec::SharedClockState& clock_;
  GroupNumbers numbers_;
  std::uint64_t last_serial_ = 0;
  std::vector<std::weak_ptr<const Snapshot>> alive_;
};

/// Where nobody looks for a chain of trust: also what is routed to where nothing is validated.
std::vector<dns::Name> negative_anchors(const policy::Config& config);

/// Whether both validate the same, with the same result.
bool same_trust(const policy::Config& one, const policy::Config& other);

}  // namespace tributary::resolver
