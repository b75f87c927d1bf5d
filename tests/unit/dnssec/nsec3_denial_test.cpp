// Proofs by NSEC3. The zone is that of RFC 5155 Appendix A, the first cases are those of Appendix B.
#include <algorithm>

#include "tests/unit/dnssec/denial_records.hpp"

namespace tributary::dnssec {
namespace {

using dns::Type;
using testing::DenialRecords;
using testing::expect_needs_all;
using testing::Lines;
using testing::name;
using NoDs = Denial::NoDs;

/// A record of the zone: the owner's hash, the next one, types. Opt-out as in the RFC, or not.
struct Hashed {
  const char *owner, *next, *types;

  std::string line(bool opt_out) const { return with(opt_out ? "1 1 12 aabbccdd" : "1 0 12 aabbccdd"); }
  std::string with(const char* fixed) const {
    return std::string(owner) + ".example. 3600 IN NSEC3 " + fixed + ' ' + next + ' ' + types;
  }
};

constexpr Hashed apex = {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "2t7b4g4vsa5smi47k61mv5bv1a22bojr",
                         "MX DNSKEY NS SOA NSEC3PARAM RRSIG"};
constexpr Hashed ns1 = {"2t7b4g4vsa5smi47k61mv5bv1a22bojr", "2vptu5timamqttgl4luu9kg21e0aor3s", "A RRSIG"};
constexpr Hashed x_y_w = {"2vptu5timamqttgl4luu9kg21e0aor3s", "35mthgpgcu1qg68fab165klnsnk3dpvl", "MX RRSIG"};
constexpr Hashed a = {"35mthgpgcu1qg68fab165klnsnk3dpvl", "b4um86eghhds6nea196smvmlo4ors995", "NS DS RRSIG"};
constexpr Hashed x_w = {"b4um86eghhds6nea196smvmlo4ors995", "gjeqe526plbf1g8mklp59enfd789njgi", "MX RRSIG"};
constexpr Hashed ai = {"gjeqe526plbf1g8mklp59enfd789njgi", "ji6neoaepv8b5o6k4ev33abha8ht9fgc",
                       "HINFO A AAAA RRSIG"};
constexpr Hashed y_w = {"ji6neoaepv8b5o6k4ev33abha8ht9fgc", "k8udemvp1j2f7eg6jebps17vp3n8i58h", ""};
constexpr Hashed w = {"k8udemvp1j2f7eg6jebps17vp3n8i58h", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi", ""};
constexpr Hashed named_like_ns1 = {"kohar7mbb8dc2ce8a9qvl8hon4k53uhi", "q04jkcevqvmu85r014c7dkba38o0ji5r",
                                   "A RRSIG"};
constexpr Hashed ns2 = {"q04jkcevqvmu85r014c7dkba38o0ji5r", "r53bq7cc2uvmubfu5ocmm6pers9tk9en", "A RRSIG"};
constexpr Hashed wildcard = {"r53bq7cc2uvmubfu5ocmm6pers9tk9en", "t644ebqk9bibcna874givr6joj62mlhv",
                             "MX RRSIG"};
constexpr Hashed xx = {"t644ebqk9bibcna874givr6joj62mlhv", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
                       "HINFO A AAAA RRSIG"};
const std::vector<Hashed> all = {apex, ns1, x_y_w, a, x_w, ai, y_w, w, named_like_ns1, ns2, wildcard, xx};

Lines lines_of(const std::vector<Hashed>& records, bool opt_out) {
  Lines lines;
  for (const auto& record : records) lines.push_back(record.line(opt_out));
  return lines;
}

DenialRecords whole_zone(bool opt_out = false) {
  return {"example", lines_of(all, opt_out)};
}

TEST(Nsec3Denial, ProvesTheExamplesOfRfc5155) {
  const auto expect = [](const char* what, const std::vector<Hashed>& records, Denied with_opt_out,
                         const std::function<Denied(DenialRecords&)>& prove) {
    SCOPED_TRACE(what);
    expect_needs_all<Denied>("example", lines_of(records, false), lines_of(all, false), Denied::yes,
                             Denied::no, prove);
    DenialRecords as_written("example", lines_of(records, true));
    EXPECT_EQ(prove(as_written), with_opt_out);
  };
  expect("B.1 name error", {apex, x_w, a}, Denied::insecurely,
         [](auto& r) { return r.name_error("a.c.x.w.example"); });
  expect("B.2 no data", {ns1}, Denied::yes, [](auto& r) { return r.no_data("ns1.example", Type::MX); });
  expect("B.2.1 empty non-terminal", {y_w}, Denied::yes,
         [](auto& r) { return r.no_data("y.w.example", Type::A); });
  expect("B.4 wildcard expansion", {ns2}, Denied::insecurely,
         [](auto& r) { return r.no_closer_match("a.z.w.example", 2); });
  expect("B.5 wildcard no data", {w, ns2, wildcard}, Denied::insecurely,
         [](auto& r) { return r.no_data("a.z.w.example", Type::AAAA); });
}

TEST(Nsec3Denial, ProvesTheUnsignedDelegationOfRfc5155) {  // B.3
  const auto prove = [](auto& r) { return r.no_ds("c.example"); };
  expect_needs_all<NoDs>("example", lines_of({a, apex}, true), lines_of(all, true), NoDs::insecure_delegation,
                         NoDs::unproven, prove);
  DenialRecords records("example", lines_of({a, apex}, true));
  EXPECT_EQ(records.no_data("c.example", Type::DS), Denied::insecurely);
  EXPECT_EQ(records.no_data("mc.c.example", Type::MX), Denied::insecurely);
  EXPECT_EQ(records.no_ds("x.c.example"), NoDs::insecure_delegation);
  DenialRecords without_opt_out("example", lines_of({a, apex}, false));
  EXPECT_EQ(prove(without_opt_out), NoDs::unproven);  // the wildcard is not denied
  EXPECT_EQ(without_opt_out.no_data("c.example", Type::DS), Denied::no);
}

TEST(Nsec3Denial, OfNames) {
  struct {
    const char* name;
    Denied expected;
  } const cases[] = {
      {"aa.example", Denied::yes},
      {"a.b.c.d.AI.example", Denied::yes},
      {"a.ns1.example", Denied::yes},
      {"a.x.w.example", Denied::yes},
      {"ns1.example", Denied::no},  // it exists
      {"example", Denied::no},      // so does the apex
      {"*.w.example", Denied::no},  // and the wildcard
      {"w.example", Denied::no},    // and empty non-terminals
      {"y.w.example", Denied::no},
      {"a.w.example", Denied::no},  // the wildcard stands for it
      {"a.b.z.w.example", Denied::no},
      {"a.a.example", Denied::no},  // below a delegation (RFC 5155 §8.3)
      {"b.a.a.example", Denied::no},
      {"other", Denied::no},
      {".", Denied::no},
  };
  for (const auto& c : cases) EXPECT_EQ(whole_zone().name_error(c.name), c.expected) << c.name;
}

TEST(Nsec3Denial, OfTypes) {
  struct {
    const char* name;
    Type type;
    Denied expected;
  } const cases[] = {
      {"ns1.example", Type::AAAA, Denied::yes}, {"NS1.example", Type::DS, Denied::yes},
      {"ns1.example", Type::A, Denied::no},     {"ns1.example", Type::ANY, Denied::no},
      {"example", Type::A, Denied::yes},        {"example", Type::SOA, Denied::no},
      {"example", Type::DS, Denied::no},  // B.6: the child's record says nothing of DS
      {"w.example", Type::A, Denied::yes},      {"w.example", Type::ANY, Denied::yes},
      {"w.example", Type::DS, Denied::yes},     {"a.w.example", Type::A, Denied::yes},  // by the wildcard
      {"a.w.example", Type::DS, Denied::yes},   {"a.w.example", Type::MX, Denied::no},
      {"*.w.example", Type::A, Denied::yes},    {"*.w.example", Type::MX, Denied::no},
      {"aa.example", Type::A, Denied::no},  // does not exist
      {"a.example", Type::A, Denied::no},   // a delegation
      {"a.example", Type::DS, Denied::no},  // it has one
      {"b.a.example", Type::A, Denied::no},     {"b.a.example", Type::DS, Denied::no},
      {"other", Type::A, Denied::no},
  };
  for (const auto& c : cases)
    EXPECT_EQ(whole_zone().no_data(c.name, c.type), c.expected) << c.name << ' ' << dns::to_text(c.type);
}

TEST(Nsec3Denial, OfDs) {
  struct {
    const char* name;
    NoDs expected, with_opt_out;
  } const cases[] = {
      {"ns1.example", NoDs::not_a_cut, NoDs::not_a_cut},
      {"y.w.example", NoDs::not_a_cut, NoDs::not_a_cut},
      {"z.w.example", NoDs::not_a_cut, NoDs::insecure_delegation},
      {"aa.example", NoDs::no_such_name, NoDs::insecure_delegation},
      {"b.aa.example", NoDs::no_such_name, NoDs::insecure_delegation},
      {"a.example", NoDs::unproven, NoDs::unproven},    // it has one
      {"b.a.example", NoDs::unproven, NoDs::unproven},  // below a delegation
      {"example", NoDs::unproven, NoDs::unproven},
      {"other", NoDs::unproven, NoDs::unproven},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(whole_zone(false).no_ds(c.name), c.expected) << c.name;
    EXPECT_EQ(whole_zone(true).no_ds(c.name), c.with_opt_out) << c.name;
  }
}

TEST(Nsec3Denial, OfDsAtADelegationThatHasARecord) {
  Hashed unsigned_a = a;
  unsigned_a.types = "NS";
  DenialRecords records("example", {unsigned_a.line(false)});
  EXPECT_EQ(records.no_ds("a.example"), NoDs::insecure_delegation);
  EXPECT_EQ(records.no_data("a.example", Type::DS), Denied::yes);
  EXPECT_EQ(records.no_data("a.example", Type::A), Denied::no);
  unsigned_a.types = "NS SOA";  // the child's apex
  DenialRecords childs("example", {unsigned_a.line(false)});
  EXPECT_EQ(childs.no_ds("a.example"), NoDs::unproven);
  EXPECT_EQ(childs.no_data("a.example", Type::DS), Denied::no);
}

TEST(Nsec3Denial, OfACloserMatch) {
  struct {
    const char* name;
    std::uint8_t labels;
    Denied expected;
  } const cases[] = {
      {"a.z.w.example", 2, Denied::yes}, {"z.w.example", 2, Denied::yes},
      {"a.x.w.example", 2, Denied::no},                                   // x.w.example is closer
      {"a.y.w.example", 2, Denied::no},                                   // so is an empty non-terminal
      {"z.w.example", 3, Denied::no},                                     // not expanded at all
      {"z.w.example", 255, Denied::no},  {"z.w.example", 0, Denied::no},  // the wildcard of another zone
      {"z.other", 1, Denied::no},
  };
  for (const auto& c : cases)
    EXPECT_EQ(whole_zone().no_closer_match(c.name, c.labels), c.expected) << c.name << ' ' << int{c.labels};
}

TEST(Nsec3Denial, ByADnameStopsAtItsOwner) {  // RFC 5155 §8.3
  Hashed with_dname = ns1;
  with_dname.types = "DNAME RRSIG";
  auto records = lines_of(all, false);
  records[1] = with_dname.line(false);
  EXPECT_EQ(DenialRecords("example", records).name_error("a.ns1.example"), Denied::no);
  EXPECT_EQ(DenialRecords("example", records).no_ds("a.ns1.example"), NoDs::unproven);
  EXPECT_EQ(DenialRecords("example", records).no_data("ns1.example", Type::A), Denied::yes);
}

TEST(Nsec3Denial, OfATypeNeedsThatThereIsNoCname) {
  Hashed with_cname = ns1;
  with_cname.types = "CNAME RRSIG";
  DenialRecords records("example", {with_cname.line(false)});
  EXPECT_EQ(records.no_data("ns1.example", Type::AAAA), Denied::no);
  EXPECT_EQ(records.no_ds("ns1.example"), NoDs::not_a_cut);
}

TEST(Nsec3Denial, TakesTheCompactForm) {  // RFC 9824
  Hashed made_up = ns1;
  made_up.types = "RRSIG TYPE128";
  DenialRecords records("example", {made_up.line(false)});
  EXPECT_EQ(records.name_error("ns1.example"), Denied::yes);
  EXPECT_EQ(records.no_data("ns1.example", Type::A), Denied::yes);
  EXPECT_EQ(records.no_ds("ns1.example"), NoDs::no_such_name);
  EXPECT_EQ(records.name_error("ns2.example"), Denied::no);
}

TEST(Nsec3Denial, LeavesOutUnknownHashesAndFlags) {  // RFC 5155 §8.1, §8.2
  for (const auto* fixed : {"2 0 12 aabbccdd", "0 0 12 aabbccdd", "1 2 12 aabbccdd", "1 255 12 aabbccdd"})
    EXPECT_EQ(DenialRecords("example", {ns1.with(fixed)}).no_data("ns1.example", Type::MX), Denied::no)
        << fixed;
}

TEST(Nsec3Denial, TakesOneSetOfParameters) {
  for (const auto* other : {"1 0 12 -", "1 0 12 aabbcc", "1 0 11 aabbccdd", "1 0 200 aabbccdd"}) {
    SCOPED_TRACE(other);
    EXPECT_EQ(DenialRecords("example", {ns1.line(false), ns2.with(other)}).no_data("ns1.example", Type::MX),
              Denied::yes);
    EXPECT_NE(DenialRecords("example", {ns2.with(other), ns1.line(false)}).no_data("ns1.example", Type::MX),
              Denied::yes);
  }
  DenialRecords unusable_first("example", {ns2.with("2 0 1 -"), ns1.line(false)});
  EXPECT_EQ(unusable_first.no_data("ns1.example", Type::MX), Denied::yes);
}

TEST(Nsec3Denial, LeavesOutOwnersThatAreNoHashBelowTheZone) {
  for (const auto* owner :
       {"2t7b4g4vsa5smi47k61mv5bv1a22boj", "2t7b4g4vsa5smi47k61mv5bv1a22bojr.sub", "ns1"}) {
    Hashed misplaced = ns1;
    misplaced.owner = owner;
    EXPECT_EQ(DenialRecords("example", {misplaced.line(false)}).no_data("ns1.example", Type::MX), Denied::no)
        << owner;
  }
  EXPECT_EQ(DenialRecords("sub.example", {ns1.line(false)}).no_data("sub.example", Type::MX), Denied::no);
}

TEST(Nsec3Denial, LeavesOutNextHashesOfAnotherLength) {
  auto set = testing::set_of(ns1.line(false));
  std::vector<std::uint8_t> rdata(set.rdata[0].begin(), set.rdata[0].begin() + 9);
  rdata.insert(rdata.end(), {1, 0xFF});
  set.rdata = {rdata};
  ValidationBudget budget;
  EXPECT_EQ(Denial(name("example"), {&set}, budget).no_data(name("ns1.example"), Type::MX), Denied::no);
}

TEST(Nsec3Denial, WithTooManyIterationsIsInsecure) {  // RFC 9276 §3.2
  const auto with = [](const char* fixed) { return DenialRecords("example", {ns1.with(fixed)}); };
  for (const auto* fixed : {"1 0 51 aabbccdd", "1 0 500 aabbccdd", "1 1 65535 -"}) {
    SCOPED_TRACE(fixed);
    auto records = with(fixed);
    EXPECT_EQ(records.name_error("a.example"), Denied::insecurely);
    EXPECT_EQ(records.no_data("a.example", Type::A), Denied::insecurely);
    EXPECT_EQ(records.no_closer_match("a.example", 1), Denied::insecurely);
    EXPECT_EQ(records.no_ds("a.example"), NoDs::insecure_delegation);
    EXPECT_EQ(records.no_ds("example"), NoDs::unproven);
    EXPECT_EQ(records.name_error("other"), Denied::no);
    for (unsigned i = 0; i < ValidationBudget::hashes; ++i) EXPECT_TRUE(records.budget().take_hash());
  }
  EXPECT_EQ(with("1 0 50 aabbccdd").name_error("a.example"), Denied::no);
  EXPECT_EQ(whole_zone().denial(11).name_error(name("aa.example")), Denied::insecurely);
  EXPECT_EQ(whole_zone().denial(12).name_error(name("aa.example")), Denied::yes);
}

TEST(Nsec3Denial, EndsWithTheBudget) {
  auto records = whole_zone();
  while (records.budget().take_hash()) continue;
  EXPECT_EQ(records.name_error("aa.example"), Denied::too_dear);
  EXPECT_EQ(records.no_data("ns1.example", Type::MX), Denied::too_dear);
  EXPECT_EQ(records.no_closer_match("z.w.example", 2), Denied::too_dear);
  EXPECT_EQ(records.no_ds("aa.example"), NoDs::too_dear);
  EXPECT_EQ(records.name_error("other"), Denied::no);
}

TEST(Nsec3Denial, OfALongNameCostsFewHashes) {
  std::string long_name = "example";
  for (int i = 0; i < 120; ++i) long_name.insert(0, "a.");
  auto records = whole_zone();
  const auto denial = records.denial();
  EXPECT_EQ(denial.no_data(name(long_name), Type::A), Denied::no);
  unsigned left = 0;
  while (records.budget().take_hash()) ++left;
  // The name, the apex, a.example, which ends the search.
  EXPECT_GE(left, ValidationBudget::hashes - 4);
}

TEST(Nsec3Denial, HashesANameOnceForAllProofs) {
  auto records = whole_zone();
  const auto denial = records.denial();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(denial.name_error(name("aa.example")), Denied::yes);
    ASSERT_EQ(denial.no_ds(name("aa.example")), NoDs::no_such_name);
  }
}

TEST(Nsec3Denial, WithoutRecordsCostsNothing) {
  DenialRecords records("example", {});
  EXPECT_EQ(records.name_error("aa.example"), Denied::no);
  EXPECT_EQ(records.no_ds("aa.example"), NoDs::unproven);
  for (unsigned i = 0; i < ValidationBudget::hashes; ++i) EXPECT_TRUE(records.budget().take_hash());
}

TEST(Nsec3Denial, WorksInAZoneOfOneName) {
  Hashed only = apex;
  only.next = only.owner;
  DenialRecords records("example", {only.line(false)});
  EXPECT_EQ(records.name_error("a.example"), Denied::yes);
  EXPECT_EQ(records.name_error("b.a.example"), Denied::yes);
  EXPECT_EQ(records.name_error("example"), Denied::no);
  EXPECT_EQ(records.no_data("example", Type::A), Denied::yes);
}

TEST(Nsec3Denial, OfACloserMatchStaysInTheZone) {  // though the hash of a name outside lies in the gap
  DenialRecords records("w.example", {"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.w.example. 60 IN NSEC3 1 0 0 - "
                                      "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NS SOA"});
  EXPECT_EQ(records.no_closer_match("z.w.example", 2), Denied::yes);
  EXPECT_EQ(records.no_closer_match("z.w.example", 1), Denied::no);
  EXPECT_EQ(records.no_closer_match("z.w.example", 0), Denied::no);
}

TEST(Nsec3Denial, WorksBesideNsec) {  // a zone in transition; either is enough
  DenialRecords records("example", {ns1.line(false), "ns2.example. 60 IN NSEC ns3.example. A RRSIG NSEC"});
  EXPECT_EQ(records.no_data("ns1.example", Type::MX), Denied::yes);
  EXPECT_EQ(records.no_data("ns2.example", Type::MX), Denied::yes);
  DenialRecords dear("example", {ns1.with("1 0 500 -"), "ns2.example. 60 IN NSEC ns3.example. A NSEC"});
  EXPECT_EQ(dear.no_data("ns2.example", Type::MX), Denied::yes);
  EXPECT_EQ(dear.no_data("ns1.example", Type::MX), Denied::insecurely);
}

}  // namespace
}  // namespace tributary::dnssec
