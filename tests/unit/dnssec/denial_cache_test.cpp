#include "resolver/dnssec/denial_cache.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "resolver/dnssec/rrset.hpp"
#include "tests/unit/dnssec/random_zone.hpp"

namespace tributary::dnssec {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using ::testing::ElementsAre;
using testing::Lines;
using testing::name;

const std::string soa = "example. 3600 IN SOA ns1.example. admin.example. 1 3600 300 360000 1800";

Rrset signed_set(const std::string& line, const dns::Name& zone) {
  Rrset set = testing::set_of(line);
  const auto signature =
      dns::parse_record(set.owner.to_text() + " 60 IN RRSIG " + dns::to_text(set.type) +
                        " 13 1 3600 20300101000000 20200101000000 1 " + zone.to_text() + " AAAA");
  set.signatures = {signature.value().rdata};
  return set;
}

/// A negative answer that was made of what the cache has.
struct Made {
  Rcode rcode;
  std::uint32_t ttl;
  std::vector<std::string> proof;  ///< Owners of the sets in the authority section.
};

class DenialCacheTest : public ::testing::Test {
 protected:
  static constexpr std::uint16_t group = 3;

  void learn(const Lines& lines, Duration ttl = 1h, std::string_view zone = "example") {
    for (const auto& line : lines) cache_.store(name(zone), group, signed_set(line, name(zone)), now_ + ttl);
  }

  std::optional<std::vector<std::uint8_t>> message(std::string_view at, Type type,
                                                   std::uint16_t asking_group = group) {
    return cache_.look_up({name(at), type, dns::Class::IN}, asking_group, now_, budget_);
  }

  std::optional<Made> ask(std::string_view at, Type type = Type::A) {
    const auto octets = message(at, type);
    if (!octets) return {};
    const auto view = dns::MessageView::parse(*octets).value();
    EXPECT_TRUE(view.header().response);
    EXPECT_EQ(view.question(), (dns::Question{name(at), type, dns::Class::IN}));
    Made made{view.rcode(), 0, {}};
    const auto sets = read_rrsets(view, dns::Section::authority).value();
    for (const auto& set : sets) {
      EXPECT_EQ(set.signatures.size(), 1u);
      EXPECT_TRUE(made.proof.empty() || made.ttl == set.ttl);
      made.ttl = set.ttl;
      made.proof.push_back(set.owner.to_text());
    }
    return made;
  }

  std::optional<Rcode> rcode(std::string_view at, Type type = Type::A) {
    const auto made = ask(at, type);
    if (!made) return {};
    return made->rcode;
  }

  DenialCache cache_{1 << 20};
  Instant now_{100h};
  ValidationBudget budget_;
};

const Lines nsec_zone = {soa, "example. 3600 IN NSEC a.example. NS SOA RRSIG NSEC",
                         "a.example. 3600 IN NSEC d.example. A RRSIG NSEC",
                         "d.example. 3600 IN NSEC x.w.example. NS RRSIG NSEC",
                         "x.w.example. 3600 IN NSEC example. A RRSIG NSEC"};

TEST_F(DenialCacheTest, DeniesNamesThatNobodyHasAskedFor) {
  learn(nsec_zone);
  const auto made = ask("b.example");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rcode, Rcode::NXDOMAIN);
  EXPECT_THAT(made->proof, ElementsAre("example.", "a.example.", "example."));  // SOA; name; wildcard
  EXPECT_EQ(rcode("c.b.example"), Rcode::NXDOMAIN);                             // RFC 8020
  EXPECT_EQ(rcode("Z.EXAMPLE", Type::MX), Rcode::NXDOMAIN);
}

TEST_F(DenialCacheTest, DeniesTypes) {
  learn(nsec_zone);
  EXPECT_THAT(ask("a.example", Type::AAAA).value().proof, ElementsAre("example.", "a.example."));
  EXPECT_EQ(rcode("a.example", Type::AAAA), Rcode::NOERROR);
  EXPECT_EQ(rcode("w.example"), Rcode::NOERROR);  // an empty non-terminal
  EXPECT_EQ(rcode("d.example", Type::DS), Rcode::NOERROR);
  EXPECT_FALSE(ask("a.example", Type::A));
}

TEST_F(DenialCacheTest, SaysNothingOfWhatIsDelegated) {
  learn(nsec_zone);
  EXPECT_FALSE(ask("d.example"));
  EXPECT_FALSE(ask("b.d.example"));
  EXPECT_FALSE(ask("b.d.example", Type::DS));
}

