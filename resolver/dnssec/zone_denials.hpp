#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "dns/record.hpp"
#include "resolver/dnssec/denial.hpp"

namespace tributary::dnssec {

/// A zone as it is seen by one group of upstreams.
struct ZoneView {
  dns::Name zone;
  std::uint16_t group = 0;

  friend bool operator==(const ZoneView&, const ZoneView&) = default;
};

/// A validated set that is kept.
struct KeptSet {
  ZoneView view;
  Rrset set;
  Instant expires;

  std::size_t octets() const;  ///< Roughly what it takes up.
};

/// In the order of their last use, the latest first. Whoever has a place in the list has the set.
using KeptSets = std::list<KeptSet>;
using KeptPlace = KeptSets::iterator;

/// Where the SOA, NSEC and NSEC3 sets of one zone are kept, each by its owner. Not thread-safe.
class ZoneDenials {
 public:
  /// Sets that prove that there is no such name or type.
  struct Proof {
    dns::Rcode rcode;             ///< NXDOMAIN, or NOERROR for NODATA.
    std::vector<KeptPlace> sets;  ///< The SOA first.
  };

  explicit ZoneDenials(const dns::Name& zone) : zone_(zone) {}

  /// True if a set may prove something here: of this zone, well-formed, and no NSEC3 with opt-out or too many
  /// iterations.
  bool can_use(const Rrset& set) const;
  /// Takes note of a set, and returns those that it replaces: of the same owner, or NSEC3 with other
  /// parameters. Requires: can_use().
  std::vector<KeptPlace> add(KeptPlace set);
  void remove(const Rrset& set) { places_of(set.type).erase(set.owner); }
  bool empty() const { return soa_.empty() && nsec_.empty() && nsec3_.empty(); }

  /// True if the zone's SOA is at hand, without which there are no negative answers (RFC 2308 §5).
  bool alive(Instant now) const { return soa(now).has_value(); }
  /// What proves that there is no `type` at `name`. Hashes are taken from `budget`.
  std::optional<Proof> prove(const dns::Name& name, dns::Type type, Instant now,
                             ValidationBudget& budget) const;

 private:
  /// By owner. The owners of NSEC3 records are in the order of their hashes, since base32hex keeps it (RFC
  /// 4648 §7).
  using Places = std::map<dns::Name, KeptPlace, dns::CanonicalLess>;
  class Search;

  Places& places_of(dns::Type type);
  std::optional<KeptPlace> soa(Instant now) const;

  dns::Name zone_;
  Places soa_, nsec_, nsec3_;
  Nsec3Parameters parameters_;  // of all in nsec3_
};

}  // namespace tributary::dnssec
