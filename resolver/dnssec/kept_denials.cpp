#include "resolver/dnssec/kept_denials.hpp"

namespace tributary::dnssec {

void KeptDenials::store(const ZoneView& view, const Rrset& set, Instant expires) {
  if (!ZoneDenials(view.zone).can_use(set)) return;
  ZoneDenials& zone = zones_.try_emplace(view, view.zone).first->second;
  sets_.push_front({view, set, expires});
  octets_ += sets_.front().octets();
  for (const KeptPlace replaced : zone.add(sets_.begin())) drop(replaced);
  while (octets_ > most_octets_) evict_last();
}

bool KeptDenials::knows(const ZoneView& view, Instant now) const {
  const auto zone = zones_.find(view);
  return zone != zones_.end() && zone->second.alive(now);
}

std::optional<KeptDenials::Proof> KeptDenials::prove(const ZoneView& view, const dns::Name& name,
                                                     dns::Type type, Instant now, ValidationBudget& budget) {
  const auto zone = zones_.find(view);
  if (zone == zones_.end()) return {};
  const auto found = zone->second.prove(name, type, now, budget);
  if (!found) return {};
  Proof proof{found->rcode, {}};
  for (const KeptPlace place : found->sets) {
    sets_.splice(sets_.begin(), sets_, place);
    proof.sets.push_back(*place);
  }
  return proof;
}

void KeptDenials::clear() {
  zones_.clear();
  sets_.clear();
  octets_ = 0;
}

void KeptDenials::drop(KeptPlace place) {
  octets_ -= place->octets();
  sets_.erase(place);
}

void KeptDenials::evict_last() {
  const auto zone = zones_.find(sets_.back().view);
  zone->second.remove(sets_.back().set);
  if (zone->second.empty()) zones_.erase(zone);
  drop(std::prev(sets_.end()));
}

}  // namespace tributary::dnssec