TEST_F(DenialCacheTest, SaysNothingOfOtherZonesGroupsAndClasses) {
  learn(nsec_zone);
  EXPECT_FALSE(ask("b.test"));
  EXPECT_FALSE(ask("."));
  EXPECT_TRUE(message("b.example", Type::A));
  EXPECT_FALSE(message("b.example", Type::A, group + 1));
  EXPECT_FALSE(cache_.look_up({name("b.example"), Type::A, dns::Class::CH}, group, now_, budget_));
  EXPECT_FALSE(ask("b.example", Type::ANY));
}

TEST_F(DenialCacheTest, NeedsTheWholeProof) {
  const Lines needed = {nsec_zone[0], nsec_zone[1], nsec_zone[2]};
  for (std::size_t missing = 0; missing < needed.size(); ++missing) {
    cache_.clear();
    Lines rest = needed;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(missing));
    learn(rest);
    EXPECT_FALSE(ask("b.example")) << needed[missing];
  }
  cache_.clear();
  learn(needed);
  EXPECT_TRUE(ask("b.example"));
}

TEST_F(DenialCacheTest, LeavesAnswersToWildcards) {
  learn({soa, "example. 3600 IN NSEC *.example. NS SOA RRSIG NSEC",
         "*.example. 3600 IN NSEC x.example. A RRSIG NSEC", "x.example. 3600 IN NSEC example. A RRSIG NSEC"});
  EXPECT_FALSE(ask("b.example"));
  EXPECT_EQ(rcode("b.example", Type::MX), Rcode::NOERROR);
  EXPECT_EQ(rcode("b.x.example"), Rcode::NXDOMAIN);
}

TEST_F(DenialCacheTest, AgesByTheSetThatExpiresFirst) {
  learn({nsec_zone[0]}, 1200s);
  learn({nsec_zone[1]}, 1000s);
  learn({nsec_zone[2]}, 800s);
  EXPECT_EQ(ask("b.example")->ttl, 800u);
  EXPECT_EQ(ask("aa.example", Type::MX)->ttl, 800u);
  EXPECT_EQ(ask("example", Type::A)->ttl, 1000u);
  now_ += 799s;
  EXPECT_EQ(ask("b.example")->ttl, 1u);
  now_ += 1ms;
  EXPECT_FALSE(ask("b.example"));  // no TTL left
  now_ += 1s;
  EXPECT_FALSE(ask("b.example"));
  EXPECT_EQ(ask("example", Type::A)->ttl, 199u);
  now_ += 200s;
  EXPECT_FALSE(ask("example", Type::A));
}

TEST_F(DenialCacheTest, LivesNoLongerThanTheSoaSays) {  // RFC 8198 §5.4
  learn(nsec_zone, 10h);
  EXPECT_EQ(ask("b.example")->ttl, 1800u);
}

TEST_F(DenialCacheTest, TellsNothingWithoutALiveSoa) {
  learn(nsec_zone, 1h);
  learn({soa}, 10s);
  EXPECT_TRUE(ask("b.example"));
  now_ += 10s;
  EXPECT_FALSE(ask("b.example"));
}

TEST_F(DenialCacheTest, TakesTheLatestSetOfAnOwner) {
  learn(nsec_zone);
  learn({"a.example. 3600 IN NSEC c.example. A RRSIG NSEC"});  // c.example is new
  EXPECT_EQ(rcode("b.example"), Rcode::NXDOMAIN);
  EXPECT_FALSE(ask("c.example"));
  EXPECT_FALSE(ask("ca.example"));
}

TEST_F(DenialCacheTest, AsksTheDeepestZoneItKnows) {
  learn(nsec_zone);
  learn({"b.example. 3600 IN SOA ns.example. admin.example. 1 3600 300 360000 600",
         "b.example. 3600 IN NSEC k.b.example. NS SOA RRSIG NSEC",
         "k.b.example. 3600 IN NSEC b.example. A RRSIG NSEC"},
        1h, "b.example");
  EXPECT_THAT(ask("z.b.example").value().proof, ElementsAre("b.example.", "k.b.example.", "b.example."));
  EXPECT_EQ(rcode("b.example", Type::MX), Rcode::NOERROR);
  EXPECT_FALSE(ask("k.b.example"));  // though the parent's record from before the delegation would deny it
  EXPECT_THAT(ask("b.example", Type::DS).value().proof, ElementsAre("example.", "a.example.", "example."));
}

