// Names of a zone stand in canonical order, so that the NSEC of a name that does not exist is the one of the
// name before it. The chain of NSEC3 is made anew for each proof: zones of tests are small.

#include "tests/scenario/signed_zone.hpp"

#include <algorithm>
#include <stdexcept>

#include "dns/octets.hpp"
#include "resolver/dnssec/nsec3_hash.hpp"
#include "tests/scenario/nsec3_owner.hpp"

namespace tributary::scenario {

using dns::Name;
using dns::Type;
using test::TestKey;

namespace {

constexpr std::uint32_t denial_ttl = 300;

/// Zones have different keys, each always the same.
unsigned key_number(const Name& apex) {
  unsigned number = 7;
  for (const char letter : apex.lower_cased().to_text())
    number = number * 31 % 9973 + static_cast<unsigned char>(letter);
  return number;
}

Name wildcard_below(const Name& encloser) {
  constexpr std::uint8_t asterisk[] = {'*'};
  return *encloser.with_label(asterisk);
}

Name next_closer(const Name& name, const Name& encloser) {
  return name.suffix(encloser.label_count() + 1);
}

/// RDATA of a key with the tag of `rsa`: words of its modulus change places (RFC 4034 Appendix B adds them
/// up).
std::vector<std::uint8_t> colliding(std::vector<std::uint8_t> rsa, std::size_t number) {
  constexpr std::size_t modulus_begin = 16;
  const std::size_t a = modulus_begin + 2 * (number % 20), b = modulus_begin + 50 + 2 * (number / 20);
  std::swap_ranges(rsa.begin() + static_cast<std::ptrdiff_t>(a),
                   rsa.begin() + static_cast<std::ptrdiff_t>(a + 2),
                   rsa.begin() + static_cast<std::ptrdiff_t>(b));
  return rsa;
}

}  // namespace

std::vector<std::uint8_t> type_bitmap(std::set<Type> types) {
  std::map<unsigned, std::vector<std::uint8_t>> windows;
  for (const auto type : types) {
    const auto number = static_cast<unsigned>(type);
    auto& window = windows[number >> 8];
    const std::size_t octet = (number & 0xFF) / 8;
    if (window.size() <= octet) window.resize(octet + 1);
    window[octet] = static_cast<std::uint8_t>(window[octet] | 0x80 >> (number & 7));
  }
  std::vector<std::uint8_t> out;
  for (const auto& [number, octets] : windows) {
    out.push_back(static_cast<std::uint8_t>(number));
    out.push_back(static_cast<std::uint8_t>(octets.size()));
    out.insert(out.end(), octets.begin(), octets.end());
  }
  return out;
}

SignedZone::SignedZone(Name apex, Signing signing) : apex_(apex), signing_(std::move(signing)) {
  const auto text = apex_.to_text();
  const std::string dot = apex_.is_root() ? "" : ".";
  add(*dns::parse_record(text + " 3600 IN SOA ns" + dot + text + " host" + dot + text +
                         " 1 7200 3600 1209600 300"));
  add(*dns::parse_record(text + " 3600 IN NS ns" + dot + text));
  if (signing_.is_signed) make_keys();
}

void SignedZone::make_keys() {
  const unsigned number = key_number(apex_);
  std::vector<std::vector<std::uint8_t>> rdata;
  for (const auto algorithm : signing_.algorithms) {
    const TestKey key(algorithm, number, signing_.key_flags.value_or(TestKey::for_keys));
    const TestKey other = signing_.split ? TestKey(algorithm, number + 1, TestKey::for_records) : key;
    rdata.push_back(key.dnskey());
    if (signing_.split) rdata.push_back(other.dnskey());
    key_keys_.push_back(key);
    const auto& only = signing_.only;
    if (only.empty() || std::ranges::find(only, algorithm) != only.end()) record_keys_.push_back(other);
  }
  for (std::size_t i = 0; i < signing_.colliding_keys; ++i)
    rdata.insert(rdata.begin(), colliding(key_keys_.front().dnskey(), i));
  for (auto& each : rdata) add({apex_, Type::DNSKEY, dns::Class::IN, 3600, std::move(each)});
}

void SignedZone::add(const dns::Record& record) {
  if (!record.owner.is_within(apex_))
    throw std::invalid_argument(record.owner.to_text() + " is not in " + apex_.to_text());
  auto& set = names_[record.owner][record.type];
  if (set.rdata.empty()) set = {record.owner, record.type, record.ttl, {}, {}};
  set.rdata.push_back(record.rdata);
}

const Rrset* SignedZone::find(const Name& owner, Type type) const {
  const auto name = names_.find(owner);
  if (name == names_.end()) return nullptr;
  const auto set = name->second.find(type);
  return set == name->second.end() ? nullptr : &set->second;
}

bool SignedZone::exists(const Name& name) const {
  const auto next = names_.lower_bound(name);
  return next != names_.end() && next->first.is_within(name);
}

std::optional<Name> SignedZone::cut_above(const Name& name) const {
  for (auto labels = apex_.label_count() + 1; labels <= name.label_count(); ++labels)
    if (find(name.suffix(labels), Type::NS)) return name.suffix(labels);
  return {};
}

Name SignedZone::closest_encloser(const Name& name) const {
  Name encloser = name.parent();
  while (!exists(encloser)) encloser = encloser.parent();
  return encloser;
}

/// Not glue.
bool SignedZone::is_authoritative(const Name& owner) const {
  const auto cut = cut_above(owner);
  return !cut || *cut == owner;
}

Rrset SignedZone::signed_set(Rrset set) const {
  const bool at_cut = set.owner != apex_ && find(set.owner, Type::NS) != nullptr;
  const bool own = !at_cut || set.type == Type::DS || set.type == Type::NSEC;
  if (!signing_.is_signed || !own) return set;
  const test::SignatureFields fields{.signer = apex_,
                                     .inception = static_cast<std::uint32_t>(signing_.dates.inception),
                                     .expiration = static_cast<std::uint32_t>(signing_.dates.expiration)};
  for (const auto& key : set.type == Type::DNSKEY ? key_keys_ : record_keys_) test::sign(set, key, fields);
  return set;
}

std::vector<Type> SignedZone::types_at(const Name& name) const {
  std::vector<Type> types;
  const auto found = names_.find(name);
  if (found == names_.end()) return types;
  const bool at_cut = name != apex_ && found->second.contains(Type::NS);
  for (const auto& [type, set] : found->second)
    if (!at_cut || type == Type::NS || type == Type::DS) types.push_back(type);
  if (!at_cut || found->second.contains(Type::DS)) types.push_back(Type::RRSIG);
  return types;
}

// ---- NSEC

Rrset SignedZone::nsec_at_or_before(const Name& name) const {
  std::vector<Name> owners;
  for (const auto& [owner, sets] : names_)
    if (is_authoritative(owner)) owners.push_back(owner);
  const auto after = std::ranges::upper_bound(owners, name, dns::CanonicalLess());
  const Name owner = *std::prev(after), next = after == owners.end() ? owners.front() : *after;
  const auto types = types_at(owner);
  std::set<Type> bits(types.begin(), types.end());
  bits.insert({Type::NSEC, Type::RRSIG});
  std::vector<std::uint8_t> rdata(next.wire().begin(), next.wire().end());
  const auto bitmap = type_bitmap(bits);
  rdata.insert(rdata.end(), bitmap.begin(), bitmap.end());
  return signed_set(Rrset{owner, Type::NSEC, denial_ttl, {rdata}, {}});
}

std::optional<Rrset> SignedZone::nsec_of(const Name& owner) const {
  if (!signing_.is_signed || signing_.denial != Signing::Denial::nsec) return {};
  auto set = nsec_at_or_before(owner);
  return set.owner == owner ? std::optional(std::move(set)) : std::nullopt;
}

/// RFC 9824 §3: the name itself, up to the next that there can be.
Rrset SignedZone::compact_nsec(const Name& name) const {
  constexpr std::uint8_t zero[] = {0};
  const auto types = types_at(name);
  std::set<Type> bits(types.begin(), types.end());
  bits.insert({Type::NSEC, Type::RRSIG});
  if (!exists(name)) bits.insert(Type::NXNAME);
  const auto next = *name.with_label(zero);
  std::vector<std::uint8_t> rdata(next.wire().begin(), next.wire().end());
  const auto bitmap = type_bitmap(bits);
  rdata.insert(rdata.end(), bitmap.begin(), bitmap.end());
  return signed_set(Rrset{name, Type::NSEC, denial_ttl, {rdata}, {}});
}

// ---- NSEC3

/// With opt-out, unsigned delegations are not, nor what leads to nothing else (RFC 5155 §7.1).
bool SignedZone::in_nsec3_chain(const Name& name) const {
  return std::ranges::any_of(names_, [&](const auto& entry) {
    const auto& [owner, sets] = entry;
    if (!owner.is_within(name) || !is_authoritative(owner)) return false;
    const bool unsigned_cut = owner != apex_ && sets.contains(Type::NS) && !sets.contains(Type::DS);
    return !(signing_.opt_out && unsigned_cut);
  });
}

Rrset SignedZone::nsec3_at_or_before(const Name& name) const {
  const Nsec3Hasher hasher(signing_.iterations, signing_.salt);
  std::map<dnssec::Nsec3Hash, Name> chain;
  for (const auto& [owner, sets] : names_)
    for (auto labels = apex_.label_count(); labels <= owner.label_count(); ++labels)
      if (in_nsec3_chain(owner.suffix(labels)))
        chain.emplace(hasher.hash(owner.suffix(labels)), owner.suffix(labels));
  auto at = chain.upper_bound(hasher.hash(name));
  at = at == chain.begin() ? std::prev(chain.end()) : std::prev(at);
  const auto next = std::next(at) == chain.end() ? chain.begin() : std::next(at);

  std::vector<std::uint8_t> rdata{
      signing_.nsec3_algorithm, static_cast<std::uint8_t>(signing_.nsec3_flags | (signing_.opt_out ? 1 : 0))};
  dns::append_u16(rdata, signing_.iterations);
  rdata.push_back(static_cast<std::uint8_t>(signing_.salt.size()));
  rdata.insert(rdata.end(), signing_.salt.begin(), signing_.salt.end());
  rdata.push_back(static_cast<std::uint8_t>(next->first.size()));
  rdata.insert(rdata.end(), next->first.begin(), next->first.end());
  const auto types = types_at(at->second);
  const auto bitmap = type_bitmap({types.begin(), types.end()});
  rdata.insert(rdata.end(), bitmap.begin(), bitmap.end());
  return signed_set(Rrset{nsec3_owner(at->first, apex_), Type::NSEC3, denial_ttl, {rdata}, {}});
}

// ---- Proofs

/// The record of each name's chain that is of the name, or covers it: each once.
std::vector<Rrset> SignedZone::proof(const std::vector<Name>& names) const {
  std::vector<Rrset> out;
  if (!signing_.is_signed) return out;
  for (const auto& name : names) {
    auto set = signing_.denial == Signing::Denial::nsec3 ? nsec3_at_or_before(name) : nsec_at_or_before(name);
    if (std::ranges::none_of(out, [&](const Rrset& one) { return one.owner == set.owner; }))
      out.push_back(std::move(set));
  }
  return out;
}

std::vector<Rrset> SignedZone::deny_type(const Name& name) const {
  if (signing_.is_signed && signing_.denial == Signing::Denial::compact) return {compact_nsec(name)};
  const bool opted_out = signing_.denial == Signing::Denial::nsec3 && !in_nsec3_chain(name);
  if (!opted_out) return proof({name});
  Name encloser = name.parent();
  while (!in_nsec3_chain(encloser)) encloser = encloser.parent();
  return proof({encloser, next_closer(name, encloser)});
}

std::vector<Rrset> SignedZone::deny_name(const Name& name) const {
  if (signing_.is_signed && signing_.denial == Signing::Denial::compact) return {compact_nsec(name)};
  const auto encloser = closest_encloser(name);
  if (signing_.denial == Signing::Denial::nsec) return proof({name, wildcard_below(encloser)});
  return proof({encloser, next_closer(name, encloser), wildcard_below(encloser)});
}

std::vector<Rrset> SignedZone::deny_closer(const Name& name) const {
  if (signing_.denial != Signing::Denial::nsec3) return proof({name});
  return proof({next_closer(name, closest_encloser(name))});
}

std::vector<Rrset> SignedZone::deny_type_at_wildcard(const Name& name) const {
  const auto encloser = closest_encloser(name);
  if (signing_.denial != Signing::Denial::nsec3) return proof({name, wildcard_below(encloser)});
  return proof({encloser, next_closer(name, encloser), wildcard_below(encloser)});
}

}  // namespace tributary::scenario
