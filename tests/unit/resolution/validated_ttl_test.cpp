// How long a validated answer lives, from the reply to the cache (RFC 4035 §5.3.3): no longer than the
// upstream told, than the limit, than the TTL that was signed, and than the signature.

#include "cache/answer_cache.hpp"
#include "tests/unit/resolution/validation_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class ValidatedTtl : public ValidationTest {
 protected:
  /// All records of the answer have this TTL, and it is kept so long; if that is worth it.
  void expect_life(const cache::AnswerPtr& answer, std::uint32_t ttl) {
    ASSERT_TRUE(answer);
    dns::MessageView::parse(answer->message())->for_each_record([&](const dns::RecordView& record) {
      EXPECT_EQ(record.ttl, ttl) << dns::to_text(record.type);
    });
    EXPECT_EQ(answer->lifetime(), std::chrono::seconds(ttl));
    cache::AnswerCache cache(1 << 20, 0s);
    const cache::Key place(asked.question, false, 0);
    cache.store(place, answer, clock.now());
    cache::AnswerCache::Reader reader(cache);
    EXPECT_EQ(reader.lookup(place, clock.now()) != nullptr, ttl >= 5);
    EXPECT_EQ(reader.lookup(place, clock.now() + std::chrono::seconds(ttl)), nullptr);
  }
};

TEST_F(ValidatedTtl, OfDataIsTheLeastOfAll) {
  struct Case {
    const char* what;
    std::uint32_t told, signed_ttl;
    std::int64_t expires_in;
    std::uint32_t expected;
    bool above_original = false;
  };
  const Case cases[] = {
      {"told", 100, 300, day, 100},
      {"told, as signed", 300, 300, day, 300},
      {"the limit", 86400, 86400, 30 * day, limit},
      {"signed", 2000, 300, day, 300, true},
      {"signed, a second more told", 301, 300, day, 300, true},
      {"the signature's life", 2000, 3000, 50, 50},
      {"the signature's life, with a TTL above the signed one", 3001, 3000, 50, 50, true},
      {"over, but for the tolerance", 300, 300, -10, 0},
      {"told: nothing", 0, 300, day, 0},
      {"served, not kept", 4, 300, day, 4},
      {"served, not kept: signed so", 300, 4, day, 4, true},
      {"served, not kept: expires soon", 300, 300, 4, 4},
      {"just kept", 5, 300, day, 5},
      {"2^31-1", 0x7FFFFFFF, 0x7FFFFFFF, day, limit},
      {"2^31 is 0 (RFC 2181 §8)", 0x80000000, 300, day, 0},
      {"2^32-1 is 0", 0xFFFFFFFF, 300, day, 0},
  };
  for (const auto& [what, told, signed_ttl, expires_in, expected, above] : cases) {
    SCOPED_TRACE(what);
    const auto line = "www.example. " + std::to_string(signed_ttl) + " IN A 192.0.2.1";
    const auto judgement = validated(reply(as_told(line, told, expires_in)));
    ASSERT_TRUE(judgement.answer) << judgement.reason;
    EXPECT_EQ(judgement.answer->security(), cache::Security::secure);
    EXPECT_EQ(judgement.above_original, above);
    expect_life(judgement.answer, expected);
  }
}

/// The SOA's own TTL, its MINIMUM (RFC 2308 §5), and that of the NSEC, which denies for as long as it lives.
TEST_F(ValidatedTtl, OfADenialIsTheLeastOfAll) {
  struct Case {
    const char* what;
    std::uint32_t told, signed_ttl, minimum;
    std::int64_t expires_in;
    std::uint32_t expected;
    bool above_original = false;
  };
  const Case cases[] = {
      {"told", 100, 300, 300, day, 100},
      {"the limit", 86400, 86400, 86400, 30 * day, negative_limit},
      {"signed", 600, 300, 600, day, 300, true},
      {"the signature's life", 600, 600, 600, 50, 50},
      {"over, but for the tolerance", 600, 600, 600, -10, 0},
      {"served, not kept", 4, 300, 300, day, 4},
      {"2^31 is 0", 0x80000000, 300, 300, day, 0},
  };
  for (const auto& [what, told, signed_ttl, minimum, expires_in, expected, above] : cases) {
    SCOPED_TRACE(what);
    const auto ttl = std::to_string(signed_ttl);
    auto authority = as_told(
        "example. " + ttl + " IN SOA ns.example. host.example. 1 7200 900 86400 " + std::to_string(minimum),
        told, expires_in);
    const auto nsec =
        as_told("www.example. " + ttl + " IN NSEC zzz.example. MX RRSIG NSEC", told, expires_in);
    authority.insert(authority.end(), nsec.begin(), nsec.end());
    const auto judgement = validated(reply({}, authority));
    ASSERT_TRUE(judgement.answer) << judgement.reason;
    EXPECT_EQ(judgement.answer->security(), cache::Security::secure);
    EXPECT_EQ(judgement.above_original, above);
    expect_life(judgement.answer, expected);
  }
}

/// Each record of a denial is cut by its own signature; the whole lives as long as the one that ends first.
TEST_F(ValidatedTtl, OfADenialIsNoLongerThanThatOfItsProof) {
  auto authority = as_told("example. 600 IN SOA ns.example. host.example. 1 7200 900 86400 600", 600, day);
  const auto nsec = as_told("www.example. 600 IN NSEC zzz.example. MX RRSIG NSEC", 600, 20);
  authority.insert(authority.end(), nsec.begin(), nsec.end());
  const auto judgement = validated(reply({}, authority));
  ASSERT_TRUE(judgement.answer) << judgement.reason;
  EXPECT_EQ(judgement.answer->lifetime(), 20s);
  for (const auto& record : testing::records_of(judgement.answer).authority) {
    const auto set = record.type == dns::Type::RRSIG ? dns::covered_type(record) : record.type;
    EXPECT_EQ(record.ttl, set == dns::Type::SOA ? 600u : 20u) << dns::to_text(record);
  }
}

/// While the clock cannot be trusted, dates say nothing, and nothing is kept for long.
TEST_F(ValidatedTtl, WithoutAClockIsAMinuteAtMost) {
  use_clock(dnssec::ClockState::bad);
  for (const auto& [told, expected] : {std::pair{300u, 60u}, {60u, 60u}, {20u, 20u}}) {
    const auto judgement = validated(reply(as_told("www.example. 300 IN A 192.0.2.1", told, -30 * day)));
    ASSERT_TRUE(judgement.answer) << judgement.reason;
    EXPECT_EQ(judgement.answer->security(), cache::Security::undated);
    EXPECT_FALSE(judgement.above_original);
    expect_life(judgement.answer, expected);
  }
}

/// What a signature says counts only when it is good.
TEST_F(ValidatedTtl, OfWhatIsNotSignedIsAsTold) {
  trust.known.keys.clear();
  const auto child = testing::name("www.example.");
  trust.known.keys.store(testing::name("example."), {dnssec::KeyStanding::Kind::no_zone, nullptr, {}},
                         Instant::max(), trust.known.keys.generation());
  trust.known.delegations.store(child, {dnssec::Delegation::Kind::insecure, {}, {}}, Instant::max(),
                                trust.known.delegations.generation());
  const auto judgement = validated(reply(as_told("www.example. 300 IN A 192.0.2.1", 2000, 50)));
  ASSERT_TRUE(judgement.answer) << judgement.reason;
  EXPECT_EQ(judgement.answer->security(), cache::Security::insecure);
  EXPECT_FALSE(judgement.above_original);
  expect_life(judgement.answer, 2000);
}

}  // namespace
}  // namespace tributary::resolver