TEST_F(DenialCacheTest, AnswersTheCompactFormAsItsProofReads) {  // RFC 9824
  learn({soa, R"(n.example. 3600 IN NSEC \000.n.example. RRSIG NSEC TYPE128)"});
  EXPECT_EQ(rcode("n.example", Type::A), Rcode::NOERROR);
  EXPECT_EQ(rcode("n.example", Type::MX), Rcode::NOERROR);
  EXPECT_FALSE(ask("m.example"));
}

TEST_F(DenialCacheTest, RefusesWhatProvesNothing) {
  learn({soa});
  const auto before = cache_.octets();
  learn({"a.example. 60 IN A 192.0.2.1", "a.test. 60 IN NSEC b.test. A",
         "a.example. 60 IN SOA ns1.example. admin.example. 1 3600 300 360000 1800",
         "a.example. 60 IN NSEC3 1 0 0 - 35mthgpgcu1qg68fab165klnsnk3dpvl A",
         "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 60 IN NSEC3 1 1 0 - 45mthgpgcu1qg68fab165klnsnk3dpvl A",
         "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 60 IN NSEC3 1 0 51 - 45mthgpgcu1qg68fab165klnsnk3dpvl A",
         "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 60 IN NSEC3 2 0 0 - 45mthgpgcu1qg68fab165klnsnk3dpvl A"});
  EXPECT_EQ(cache_.octets(), before);
}

// RFC 5155 Appendix A, without opt-out.
const Lines nsec3_zone = {soa,
                          "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. 60 IN NSEC3 1 0 12 aabbccdd "
                          "2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA",
                          "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 60 IN NSEC3 1 0 12 aabbccdd "
                          "2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
                          "35mthgpgcu1qg68fab165klnsnk3dpvl.example. 60 IN NSEC3 1 0 12 aabbccdd "
                          "b4um86eghhds6nea196smvmlo4ors995 NS DS",
                          "b4um86eghhds6nea196smvmlo4ors995.example. 60 IN NSEC3 1 0 12 aabbccdd "
                          "gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG"};

TEST_F(DenialCacheTest, DeniesByNsec3) {
  learn(nsec3_zone);
  const auto made = ask("a.c.x.w.example");  // Appendix B.1
  ASSERT_TRUE(made);
  EXPECT_EQ(made->rcode, Rcode::NXDOMAIN);
  EXPECT_THAT(made->proof, ElementsAre("example.", "b4um86eghhds6nea196smvmlo4ors995.example.",
                                       "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.",
                                       "35mthgpgcu1qg68fab165klnsnk3dpvl.example."));
  EXPECT_THAT(ask("ns1.example", Type::MX).value().proof,
              ElementsAre("example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example."));
  EXPECT_FALSE(ask("ns1.example", Type::A));
  EXPECT_FALSE(ask("b.a.example"));
}

TEST_F(DenialCacheTest, ForgetsNsec3OfOtherParameters) {
  learn(nsec3_zone);
  const auto before = cache_.octets();
  learn(
      {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. 60 IN NSEC3 1 0 3 - 2vptu5timamqttgl4luu9kg21e0aor3s A "
       "RRSIG"});
  EXPECT_LT(cache_.octets(), before);
  EXPECT_FALSE(ask("a.c.x.w.example"));
}

TEST_F(DenialCacheTest, HashesNoMoreThanTheBudgetAllows) {
  learn(nsec3_zone);
  std::string long_name = "x.w.example";
  for (int i = 0; i < 100; ++i) long_name.insert(0, "a.");
  EXPECT_FALSE(ask(long_name));
  while (budget_.take_hash()) continue;
  EXPECT_FALSE(ask("a.c.x.w.example"));
  budget_ = {};
  EXPECT_TRUE(ask("a.c.x.w.example"));
  unsigned left = 0;
  while (budget_.take_hash()) ++left;
  // The name, four suffixes that it is looked for by, the wildcard: each is hashed once for search and proof
  // together.
  EXPECT_EQ(left, ValidationBudget::hashes - 6);
}

