#include "resolver/dnssec/signature_time.hpp"

#include <gtest/gtest.h>

#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using Finding = SignatureTime::Finding;

Rrsig dated(std::uint32_t inception, std::uint32_t expiration) {
  Rrsig signature;
  signature.inception = inception;
  signature.expiration = expiration;
  return signature;
}

Finding judged(std::int64_t at, const Rrsig& signature) {
  return SignatureTime{.now = at}.judge(signature);
}

TEST(SignatureDates, AreForgivenATenthOfALife) {
  const auto tolerance = 2 * hour;
  const Rrsig signature = dated(now, now + 20 * hour);
  EXPECT_EQ(judged(now - tolerance - 1, signature), Finding::not_yet_valid);
  EXPECT_EQ(judged(now - tolerance, signature), Finding::valid);
  EXPECT_EQ(judged(now + 20 * hour + tolerance, signature), Finding::valid);
  EXPECT_EQ(judged(now + 20 * hour + tolerance + 1, signature), Finding::expired);
}

TEST(SignatureDates, AreForgivenAnHourAtLeast) {
  const Rrsig signature = dated(now, now + 60);
  EXPECT_EQ(judged(now + 60 + hour, signature), Finding::valid);
  EXPECT_EQ(judged(now + 60 + hour + 1, signature), Finding::expired);
  EXPECT_EQ(judged(now - hour - 1, signature), Finding::not_yet_valid);
}

TEST(SignatureDates, AreForgivenADayAtMost) {
  const Rrsig signature = dated(now, now + 300 * day);
  EXPECT_EQ(judged(now - day, signature), Finding::valid);
  EXPECT_EQ(judged(now - day - 1, signature), Finding::not_yet_valid);
  EXPECT_EQ(judged(now + 301 * day + 1, signature), Finding::expired);
}

TEST(SignatureDates, MustNotBeTheWrongWayRound) {
  EXPECT_EQ(judged(now, dated(now + 60, now)), Finding::expired);
}

TEST(SignatureDates, AreComparedInSerialArithmetic) {
  constexpr std::int64_t turn = std::int64_t{1} << 32;  // in the year 2106
  const Rrsig across = dated(static_cast<std::uint32_t>(turn - 10 * day), 10 * day);
  EXPECT_EQ(judged(turn, across), Finding::valid);
  EXPECT_EQ(judged(turn + 5 * day, across), Finding::valid);
  EXPECT_EQ(judged(turn + 13 * day, across), Finding::expired);
  EXPECT_EQ(judged(turn - 13 * day, across), Finding::not_yet_valid);
}

TEST(SignatureDates, DoNotCountWithoutAClock) {
  const SignatureTime unknown{.now = 0, .dates_count = false};
  EXPECT_EQ(unknown.judge(dated(now, now + day)), Finding::valid);
  EXPECT_EQ(unknown.judge(dated(now + day, now)), Finding::valid);
  EXPECT_EQ(unknown.remaining(dated(now, now + day)), 0xFFFFFFFF);
}

TEST(SignatureDates, TellHowLongItLives) {
  const SignatureTime time{.now = now};
  EXPECT_EQ(time.remaining(dated(now - day, now + 17)), 17u);
  EXPECT_EQ(time.remaining(dated(now - day, now)), 0u);
  EXPECT_EQ(time.remaining(dated(now - day, now - 17)), 0u);
}

}  // namespace
}  // namespace tributary::dnssec
