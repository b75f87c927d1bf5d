#include "tests/scenario/signed_world.hpp"

#include <stdexcept>

#include "dns/message_builder.hpp"

namespace tributary::scenario {

using dns::Name;
using dns::Type;

namespace {

constexpr std::size_t longest_chain = 20;

void append(std::vector<Rrset>& to, std::vector<Rrset> sets) {
  for (auto& set : sets) to.push_back(std::move(set));
}

std::vector<std::uint8_t> with_changed_end(std::vector<std::uint8_t> rdata) {
  rdata.back() ^= 0xFF;
  return rdata;
}

std::vector<std::vector<std::uint8_t>> ds_rdata(const SignedZone& zone, const DsContent& ds) {
  constexpr std::size_t algorithm_at = 2, digest_type_at = 3;
  constexpr std::uint8_t nobodys = 200;
  std::vector<std::vector<std::uint8_t>> out;
  for (const auto& key : zone.key_keys()) {
    const auto named = ds.of_other_key ? test::TestKey(key.algorithm(), 99991) : key;
    for (const auto digest : ds.digests) {
      auto rdata = named.ds(zone.apex(), digest);
      if (ds.wrong_sha256 && digest == dnssec::DigestType::SHA256) rdata = with_changed_end(rdata);
      if (ds.unknown_digest) rdata[digest_type_at] = nobodys;
      if (ds.unknown_algorithm) rdata[algorithm_at] = nobodys;
      out.push_back(rdata);
      if (!ds.beside_unknown) continue;
      rdata[digest_type_at] = nobodys;
      out.insert(out.begin(), rdata);
      rdata[algorithm_at] = nobodys;
      out.insert(out.begin(), rdata);
    }
  }
  return out;
}

/// What a wildcard's set makes for `name` (RFC 4035 §3.1.3.3).
Rrset expanded(const SignedZone& zone, const Name& wildcard, Type type, const Name& name) {
  auto set = zone.signed_set(wildcard, type);
  set.owner = name;
  return set;
}

/// A set that is at `name`, or that a wildcard makes there; its proof is added to the reply.
std::optional<Rrset> find_or_make(const SignedZone& zone, const Name& name, Type type, ReplyContent& reply) {
  if (zone.find(name, type)) return zone.signed_set(name, type);
  if (zone.exists(name)) return type == Type::NSEC ? zone.nsec_of(name) : std::nullopt;
  constexpr std::uint8_t asterisk[] = {'*'};
  const auto wildcard = zone.closest_encloser(name).with_label(asterisk);
  if (!wildcard || !zone.find(*wildcard, type)) return {};
  append(reply.authority, zone.deny_closer(name));
  return expanded(zone, *wildcard, type, name);
}

std::optional<Name> dname_owner_above(const SignedZone& zone, const Name& name) {
  for (auto labels = zone.apex().label_count(); labels < name.label_count(); ++labels)
    if (zone.find(name.suffix(labels), Type::DNAME)) return name.suffix(labels);
  return {};
}

void deny(const SignedZone& zone, const Name& name, ReplyContent& reply) {
  append(reply.authority, {zone.signed_set(zone.apex(), Type::SOA)});
  if (zone.exists(name)) return append(reply.authority, zone.deny_type(name));
  constexpr std::uint8_t asterisk[] = {'*'};
  const auto wildcard = zone.closest_encloser(name).with_label(asterisk);
  if (wildcard && zone.exists(*wildcard)) return append(reply.authority, zone.deny_type_at_wildcard(name));
  // A compact denial says in its bitmap what the RCODE does not (RFC 9824 §3.1).
  const bool compact = zone.signing().is_signed && zone.signing().denial == Signing::Denial::compact;
  if (!compact) reply.rcode = dns::Rcode::NXDOMAIN;
  append(reply.authority, zone.deny_name(name));
}

}  // namespace

SignedZone& SignedWorld::add_zone(const Name& apex, Signing signing, const DsContent& ds) {
  auto& zone = zones_[apex];
  if (zone) throw std::invalid_argument("there is a zone " + apex.to_text() + " already");
  zone = std::make_unique<SignedZone>(apex, std::move(signing));
  if (!apex.is_root()) delegate(*zone, ds);
  return *zone;
}

void SignedWorld::delegate(const SignedZone& zone, const DsContent& ds) {
  auto& above = zone_of(zone.apex(), Type::DS);
  for (const auto& rdata : zone.find(zone.apex(), Type::NS)->rdata)
    above.add({zone.apex(), Type::NS, dns::Class::IN, 3600, rdata});
  if (!zone.signing().is_signed || ds.none) return;
  for (auto& rdata : ds_rdata(zone, ds))
    above.add({zone.apex(), Type::DS, dns::Class::IN, 3600, std::move(rdata)});
}

SignedZone* SignedWorld::zone(const Name& apex) const {
  const auto found = zones_.find(apex);
  return found == zones_.end() ? nullptr : found->second.get();
}

SignedZone& SignedWorld::zone_of(const Name& name, Type type) const {
  auto labels = name.label_count();
  if (type == Type::DS && labels > 0 && zone(name)) --labels;
  for (;; --labels) {
    if (auto* found = zone(name.suffix(labels))) return *found;
    if (labels == 0) throw std::invalid_argument("no zone for " + name.to_text());
  }
}

std::optional<Name> SignedWorld::add_answer(const SignedZone& zone, const Name& name, Type type,
                                            ReplyContent& reply) {
  if (const auto owner = dname_owner_above(zone, name)) {
    reply.answer.push_back(zone.signed_set(*owner, Type::DNAME));
    const auto to = *Name::from_wire(reply.answer.back().rdata.front());
    const auto target = *name.with_suffix_replaced(*owner, to);
    const auto wire = target.wire();
    reply.answer.push_back({name, Type::CNAME, reply.answer.back().ttl, {{wire.begin(), wire.end()}}, {}});
    return target;
  }
  if (auto set = find_or_make(zone, name, type, reply)) {
    reply.answer.push_back(*std::move(set));
    return {};
  }
  if (auto alias = find_or_make(zone, name, Type::CNAME, reply)) {
    reply.answer.push_back(*std::move(alias));
    return Name::from_wire(reply.answer.back().rdata.front());
  }
  deny(zone, name, reply);
  return {};
}

ReplyContent SignedWorld::reply_to(const dns::Question& question) const {
  ReplyContent reply;
  Name name = question.name;
  for (std::size_t links = 0; links < longest_chain; ++links) {
    const auto next = add_answer(zone_of(name, question.type), name, question.type, reply);
    if (!next) break;
    name = *next;
  }
  return reply;
}

namespace {

bool write(dns::MessageBuilder& builder, dns::Section section, const std::vector<Rrset>& sets) {
  for (const auto& set : sets)
    for (const auto& record : test::records_of(set))
      if (!builder.record(section, record)) return false;
  return true;
}

}  // namespace

std::vector<std::uint8_t> to_message(const dns::Question& question, const ReplyContent& reply) {
  dns::Header header;
  header.response = true;
  header.recursion_available = true;
  header.rcode = reply.rcode;
  header.authentic_data = reply.authentic;
  std::vector<std::uint8_t> options;
  if (reply.error) dns::append_extended_error(options, *reply.error);
  dns::Edns edns;
  edns.dnssec_ok = true;
  edns.options = options;
  dns::MessageBuilder builder(header);
  builder.question(question);
  if (!write(builder, dns::Section::answer, reply.answer) ||
      !write(builder, dns::Section::authority, reply.authority) || !builder.edns(edns))
    throw std::length_error("more records than a message can hold");
  return builder.take();
}

}  // namespace tributary::scenario
