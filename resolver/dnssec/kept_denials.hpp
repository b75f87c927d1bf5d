#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "resolver/dnssec/zone_denials.hpp"

namespace tributary::dnssec {

/// Denial records of several zones, bounded: what has not been of use for longest gives way. Not thread-safe.
class KeptDenials {
 public:
  /// What a proof says, taken out.
  struct Proof {
    dns::Rcode rcode;
    std::vector<KeptSet> sets;  ///< The SOA first.
  };

  explicit KeptDenials(std::size_t most_octets) : most_octets_(most_octets) {}

  /// See DenialCache::store.
  void store(const ZoneView& view, const Rrset& set, Instant expires);
  /// True if the zone's SOA is at hand.
  bool knows(const ZoneView& view, Instant now) const;
  /// What proves that there is no `type` at `name`, which is in the zone.
  std::optional<Proof> prove(const ZoneView& view, const dns::Name& name, dns::Type type, Instant now,
                             ValidationBudget& budget);

  void clear();
  std::size_t octets() const { return octets_; }

 private:
  struct Hash {
    std::size_t operator()(const ZoneView& view) const { return view.zone.hash() ^ view.group; }
  };

  /// Of a set that its zone has no note of any more.
  void drop(KeptPlace place);
  void evict_last();

  std::size_t most_octets_, octets_ = 0;
  KeptSets sets_;
  std::unordered_map<ZoneView, ZoneDenials, Hash> zones_;  // none of them empty
};

}  // namespace tributary::dnssec
