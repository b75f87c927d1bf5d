#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dns/zone.hpp"
#include "tests/unit/dnssec/denial_records.hpp"

/// Zones made by chance, with delegations, wildcards, CNAME, DNAME and empty non-terminals, and their denial
/// records.
namespace tributary::dnssec::testing {

using dns::Type;
using Random = std::mt19937;
using TypesByName = std::map<dns::Name, std::set<Type>, dns::CanonicalLess>;

inline const dns::Name apex = name("z");
inline constexpr Type asked_types[] = {Type::A, Type::TXT, Type::DS, Type::NS, Type::CNAME, Type::DNAME};

/// All names of up to three labels out of a few below the apex.
inline std::vector<dns::Name> all_names() {
  std::vector<dns::Name> names = {apex};
  for (std::size_t i = 0; names[i].label_count() < 4; ++i)
    for (const char* label : {"*", "a", "b", "c"}) names.push_back(name(label + ('.' + names[i].to_text())));
  return names;
}

inline bool one_in(unsigned n, Random& random) {
  return random() % n == 0;
}

inline std::set<Type> some_types(const dns::Name& owner, Random& random) {
  if (!owner.is_wildcard() && one_in(4, random)) return {Type::NS};
  if (!owner.is_wildcard() && one_in(6, random)) return {Type::NS, Type::DS};
  if (!owner.is_wildcard() && one_in(8, random)) return {Type::DNAME};
  if (one_in(6, random)) return {Type::CNAME};
  if (one_in(3, random)) return {Type::A, Type::TXT};
  return {one_in(2, random) ? Type::A : Type::TXT};
}

/// True if `owner` is below a delegation or a DNAME, and so not of the zone.
inline bool is_occluded(const TypesByName& zone, const dns::Name& owner) {
  for (dns::Name above = owner; above != apex;) {
    above = above.parent();
    const auto at = zone.find(above);
    if (at != zone.end() && above != apex &&
        (at->second.contains(Type::NS) || at->second.contains(Type::DNAME)))
      return true;
  }
  return false;
}

inline TypesByName some_zone(Random& random) {
  TypesByName zone = {{apex, {Type::SOA, Type::NS}}};
  auto names = all_names();
  std::shuffle(names.begin() + 1, names.end(), random);
  names.resize(2 + random() % 10);
  std::ranges::sort(names, dns::CanonicalLess());  // ancestors first
  for (const auto& owner : names)
    if (owner != apex && !is_occluded(zone, owner)) zone.emplace(owner, some_types(owner, random));
  return zone;
}

inline dns::Zone served(const TypesByName& zone) {
  const std::map<Type, std::string> rdata = {{Type::SOA, "ns. admin. 1 2 3 4 5"},
                                             {Type::NS, "ns.other."},
                                             {Type::DS, "1 8 2 00"},
                                             {Type::A, "192.0.2.1"},
                                             {Type::TXT, "text"},
                                             {Type::CNAME, "out.other."},
                                             {Type::DNAME, "out.other."}};
  std::vector<dns::Record> records;
  for (const auto& [owner, types] : zone)
    for (const Type type : types)
      records.push_back(
          dns::parse_record(owner.to_text() + " 60 IN " + dns::to_text(type) + ' ' + rdata.at(type)).value());
  return dns::Zone::make(apex, std::move(records)).value();
}

inline std::string text_of(const std::set<Type>& types) {
  std::string text;
  for (const Type type : types) text += ' ' + dns::to_text(type);
  return text;
}

inline Lines nsec_chain(const TypesByName& zone) {
  Lines lines;
  for (auto at = zone.begin(); at != zone.end(); ++at) {
    const auto next = std::next(at) == zone.end() ? zone.begin() : std::next(at);
    lines.push_back(at->first.to_text() + " 60 IN NSEC " + next->first.to_text() + text_of(at->second) +
                    " RRSIG NSEC");
  }
  return lines;
}

inline std::string in_text(const Nsec3Hash& hash) {
  const dns::Name owner = nsec3_owner(hash, dns::Name()).value();
  const auto label = owner.first_label();
  return {label.begin(), label.end()};
}

/// With opt-out, unsigned delegations have no record of their own (RFC 5155 §6). Those below empty
/// non-terminals keep theirs: what a wildcard means for such a name cannot be proven otherwise.
inline Lines nsec3_chain(const TypesByName& zone, bool opt_out) {
  std::map<Nsec3Hash, std::string> types_by_hash;
  ValidationBudget budget;
  Nsec3Hashes hashes({0, {0xab}}, budget);
  for (const auto& [owner, types] : zone) {
    if (opt_out && types == std::set{Type::NS} && zone.contains(owner.parent())) continue;
    types_by_hash[*hashes.of(owner)] = text_of(types);
    for (dns::Name above = owner; above != apex; above = above.parent())
      types_by_hash.try_emplace(*hashes.of(above));
  }
  Lines lines;
  for (auto at = types_by_hash.begin(); at != types_by_hash.end(); ++at) {
    const auto next = std::next(at) == types_by_hash.end() ? types_by_hash.begin() : std::next(at);
    lines.push_back(in_text(at->first) + ".z. 60 IN NSEC3 1 " + (opt_out ? "1" : "0") + " 0 ab " +
                    in_text(next->first) + at->second);
  }
  return lines;
}

}  // namespace tributary::dnssec::testing
