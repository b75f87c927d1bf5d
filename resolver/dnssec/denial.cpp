// Each proof is put together from three questions that chains of NSEC and of NSEC3 records both answer: which
// types are at a name, what is the closest encloser of a name that does not exist, and is a name absent.
//
// - The name exists: the types there decide (RFC 4035 §5.4, RFC 5155 §8.5).
// - It does not: the wildcard below its closest encloser decides. If that is absent too, the name is in error
// (§8.4);
//   if it exists, the types there decide (§8.7).
//
// What types prove (`lack`): the one asked for is missing, and so is CNAME, which would have been followed
// (RFC 6840 §4.3). The parent's record at a delegation says nothing of types but DS, and the child's record
// at its apex nothing of DS (§4.1, §4.4); the root alone has no parent. A record with NXNAME stands for a
// name that does not exist (RFC 9824).
//
// A zone in transition may have both kinds; one that proves it is enough.

#include "resolver/dnssec/denial.hpp"

#include <utility>

namespace tributary::dnssec {

namespace {

using dns::Type;
using NoDs = Denial::NoDs;

Denied secure_unless(bool opt_out) {
  return opt_out ? Denied::insecurely : Denied::yes;
}

/// True if a name with `types` has no records of `type`.
bool lack(const TypeBitmap& types, const dns::Name& name, Type type) {
  if (type == Type::ANY) return !types.contains_other_than({Type::NSEC, Type::RRSIG, Type::NXNAME});
  if (types.contains(type) || types.contains(Type::CNAME)) return false;
  if (type == Type::DS) return name.is_root() || !types.contains(Type::SOA);
  return !is_delegation(types);
}

Denied name_error_by(const DenialChain& chain, const dns::Name& name) {
  if (const auto types = chain.types_at(name))
    return types->contains(Type::NXNAME) ? Denied::yes : Denied::no;
  const auto encloser = chain.closest_encloser(name);
  if (!encloser || chain.absent(wildcard_below(encloser->name)) == Denied::no) return Denied::no;
  return secure_unless(encloser->opt_out);
}

Denied no_data_by(const DenialChain& chain, const dns::Name& name, Type type) {
  if (const auto types = chain.types_at(name)) return lack(*types, name, type) ? Denied::yes : Denied::no;
  const auto encloser = chain.closest_encloser(name);
  if (!encloser) return Denied::no;
  const dns::Name wildcard = wildcard_below(encloser->name);
  if (const auto types = chain.types_at(wildcard))
    return lack(*types, wildcard, type) ? secure_unless(encloser->opt_out) : Denied::no;
  // An unsigned delegation, or an empty non-terminal with nothing but such below it (RFC 5155 §8.6, §7.1).
  return encloser->opt_out ? Denied::insecurely : Denied::no;
}

NoDs no_ds_by_types(const TypeBitmap& types) {
  if (types.contains(Type::DS) || types.contains(Type::SOA)) return NoDs::unproven;
  if (types.contains(Type::NXNAME)) return NoDs::no_such_name;
  return types.contains(Type::NS) ? NoDs::insecure_delegation : NoDs::not_a_cut;
}

NoDs no_ds_by(const DenialChain& chain, const dns::Name& name) {
  if (const auto types = chain.types_at(name)) return no_ds_by_types(*types);
  const auto encloser = chain.closest_encloser(name);
  if (!encloser) return NoDs::unproven;
  if (encloser->opt_out) return NoDs::insecure_delegation;
  const dns::Name wildcard = wildcard_below(encloser->name);
  if (chain.absent(wildcard) != Denied::no) return NoDs::no_such_name;
  const auto types = chain.types_at(wildcard);
  // A wildcard makes no delegations (RFC 4592 §4.2).
  return types && no_ds_by_types(*types) == NoDs::not_a_cut ? NoDs::not_a_cut : NoDs::unproven;
}

}  // namespace

Denial::Denial(const dns::Name& zone, const std::vector<const Rrset*>& sets, ValidationBudget& budget,
               std::uint16_t iterations_limit)
    : zone_(zone), nsec_(zone, sets), nsec3_(zone, sets, budget, iterations_limit) {}

Denial::Denial(const dns::Name& zone, const std::vector<const Rrset*>& sets,
               std::shared_ptr<Nsec3Hashes> hashes)
    : zone_(zone), nsec_(zone, sets), nsec3_(zone, sets, std::move(hashes), most_iterations) {}

template <typename Prove>
Denied Denial::by_either(Prove&& prove) const {
  if (const Denied proven = prove(nsec_); proven != Denied::no) return proven;
  if (nsec3_.too_many_iterations()) return Denied::insecurely;
  const Denied proven = prove(nsec3_);
  return proven == Denied::no && nsec3_.exhausted() ? Denied::too_dear : proven;
}

Denied Denial::name_error(const dns::Name& name) const {
  if (!name.is_within(zone_)) return Denied::no;
  return by_either([&](const DenialChain& chain) { return name_error_by(chain, name); });
}

Denied Denial::no_data(const dns::Name& name, Type type) const {
  if (!name.is_within(zone_)) return Denied::no;
  return by_either([&](const DenialChain& chain) { return no_data_by(chain, name, type); });
}

Denied Denial::no_closer_match(const dns::Name& name, std::uint8_t labels) const {
  if (!name.is_within(zone_) || labels < zone_.label_count() || labels >= name.label_count())
    return Denied::no;
  const dns::Name next_closer = name.suffix(labels + std::size_t{1});
  return by_either([&](const DenialChain& chain) { return chain.absent(next_closer); });
}

NoDs Denial::no_ds(const dns::Name& name) const {
  if (!name.is_within(zone_) || name == zone_) return NoDs::unproven;
  if (const NoDs proven = no_ds_by(nsec_, name); proven != NoDs::unproven) return proven;
  if (nsec3_.too_many_iterations()) return NoDs::insecure_delegation;
  const NoDs proven = no_ds_by(nsec3_, name);
  return proven == NoDs::unproven && nsec3_.exhausted() ? NoDs::too_dear : proven;
}

}  // namespace tributary::dnssec
