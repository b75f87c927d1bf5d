// The owners of a zone's NSEC records are its names in canonical order (RFC 4034 §6.1), and each record tells
// the next one; the last leads back to the apex. So a record denies all names between its owner and the next
// name (RFC 4035 §5.4), with two exceptions:
//
// - Names below an owner that is a delegation or has a DNAME: they sort into the gap, but belong to another
// zone
//   or are rewritten (RFC 6840 §4.1).
// - Ancestors of the next name: they own nothing, yet exist, as empty non-terminals (RFC 4592 §2.2.2).
//
// Of a name in a gap, the longest existing ancestor is the longer of those that it shares with the two ends
// of the gap: a longer one would have names below it that sort between the ends.

#include "resolver/dnssec/nsec_chain.hpp"

#include <algorithm>

namespace tributary::dnssec {

namespace {

dns::Name common_ancestor(const dns::Name& name, const dns::Name& other) {
  dns::Name ancestor = name;
  while (!other.is_within(ancestor)) ancestor = ancestor.parent();
  return ancestor;
}

bool is_below(const dns::Name& name, const dns::Name& ancestor) {
  return name.is_within(ancestor) && name != ancestor;
}

}  // namespace

NsecChain::NsecChain(const dns::Name& zone, const std::vector<const Rrset*>& sets) : zone_(zone) {
  for (const Rrset* set : sets) {
    if (set->type != dns::Type::NSEC || set->rdata.size() != 1 || !set->owner.is_within(zone)) continue;
    const auto nsec = Nsec::read(set->rdata.front());
    if (nsec && nsec->next.is_within(zone)) links_.push_back({set->owner, nsec->next, nsec->types});
  }
}

const NsecChain::Link* NsecChain::covering(const dns::Name& name) const {
  const auto covers = [&](const Link& link) {
    if (dns::Name::canonical_compare(link.owner, name) >= 0) return false;
    if (link.next != zone_ && dns::Name::canonical_compare(name, link.next) >= 0) return false;
    return !(name.is_within(link.owner) && hides_names_below(link.types));
  };
  const auto link = std::ranges::find_if(links_, covers);
  return link == links_.end() ? nullptr : &*link;
}

std::optional<TypeBitmap> NsecChain::types_at(const dns::Name& name) const {
  const auto own = std::ranges::find(links_, name, &Link::owner);
  if (own != links_.end()) return own->types;
  const Link* link = covering(name);
  if (link && link->next.is_within(name)) return TypeBitmap();
  return {};
}

std::optional<DenialChain::Encloser> NsecChain::closest_encloser(const dns::Name& name) const {
  const Link* link = covering(name);
  if (!link || is_below(link->next, name)) return {};
  const dns::Name by_owner = common_ancestor(name, link->owner), by_next = common_ancestor(name, link->next);
  return Encloser{by_owner.label_count() > by_next.label_count() ? by_owner : by_next, false};
}

Denied NsecChain::absent(const dns::Name& name) const {
  return closest_encloser(name) ? Denied::yes : Denied::no;
}

}  // namespace tributary::dnssec
