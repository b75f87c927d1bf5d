// Proofs by NSEC. The zone is that of RFC 4035 Appendix A, the first cases are those of Appendix B.
#include "tests/unit/dnssec/denial_records.hpp"

namespace tributary::dnssec {
namespace {

using dns::Type;
using testing::DenialRecords;
using testing::expect_needs_all;
using testing::Lines;
using NoDs = Denial::NoDs;

const std::string apex = "example. 3600 IN NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY";
const std::string signed_delegation = "a.example. 3600 IN NSEC ai.example. NS DS RRSIG NSEC";
const std::string ai = "ai.example. 3600 IN NSEC b.example. A HINFO AAAA RRSIG NSEC";
const std::string unsigned_delegation = "b.example. 3600 IN NSEC ns1.example. NS RRSIG NSEC";
const std::string ns1 = "ns1.example. 3600 IN NSEC ns2.example. A RRSIG NSEC";
const std::string ns2 = "ns2.example. 3600 IN NSEC *.w.example. A RRSIG NSEC";
const std::string wildcard = "*.w.example. 3600 IN NSEC x.w.example. MX RRSIG NSEC";
const std::string x_w = "x.w.example. 3600 IN NSEC x.y.w.example. MX RRSIG NSEC";
const std::string x_y_w = "x.y.w.example. 3600 IN NSEC xx.example. MX RRSIG NSEC";
const std::string last = "xx.example. 3600 IN NSEC example. A HINFO AAAA RRSIG NSEC";
const Lines whole_zone = {apex, signed_delegation, ai, unsigned_delegation, ns1, ns2, wildcard, x_w, x_y_w,
                          last};

TEST(NsecDenial, ProvesTheExamplesOfRfc4035) {
  const auto expect = [](const char* what, const Lines& lines,
                         const std::function<Denied(DenialRecords&)>& prove) {
    SCOPED_TRACE(what);
    expect_needs_all<Denied>("example", lines, whole_zone, Denied::yes, Denied::no, prove);
  };
  expect("B.2 name error", {unsigned_delegation, apex}, [](auto& r) { return r.name_error("ml.example"); });
  expect("B.3 no data", {ns1}, [](auto& r) { return r.no_data("ns1.example", Type::MX); });
  expect("B.5 unsigned delegation", {unsigned_delegation},
         [](auto& r) { return r.no_data("b.example", Type::DS); });
  expect("B.6 wildcard expansion", {x_y_w}, [](auto& r) { return r.no_closer_match("a.z.w.example", 2); });
  expect("B.7 wildcard no data", {x_y_w, wildcard},
         [](auto& r) { return r.no_data("a.z.w.example", Type::AAAA); });
}

struct Case {
  const char* name;
  Denied expected;
  Lines lines = whole_zone;
};

TEST(NsecDenial, OfNames) {
  const Case cases[] = {
      {"aa.example", Denied::yes},
      {"a.b.c.d.ai.example", Denied::yes},
      {"zz.example", Denied::yes},     // behind the last name
      {"XY.EXAMPLE", Denied::yes},     // without regard to case
      {"a.xx.example", Denied::yes},   // below the last name
      {"a.x.w.example", Denied::yes},  // below a name that hides the wildcard
      {"ns1.example", Denied::no},     // it exists
      {"example", Denied::no},         // so does the apex
      {"*.w.example", Denied::no},     // and the wildcard
      {"w.example", Denied::no},       // and an empty non-terminal
      {"y.w.example", Denied::no},     // of two
      {"a.w.example", Denied::no},     // the wildcard stands for it
      {"a.z.w.example", Denied::no},   // also here
      {"other", Denied::no},           // another zone
      {".", Denied::no},
      {"www.b.example", Denied::no},  // below a delegation: not this zone's (RFC 6840 §4.1)
      {"a.www.b.example", Denied::no},
      {"x.a.example", Denied::no},
  };
  for (const auto& c : cases)
    EXPECT_EQ(DenialRecords("example", c.lines).name_error(c.name), c.expected) << c.name;
}

TEST(NsecDenial, OfTypes) {
  struct {
    const char* name;
    Type type;
    Denied expected;
  } const cases[] = {
      {"ns1.example", Type::AAAA, Denied::yes},
      {"ns1.example", Type::A, Denied::no},
      {"ns1.example", Type::NSEC, Denied::no},
      {"ns1.example", Type::DS, Denied::yes},
      {"NS1.example", Type::TXT, Denied::yes},
      {"example", Type::A, Denied::yes},
      {"example", Type::SOA, Denied::no},
      {"example", Type::DS, Denied::no},    // B.8: the child's record says nothing of DS (RFC 6840 §4.4)
      {"w.example", Type::A, Denied::yes},  // an empty non-terminal
      {"w.example", Type::ANY, Denied::yes},
      {"y.w.example", Type::DS, Denied::yes},
      {"a.w.example", Type::A, Denied::yes},  // by the wildcard
      {"a.z.w.example", Type::DS, Denied::yes},
      {"a.w.example", Type::MX, Denied::no},
      {"*.w.example", Type::A, Denied::yes},  // the wildcard itself
      {"*.w.example", Type::MX, Denied::no},
      {"aa.example", Type::A, Denied::no},  // does not exist
      {"b.example", Type::A, Denied::no},   // the parent knows nothing of the child (RFC 6840 §4.1)
      {"b.example", Type::SOA, Denied::no},
      {"b.example", Type::DS, Denied::yes},
      {"a.example", Type::DS, Denied::no},
      {"www.b.example", Type::A, Denied::no},
      {"www.b.example", Type::DS, Denied::no},
      {"ns1.example", Type::ANY, Denied::no},  // there are types
      {"other", Type::A, Denied::no},
  };
  for (const auto& c : cases)
    EXPECT_EQ(DenialRecords("example", whole_zone).no_data(c.name, c.type), c.expected)
        << c.name << ' ' << dns::to_text(c.type);
}

TEST(NsecDenial, OfDs) {
  struct {
    const char* name;
    NoDs expected;
  } const cases[] = {
      {"b.example", NoDs::insecure_delegation},
      {"B.EXAMPLE", NoDs::insecure_delegation},
      {"a.example", NoDs::unproven},  // it has one
      {"ns1.example", NoDs::not_a_cut},
      {"w.example", NoDs::not_a_cut},    // an empty non-terminal
      {"q.w.example", NoDs::not_a_cut},  // made by a wildcard, which makes no delegations
      {"aa.example", NoDs::no_such_name},
      {"zz.example", NoDs::no_such_name},
      {"a.b.example", NoDs::unproven},  // below a delegation
      {"example", NoDs::unproven},      // the parent's business
      {"other", NoDs::unproven},
  };
  for (const auto& c : cases)
    EXPECT_EQ(DenialRecords("example", whole_zone).no_ds(c.name), c.expected) << c.name;
}

TEST(NsecDenial, OfDsNeedsEachRecord) {
  const auto expect = [](const Lines& lines, NoDs proven, const char* at) {
    SCOPED_TRACE(at);
    expect_needs_all<NoDs>("example", lines, whole_zone, proven, NoDs::unproven,
                           [&](auto& r) { return r.no_ds(at); });
  };
  expect({unsigned_delegation}, NoDs::insecure_delegation, "b.example");
  expect({ns1}, NoDs::not_a_cut, "ns1.example");
  expect({ns2}, NoDs::not_a_cut, "w.example");
  expect({wildcard, x_y_w}, NoDs::not_a_cut, "z.w.example");
  expect({apex, signed_delegation}, NoDs::no_such_name, "ab.example");
}

TEST(NsecDenial, OfACloserMatch) {
  struct {
    const char* name;
    std::uint8_t labels;
    Denied expected;
  } const cases[] = {
      {"a.z.w.example", 2, Denied::yes}, {"z.w.example", 2, Denied::yes},
      {"0.w.example", 2, Denied::yes},    // after "*"
      {"!.w.example", 2, Denied::yes},    // before it: the gap ends at the wildcard
      {"a.z.w.example", 3, Denied::yes},  // nor is there z.w.example
      {"a.x.w.example", 2, Denied::no},   // x.w.example is closer
      {"a.y.w.example", 2, Denied::no},   // so is an empty non-terminal
      {"x.w.example", 2, Denied::no},    {"z.w.example", 3, Denied::no},  // not expanded at all
      {"z.w.example", 4, Denied::no},    {"z.w.example", 255, Denied::no},
      {"z.w.example", 0, Denied::no},  // the wildcard of another zone
      {"a.b.example", 2, Denied::no},  // below a delegation
      {"z.other", 1, Denied::no},
  };
  for (const auto& c : cases)
    EXPECT_EQ(DenialRecords("example", whole_zone).no_closer_match(c.name, c.labels), c.expected)
        << c.name << ' ' << int{c.labels};
}

TEST(NsecDenial, OfANameNeedsTheRightWildcard) {
  EXPECT_EQ(DenialRecords("example", {unsigned_delegation, x_y_w}).name_error("ml.example"), Denied::no);
  EXPECT_EQ(DenialRecords("example", {x_w}).name_error("a.x.w.example"), Denied::yes);  // one gap for both
}

TEST(NsecDenial, WildcardMayBeAnEmptyNonTerminal) {  // RFC 4592 §2.2.2: it stands for names, and has no types
  const Lines lines = {"example. 60 IN NSEC a.*.example. NS SOA RRSIG NSEC",
                       "a.*.example. 60 IN NSEC example. A RRSIG NSEC"};
  EXPECT_EQ(DenialRecords("example", lines).name_error("b.example"), Denied::no);
  EXPECT_EQ(DenialRecords("example", lines).no_data("b.example", Type::A), Denied::yes);
  EXPECT_EQ(DenialRecords("example", {lines[1]}).no_data("b.example", Type::A), Denied::no);
}

TEST(NsecDenial, ByADnameStopsAtItsOwner) {  // RFC 6840 §4.1
  DenialRecords records("example", {"d.example. 60 IN NSEC e.example. DNAME RRSIG NSEC",
                                    "example. 60 IN NSEC d.example. NS SOA RRSIG NSEC"});
  EXPECT_EQ(records.name_error("x.d.example"), Denied::no);
  EXPECT_EQ(records.no_data("x.d.example", Type::A), Denied::no);
  EXPECT_EQ(records.no_closer_match("x.d.example", 1), Denied::no);
  EXPECT_EQ(records.no_ds("x.d.example"), NoDs::unproven);
  EXPECT_EQ(records.no_data("d.example", Type::A), Denied::yes);
  EXPECT_EQ(records.name_error("da.example"), Denied::yes);
}

TEST(NsecDenial, OfATypeNeedsThatThereIsNoCname) {  // RFC 6840 §4.3
  const Lines lines = {"c.example. 60 IN NSEC e.example. CNAME RRSIG NSEC"};
  EXPECT_EQ(DenialRecords("example", lines).no_data("c.example", Type::A), Denied::no);
  EXPECT_EQ(DenialRecords("example", lines).no_data("c.example", Type::CNAME), Denied::no);
  EXPECT_EQ(DenialRecords("example", lines).no_ds("c.example"), NoDs::not_a_cut);
  EXPECT_EQ(DenialRecords("w.example", {"w.example. 60 IN NSEC *.w.example. SOA NS RRSIG NSEC",
                                        "*.w.example. 60 IN NSEC w.example. CNAME RRSIG NSEC"})
                .no_data("a.w.example", Type::A),
            Denied::no);
}

TEST(NsecDenial, OfDsByTheChildsApexProvesNothing) {  // the same name, both sides of the cut
  DenialRecords child("b.example", {"b.example. 60 IN NSEC b.example. NS SOA RRSIG NSEC DNSKEY"});
  EXPECT_EQ(child.no_ds("b.example"), NoDs::unproven);
  EXPECT_EQ(child.no_data("b.example", Type::DS), Denied::no);
  DenialRecords forged("example", {"b.example. 60 IN NSEC c.example. NS SOA RRSIG NSEC"});
  EXPECT_EQ(forged.no_ds("b.example"), NoDs::unproven);
}

TEST(NsecDenial, WorksInAZoneOfOneName) {
  DenialRecords records("example", {"example. 60 IN NSEC example. NS SOA RRSIG NSEC DNSKEY"});
  EXPECT_EQ(records.name_error("a.example"), Denied::yes);
  EXPECT_EQ(records.name_error("example"), Denied::no);
  EXPECT_EQ(records.no_data("example", Type::A), Denied::yes);
  EXPECT_EQ(records.no_ds("a.example"), NoDs::no_such_name);
}

TEST(NsecDenial, WorksInTheRootZone) {
  DenialRecords records(".",
                        {". 60 IN NSEC aaa. NS SOA RRSIG NSEC DNSKEY", "zw. 60 IN NSEC . NS DS RRSIG NSEC",
                         "com. 60 IN NSEC commbank. NS DS RRSIG NSEC", "loc. 60 IN NSEC lol. NS RRSIG NSEC"});
  EXPECT_EQ(records.name_error("zzz"), Denied::yes);
  EXPECT_EQ(records.name_error("a.zzz"), Denied::yes);
  EXPECT_EQ(records.name_error("commb"), Denied::yes);  // not below com
  EXPECT_EQ(records.name_error("b.com"), Denied::no);
  EXPECT_EQ(records.no_data(".", Type::A), Denied::yes);
  EXPECT_EQ(records.no_data(".", Type::DS), Denied::yes);  // there is no parent (RFC 4035 §2.4)
  EXPECT_EQ(records.no_ds("loc"), NoDs::insecure_delegation);
  EXPECT_EQ(records.no_ds("com"), NoDs::unproven);
}

TEST(NsecDenial, LeavesOutWhatIsNotOfTheZone) {
  EXPECT_EQ(DenialRecords("w.example", {x_w, "w.example. 60 IN NSEC x.w.example. NS SOA NSEC"})
                .name_error("a.x.w.example"),
            Denied::yes);
  EXPECT_EQ(DenialRecords("w.example", {ns2, last}).name_error("a.w.example"), Denied::no);
  // Leads out of the zone.
  EXPECT_EQ(DenialRecords("w.example", {x_y_w}).no_closer_match("z.w.example", 2), Denied::no);
  EXPECT_EQ(DenialRecords("example", {x_y_w}).no_closer_match("z.w.example", 2), Denied::yes);
  EXPECT_EQ(DenialRecords("example", {"ns1.example. 60 IN A 192.0.2.1"}).no_data("ns1.example", Type::MX),
            Denied::no);
}

TEST(NsecDenial, LeavesOutAGapThatEndsBeforeItBegins) {
  const std::string backwards = "m.example. 60 IN NSEC c.example. A RRSIG NSEC";
  EXPECT_EQ(DenialRecords("example", {backwards, apex}).name_error("z.example"), Denied::no);
  EXPECT_EQ(DenialRecords("example", {backwards, apex}).name_error("d.example"), Denied::no);
}

TEST(NsecDenial, LeavesOutSetsOfSeveralOrMalformedRecords) {
  auto set = testing::set_of(ns1);
  ValidationBudget budget;
  EXPECT_EQ(Denial(testing::name("example"), {&set}, budget).no_data(set.owner, Type::MX), Denied::yes);
  set.rdata.push_back(set.rdata.front());
  EXPECT_EQ(Denial(testing::name("example"), {&set}, budget).no_data(set.owner, Type::MX), Denied::no);
  set.rdata = {{3, 'n', 's', '2'}};
  EXPECT_EQ(Denial(testing::name("example"), {&set}, budget).no_data(set.owner, Type::MX), Denied::no);
}

TEST(NsecDenial, TakesTheCompactForm) {  // RFC 9824: one record that the server made up for the name
  const Lines no_name = {R"(n.example. 60 IN NSEC \000.n.example. RRSIG NSEC TYPE128)"};
  DenialRecords none("example", no_name);
  EXPECT_EQ(none.name_error("n.example"), Denied::yes);
  EXPECT_EQ(none.no_data("n.example", Type::A), Denied::yes);
  EXPECT_EQ(none.no_data("n.example", Type::ANY), Denied::yes);
  EXPECT_EQ(none.no_ds("n.example"), NoDs::no_such_name);
  EXPECT_EQ(none.name_error("m.example"), Denied::no);
  EXPECT_EQ(none.name_error("a.n.example"), Denied::no);

  DenialRecords exists("example", {R"(n.example. 60 IN NSEC \000.n.example. A RRSIG NSEC)"});
  EXPECT_EQ(exists.name_error("n.example"), Denied::no);
  EXPECT_EQ(exists.no_data("n.example", Type::AAAA), Denied::yes);
  EXPECT_EQ(exists.no_data("n.example", Type::A), Denied::no);
}

TEST(NsecDenial, TakesMinimallyCoveringRecords) {  // RFC 4470
  const Lines lines = {R"(m~.example. 60 IN NSEC n!.example. RRSIG NSEC)",
                       R"(\).example. 60 IN NSEC +.example. RRSIG NSEC)"};
  expect_needs_all<Denied>("example", lines, {}, Denied::yes, Denied::no,
                           [](auto& r) { return r.name_error("n.example"); });
}

TEST(NsecDenial, CostsNoHashes) {
  DenialRecords records("example", whole_zone);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(records.name_error("aa.example"), Denied::yes);
  EXPECT_TRUE(records.budget().take_hash());
}

}  // namespace
}  // namespace tributary::dnssec