TEST_F(DenialCacheTest, StaysWithinItsBound) {
  DenialCache small(16 * 8192);
  std::size_t most = 0;
  for (int i = 0; i < 500; ++i) {
    const auto zone = name("zone" + std::to_string(i));
    small.store(zone, group, signed_set(zone.to_text() + " 60 IN NSEC a." + zone.to_text() + " NS SOA", zone),
                now_ + 1h);
    most = std::max(most, small.octets());
  }
  EXPECT_LE(most, 16u * 8192u);
  EXPECT_GT(most, 16u * 4096u);
  small.clear();
  EXPECT_EQ(small.octets(), 0u);
}

TEST_F(DenialCacheTest, LetsTheLeastUsefulGiveWay) {
  KeptDenials kept(12 * 1024);
  const ZoneView view{name("example"), group};
  for (const auto& line : nsec_zone) kept.store(view, signed_set(line, view.zone), now_ + 1h);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(kept.prove(view, name("b.example"), Type::A, now_, budget_)) << i;
    const auto owner = "n" + std::to_string(i) + ".example. ";
    kept.store(view, signed_set(owner + "60 IN NSEC o.example. A RRSIG NSEC", view.zone), now_ + 1h);
  }
  EXPECT_FALSE(kept.prove(view, name("d.example"), Type::DS, now_, budget_));
  EXPECT_LE(kept.octets(), 12u * 1024u);
}

TEST_F(DenialCacheTest, ProvesNothingByWhatHasExpired) {
  KeptDenials kept(1 << 16);
  const ZoneView view{name("example"), group};
  for (const auto& line : nsec_zone) kept.store(view, signed_set(line, view.zone), now_ + 1h);
  kept.store(view, signed_set(nsec_zone[2], view.zone), now_ + 10s);
  EXPECT_TRUE(kept.prove(view, name("b.example"), Type::A, now_ + 9s, budget_));
  EXPECT_FALSE(kept.prove(view, name("b.example"), Type::A, now_ + 10s, budget_));
  EXPECT_TRUE(kept.prove(view, name("w.example"), Type::A, now_ + 10s, budget_));
}

TEST_F(DenialCacheTest, IsEmptiedByASetThatIsTooLarge) {
  KeptDenials kept(100);
  kept.store({name("example"), group}, signed_set(soa, name("example")), now_ + 1h);
  EXPECT_EQ(kept.octets(), 0u);
  EXPECT_FALSE(kept.knows({name("example"), group}, now_));
}

/// What is told of zones made by chance, of which a part is known, is true, and `Denial` accepts it.
TEST(DenialCacheProperty, TellsNoLies) {
  testing::Random random(8198);
  const Instant now{100h};
  unsigned told = 0;
  for (int round = 0; round < 40 && !::testing::Test::HasFailure(); ++round) {
    const auto types = testing::some_zone(random);
    const auto zone = testing::served(types);
    DenialCache cache(1 << 20);
    Lines lines = round % 2 ? testing::nsec_chain(types) : testing::nsec3_chain(types, round % 4 == 0);
    std::shuffle(lines.begin(), lines.end(), random);
    lines.resize(lines.size() - random() % (1 + lines.size() / 3));
    lines.push_back("z. 60 IN SOA ns. admin. 1 2 3 4 5");
    for (const auto& line : lines) cache.store(testing::apex, 0, signed_set(line, testing::apex), now + 1h);
    for (const auto& at : testing::all_names())
      for (const Type type : testing::asked_types) {
        ValidationBudget budget;
        const auto message = cache.look_up({at, type, dns::Class::IN}, 0, now, budget);
        if (!message) continue;
        ++told;
        SCOPED_TRACE(at.to_text() + ' ' + dns::to_text(type) + ::testing::PrintToString(lines));
        const auto view = dns::MessageView::parse(*message).value();
        const auto truth = zone.lookup(at, type);
        EXPECT_TRUE(truth.answer.empty());
        const bool error = view.rcode() == Rcode::NXDOMAIN;
        EXPECT_EQ(truth.kind, error ? dns::ZoneAnswer::Kind::nx_domain : dns::ZoneAnswer::Kind::no_data);
        const auto sets = read_rrsets(view, dns::Section::authority).value();
        std::vector<const Rrset*> all;
        for (const auto& set : sets) all.push_back(&set);
        const Denial denial(testing::apex, all, budget);
        EXPECT_EQ(error ? denial.name_error(at) : denial.no_data(at, type), Denied::yes);
      }
  }
  EXPECT_GT(told, 1000u);
}

}  // namespace
}  // namespace tributary::dnssec
