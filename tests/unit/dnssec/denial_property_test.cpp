// What whole chains of NSEC and NSEC3 records prove is what a server finds in the zone (dns::Zone), for every
// name and type; and no part of a chain proves anything else.
#include "tests/unit/dnssec/random_zone.hpp"

namespace tributary::dnssec {
namespace {

using namespace testing;
using Kind = dns::ZoneAnswer::Kind;
using NoDs = Denial::NoDs;

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
  for (int round = 0; round < 30 && !::testing::Test::HasFailure(); ++round) {
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
