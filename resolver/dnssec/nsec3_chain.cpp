// The owners of a zone's NSEC3 records are the hashes of its names, empty non-terminals included, in their
// order; each record tells the next hash, and the last leads back to the first. A name exists if a record's
// owner is its hash, and does not if its hash lies in the gap of a record.
//
// A hash tells nothing of the names above and below. So the closest encloser of a name is shown with two
// records (RFC 5155 §8.3): one that matches an ancestor, and one that covers the next closer name, which is
// one label longer. The ancestor must not be a delegation, and have no DNAME: then the record is one that the
// parent zone has for a name which is in truth the child's.
//
// Which ancestor it is, a reply does not say. It is looked for from the apex down: a long name that a client
// made up costs as few hashes as a short one, since what exists is seldom deep.
//
// Opt-out: in the gap of a record with that flag there may be delegations to unsigned zones (§6).

#include "resolver/dnssec/nsec3_chain.hpp"

#include <algorithm>
#include <utility>

namespace tributary::dnssec {

namespace {

/// What `set` says, if it is of this zone, well-formed, and of known hash and flags (RFC 5155 §8.1, §8.2).
std::optional<Nsec3> usable(const Rrset& set) {
  if (set.type != dns::Type::NSEC3 || set.rdata.size() != 1) return {};
  const auto record = Nsec3::read(set.rdata.front());
  if (!record || record->hash_algorithm != Nsec3::sha1 || (record->flags & ~Nsec3::opt_out_flag) != 0)
    return {};
  if (record->next_hash.size() != Nsec3Hash{}.size()) return {};
  return record;
}

/// Those of the first usable record; others must have the same.
Nsec3Parameters first_parameters(const dns::Name& zone, const std::vector<const Rrset*>& sets) {
  for (const Rrset* set : sets)
    if (const auto record = usable(*set); record && nsec3_owner_hash(set->owner, zone))
      return Nsec3Parameters::of(*record);
  return {};
}

}  // namespace

Nsec3Chain::Nsec3Chain(const dns::Name& zone, const std::vector<const Rrset*>& sets, ValidationBudget& budget,
                       std::uint16_t iterations_limit)
    : Nsec3Chain(zone, sets, std::make_shared<Nsec3Hashes>(first_parameters(zone, sets), budget),
                 iterations_limit) {}

Nsec3Chain::Nsec3Chain(const dns::Name& zone, const std::vector<const Rrset*>& sets,
                       std::shared_ptr<Nsec3Hashes> hashes, std::uint16_t iterations_limit)
    : zone_(zone),
      hashes_(std::move(hashes)),
      too_many_iterations_(hashes_->parameters().iterations > iterations_limit) {
  if (too_many_iterations_) return;
  for (const Rrset* set : sets) {
    const auto record = usable(*set);
    const auto owner = nsec3_owner_hash(set->owner, zone);
    if (!record || !owner || Nsec3Parameters::of(*record) != hashes_->parameters()) continue;
    Link link{*owner, {}, record->opt_out(), record->types};
    std::ranges::copy(record->next_hash, link.next.begin());
    links_.push_back(link);
  }
}

const Nsec3Chain::Link* Nsec3Chain::matching(const dns::Name& name) const {
  const Nsec3Hash* hash = links_.empty() ? nullptr : hashes_->of(name);
  if (!hash) return nullptr;
  const auto link = std::ranges::find(links_, *hash, &Link::owner);
  return link == links_.end() ? nullptr : &*link;
}

const Nsec3Chain::Link* Nsec3Chain::covering(const dns::Name& name) const {
  const Nsec3Hash* hash = links_.empty() ? nullptr : hashes_->of(name);
  if (!hash) return nullptr;
  const auto covers = [&](const Link& link) {
    const bool last = link.next <= link.owner;
    return last ? *hash > link.owner || *hash < link.next : *hash > link.owner && *hash < link.next;
  };
  const auto link = std::ranges::find_if(links_, covers);
  return link == links_.end() ? nullptr : &*link;
}

std::optional<TypeBitmap> Nsec3Chain::types_at(const dns::Name& name) const {
  const Link* link = matching(name);
  if (!link) return {};
  return link->types;
}

std::optional<DenialChain::Encloser> Nsec3Chain::closest_encloser(const dns::Name& name) const {
  for (std::size_t labels = zone_.label_count(); labels < name.label_count(); ++labels) {
    const dns::Name ancestor = name.suffix(labels);
    const Link* match = matching(ancestor);
    if (!match) continue;
    if (hides_names_below(match->types)) return {};
    if (const Link* gap = covering(name.suffix(labels + 1))) return Encloser{ancestor, gap->opt_out};
  }
  return {};
}

Denied Nsec3Chain::absent(const dns::Name& name) const {
  const Link* gap = covering(name);
  if (!gap) return Denied::no;
  return gap->opt_out ? Denied::insecurely : Denied::yes;
}

}  // namespace tributary::dnssec
