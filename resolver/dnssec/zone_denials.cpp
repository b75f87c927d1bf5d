// What can prove something about a name is found by its place in the zone's order, and `Denial` decides
// whether it does (RFC 8198 §5.1, §5.2).
//
// NSEC: the record at the name or before it; and if that tells the closest encloser, the one at or before the
// wildcard.
//
// NSEC3: the record that matches the name. If there is none: from the apex down, the first ancestor with a
// record that matches whose next closer name has one that covers it; and the one at or before the wildcard.
// That is at most a hash for each label and two.

#include "resolver/dnssec/zone_denials.hpp"

#include <algorithm>
#include <utility>

namespace tributary::dnssec {

namespace {

/// Nothing unless `set` is one NSEC3 record that may deny something.
std::optional<Nsec3> usable_nsec3(const Rrset& set, const dns::Name& zone) {
  if (!nsec3_owner_hash(set.owner, zone)) return {};
  const auto record = Nsec3::read(set.rdata.front());
  if (!record || record->hash_algorithm != Nsec3::sha1 || record->flags != 0) return {};
  if (record->iterations > Denial::most_iterations) return {};
  return record;
}

}  // namespace

/// The search for one proof.
class ZoneDenials::Search {
 public:
  Search(const ZoneDenials& denials, const dns::Name& name, Instant now, ValidationBudget& budget)
      : denials_(denials),
        name_(name),
        now_(now),
        hashes_(std::make_shared<Nsec3Hashes>(denials.parameters_, budget)) {}

  std::optional<Proof> by_nsec(dns::Type type) {
    found_.clear();
    take(nearest(denials_.nsec_, name_));
    const NsecChain chain(denials_.zone_, sets());
    if (const auto encloser = chain.closest_encloser(name_))
      take(nearest(denials_.nsec_, wildcard_below(encloser->name)));
    return decide(type);
  }

  std::optional<Proof> by_nsec3(dns::Type type) {
    found_.clear();
    if (denials_.nsec3_.empty()) return {};
    if (const auto own = matching(name_))
      take(own);
    else
      take_closest_encloser();
    return decide(type);
  }

 private:
  /// The live set at `owner`, or the last one before it in the circle.
  std::optional<KeptPlace> nearest(const Places& places, const dns::Name& owner) const {
    if (places.empty()) return {};
    const auto after = places.upper_bound(owner);
    const auto found = std::prev(after == places.begin() ? places.end() : after);
    return found->second->expires > now_ ? std::optional(found->second) : std::nullopt;
  }

  std::optional<KeptPlace> nearest_hash(const dns::Name& name) {
    const Nsec3Hash* hash = hashes_->of(name);
    const auto owner = hash ? nsec3_owner(*hash, denials_.zone_) : std::nullopt;
    return owner ? nearest(denials_.nsec3_, *owner) : std::nullopt;
  }

  Nsec3Chain alone(KeptPlace place) const {
    return Nsec3Chain(denials_.zone_, {&place->set}, hashes_, Denial::most_iterations);
  }

  std::optional<KeptPlace> matching(const dns::Name& name) {
    const auto place = nearest_hash(name);
    return place && alone(*place).types_at(name) ? place : std::nullopt;
  }

  std::optional<KeptPlace> covering(const dns::Name& name) {
    const auto place = nearest_hash(name);
    return place && alone(*place).absent(name) == Denied::yes ? place : std::nullopt;
  }

  void take_closest_encloser() {
    for (auto labels = denials_.zone_.label_count(); labels < name_.label_count(); ++labels) {
      const dns::Name ancestor = name_.suffix(labels);
      const auto match = matching(ancestor);
      const auto gap = match ? covering(name_.suffix(labels + 1)) : std::nullopt;
      if (!gap) continue;
      take(match);
      take(gap);
      return take(nearest_hash(wildcard_below(ancestor)));
    }
  }

  void take(std::optional<KeptPlace> place) {
    if (place && std::ranges::find(found_, *place) == found_.end()) found_.push_back(*place);
  }

  std::vector<const Rrset*> sets() const {
    std::vector<const Rrset*> all;
    for (const KeptPlace place : found_) all.push_back(&place->set);
    return all;
  }

  std::optional<Proof> decide(dns::Type type) {
    if (found_.empty()) return {};
    const Denial denial(denials_.zone_, sets(), hashes_);
    if (denial.no_data(name_, type) == Denied::yes) return Proof{dns::Rcode::NOERROR, std::move(found_)};
    if (denial.name_error(name_) == Denied::yes) return Proof{dns::Rcode::NXDOMAIN, std::move(found_)};
    return {};
  }

  const ZoneDenials& denials_;
  const dns::Name& name_;
  Instant now_;
  std::shared_ptr<Nsec3Hashes> hashes_;
  std::vector<KeptPlace> found_;
};

std::size_t KeptSet::octets() const {
  constexpr std::size_t places = sizeof(dns::Name) + 16 * sizeof(void*);  // in the list and the map
  std::size_t total = sizeof(KeptSet) + places;
  for (const auto* records : {&set.rdata, &set.signatures})
    for (const auto& rdata : *records) total += sizeof(rdata) + rdata.size();
  return total;
}

bool ZoneDenials::can_use(const Rrset& set) const {
  if (set.rdata.size() != 1 || !set.owner.is_within(zone_)) return false;
  switch (set.type) {
    case dns::Type::SOA:
      return set.owner == zone_;
    case dns::Type::NSEC:
      return Nsec::read(set.rdata.front()).has_value();
    case dns::Type::NSEC3:
      return usable_nsec3(set, zone_).has_value();
    default:
      return false;
  }
}

ZoneDenials::Places& ZoneDenials::places_of(dns::Type type) {
  return type == dns::Type::SOA ? soa_ : type == dns::Type::NSEC ? nsec_ : nsec3_;
}

std::vector<KeptPlace> ZoneDenials::add(KeptPlace place) {
  std::vector<KeptPlace> replaced;
  Places& places = places_of(place->set.type);
  if (place->set.type == dns::Type::NSEC3) {
    auto parameters = Nsec3Parameters::of(*Nsec3::read(place->set.rdata.front()));
    if (parameters != std::exchange(parameters_, parameters)) {
      for (const auto& [owner, other] : places) replaced.push_back(other);
      places.clear();
    }
  }
  const auto [at, is_new] = places.try_emplace(place->set.owner, place);
  if (!is_new) replaced.push_back(std::exchange(at->second, place));
  return replaced;
}

std::optional<KeptPlace> ZoneDenials::soa(Instant now) const {
  if (soa_.empty() || soa_.begin()->second->expires <= now) return {};
  return soa_.begin()->second;
}

std::optional<ZoneDenials::Proof> ZoneDenials::prove(const dns::Name& name, dns::Type type, Instant now,
                                                     ValidationBudget& budget) const {
  const auto own_soa = soa(now);
  if (!own_soa) return {};
  Search search(*this, name, now, budget);
  auto proof = search.by_nsec(type);
  if (!proof) proof = search.by_nsec3(type);
  if (proof) proof->sets.insert(proof->sets.begin(), *own_soa);
  return proof;
}

}  // namespace tributary::dnssec
