// Zones made by chance, with delegations, wildcards, CNAME, DNAME and empty non-terminals: what their whole
// chains of NSEC and NSEC3 records prove is what a server finds in the zone (dns::Zone), for every name and
// type; and no part of a chain proves anything else.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "dns/zone.hpp"
#include "tests/unit/dnssec/denial_records.hpp"

namespace tributary::dnssec {
namespace {

using dns::Type;
using testing::DenialRecords;
using testing::Lines;
using testing::name;
using Kind = dns::ZoneAnswer::Kind;
using NoDs = Denial::NoDs;
using Random = std::mt19937;
using TypesByName = std::map<dns::Name, std::set<Type>, dns::CanonicalLess>;

const dns::Name apex = name("z");
constexpr Type asked_types[] = {Type::A, Type::TXT, Type::DS, Type::NS, Type::CNAME, Type::DNAME};

/// All names of up to three labels out of a few below the apex.
std::vector<dns::Name> all_names() {
  std::vector<dns::Name> names = {apex};
  for (std::size_t i = 0; names[i].label_count() < 4; ++i)
    for (const char* label : {"*", "a", "b", "c"}) names.push_back(name(label + ('.' + names[i].to_text())));
  return names;
}

bool one_in(unsigned n, Random& random) {
  return random() % n == 0;
}

std::set<Type> some_types(const dns::Name& owner, Random& random) {
  if (!owner.is_wildcard() && one_in(4, random)) return {Type::NS};
  if (!owner.is_wildcard() && one_in(6, random)) return {Type::NS, Type::DS};
  if (!owner.is_wildcard() && one_in(8, random)) return {Type::DNAME};
  if (one_in(6, random)) return {Type::CNAME};
  if (one_in(3, random)) return {Type::A, Type::TXT};
  return {one_in(2, random) ? Type::A : Type::TXT};
}

/// True if `owner` is below a delegation or a DNAME, and so not of the zone.
bool is_occluded(const TypesByName& zone, const dns::Name& owner) {
  for (dns::Name above = owner; above != apex;) {
    above = above.parent();
    const auto at = zone.find(above);
    if (at != zone.end() && above != apex &&
        (at->second.contains(Type::NS) || at->second.contains(Type::DNAME)))
      return true;
  }
  return false;
}

TypesByName some_zone(Random& random) {
  TypesByName zone = {{apex, {Type::SOA, Type::NS}}};
  auto names = all_names();
  std::shuffle(names.begin() + 1, names.end(), random);
  names.resize(2 + random() % 10);
  std::ranges::sort(names, dns::CanonicalLess());  // ancestors first
  for (const auto& owner : names)
    if (owner != apex && !is_occluded(zone, owner)) zone.emplace(owner, some_types(owner, random));
  return zone;
}

dns::Zone served(const TypesByName& zone) {
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

std::string text_of(const std::set<Type>& types) {
  std::string text;
  for (const Type type : types) text += ' ' + dns::to_text(type);
  return text;
}

Lines nsec_chain(const TypesByName& zone) {
  Lines lines;
  for (auto at = zone.begin(); at != zone.end(); ++at) {
    const auto next = std::next(at) == zone.end() ? zone.begin() : std::next(at);
    lines.push_back(at->first.to_text() + " 60 IN NSEC " + next->first.to_text() + text_of(at->second) +
                    " RRSIG NSEC");
  }
  return lines;
}

std::string base32hex(const Nsec3Hash& hash) {
  std::string text;
  for (std::size_t bit = 0; bit < 160; bit += 5) {
    unsigned value = 0;
    for (std::size_t i = bit; i < bit + 5; ++i) value = value << 1 | (hash[i / 8] >> (7 - i % 8) & 1u);
    text += "0123456789abcdefghijklmnopqrstuv"[value];
  }
  return text;
}

/// With opt-out, unsigned delegations have no record of their own (RFC 5155 §6). Those below empty
/// non-terminals keep theirs: what a wildcard means for such a name cannot be proven otherwise.
Lines nsec3_chain(const TypesByName& zone, bool opt_out) {
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
    lines.push_back(base32hex(at->first) + ".z. 60 IN NSEC3 1 " + (opt_out ? "1" : "0") + " 0 ab " +
                    base32hex(next->first) + at->second);
  }
  return lines;
}

/// What is to be proven of one name and type.
struct Truth {
  bool name_error, no_data;
  NoDs no_ds;
};

NoDs true_no_ds(const dns::Zone& zone, const TypesByName& types, const dns::Name& at) {
  if (at == apex) return NoDs::unproven;
  const auto answer = zone.lookup(at, Type::DS);
  if (!answer.answer.empty()) {
    const bool by_cname = answer.answer.front().type == Type::CNAME;
    return by_cname ? NoDs::not_a_cut : NoDs::unproven;
  }
  if (answer.kind == Kind::nx_domain) return NoDs::no_such_name;
  if (answer.kind != Kind::no_data) return NoDs::unproven;
  const auto own = types.find(at);
  return own != types.end() && own->second.contains(Type::NS) ? NoDs::insecure_delegation : NoDs::not_a_cut;
}

Truth truth(const dns::Zone& zone, const TypesByName& types, const dns::Name& at, Type type) {
  const auto answer = zone.lookup(at, type);
  const bool childs = at == apex && type == Type::DS;
  const bool direct = answer.answer.empty() && !childs;
  return {direct && answer.kind == Kind::nx_domain, direct && answer.kind == Kind::no_data,
          true_no_ds(zone, types, at)};
}

void expect_exactly(const Truth& truth, DenialRecords records, const dns::Name& at, Type type) {
  const auto denial = records.denial();
  EXPECT_EQ(denial.name_error(at), truth.name_error ? Denied::yes : Denied::no);
  EXPECT_EQ(denial.no_data(at, type), truth.no_data ? Denied::yes : Denied::no);
  EXPECT_EQ(denial.no_ds(at), truth.no_ds);
}

void expect_no_lie(const Truth& truth, DenialRecords records, const dns::Name& at, Type type) {
  const auto denial = records.denial();
  EXPECT_TRUE(truth.name_error || denial.name_error(at) == Denied::no);
  EXPECT_TRUE(truth.no_data || denial.no_data(at, type) == Denied::no);
  const NoDs no_ds = denial.no_ds(at);
  EXPECT_TRUE(no_ds == NoDs::unproven || no_ds == truth.no_ds);
}

/// Where unsigned delegations may be, what is true is proven insecurely at least.
void expect_with_opt_out(const Truth& truth, DenialRecords records, const dns::Name& at, Type type) {
  const auto denial = records.denial();
  const auto name_error = denial.name_error(at), no_data = denial.no_data(at, type);
  EXPECT_TRUE(truth.name_error ? name_error != Denied::no : name_error != Denied::yes);
  EXPECT_TRUE(truth.no_data ? no_data != Denied::no : no_data != Denied::yes);
  const NoDs no_ds = denial.no_ds(at);
  EXPECT_TRUE(no_ds == truth.no_ds || no_ds == NoDs::insecure_delegation);
}

Lines part_of(Lines lines, Random& random) {
  std::shuffle(lines.begin(), lines.end(), random);
  lines.resize(1 + random() % lines.size());
  return lines;
}

TEST(DenialProperty, ProofsTellWhatTheZoneHas) {
  Random random(5155);
  for (int round = 0; round < 60 && !::testing::Test::HasFailure(); ++round) {
    const TypesByName types = some_zone(random);
    const dns::Zone zone = served(types);
    const Lines lines = nsec_chain(types), hashed_lines = nsec3_chain(types, false);
    const DenialRecords nsec("z", lines), nsec3("z", hashed_lines), opt_out("z", nsec3_chain(types, true));
    const DenialRecords some_nsec("z", part_of(lines, random)),
        some_nsec3("z", part_of(hashed_lines, random));
    SCOPED_TRACE(::testing::PrintToString(lines));
    for (const auto& at : all_names())
      for (const Type type : asked_types) {
        SCOPED_TRACE(at.to_text() + ' ' + dns::to_text(type));
        const Truth expected = truth(zone, types, at, type);
        expect_exactly(expected, nsec, at, type);
        expect_exactly(expected, nsec3, at, type);
        expect_with_opt_out(expected, opt_out, at, type);
        expect_no_lie(expected, some_nsec, at, type);
        expect_no_lie(expected, some_nsec3, at, type);
      }
  }
}

}  // namespace
}  // namespace tributary::dnssec
