#include "resolver/dnssec/anchor_rollover.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "resolver/dnssec/public_key.hpp"

namespace tributary::dnssec {
namespace {

using KeyState::add_pend, KeyState::missing, KeyState::valid;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::int64_t hour = 3600, day = 86'400, start = 1'800'000'000;

/// A trust point whose keys are A (configured), B, C and so on, and what its zone publishes.
class AnchorRolloverTest : public ::testing::Test {
 protected:
  static Rdata key(char letter, std::uint16_t flags = 257) {
    return {static_cast<std::uint8_t>(flags >> 8),
            static_cast<std::uint8_t>(flags),
            3,
            13,
            static_cast<std::uint8_t>(letter),
            1,
            2,
            3};
  }
  static Rdata revoked(char letter) { return key(letter, 257 | 0x80); }
  static dns::Record anchor(char letter) {
    return {zone(), dns::Type::DNSKEY, dns::Class::IN, 0, key(letter)};
  }
  static dns::Record digest(char letter) {
    return {zone(), dns::Type::DS, dns::Class::IN, 0, ds_of(zone(), key(letter))};
  }
  static dns::Name zone() { return dns::Name::parse("example.").value(); }

  /// The zone publishes these keys, and what is signed by an anchor is seen. "AB!" : A, and B with REVOKE
  /// that has signed the set.
  std::vector<AnchorRollover::Change> see(std::string_view keys, std::uint32_t ttl = day) {
    ObservedKeys observed;
    observed.validated = true;
    observed.most_ttl = ttl;
    for (const char letter : keys) {
      if (letter == '!') {
        observed.keys.back() = revoked(static_cast<char>(observed.keys.back()[4]));
        observed.revoked.push_back(observed.keys.back());
      } else {
        observed.keys.push_back(key(letter));
      }
    }
    return followed.observe(observed, now);
  }
  void pass(std::int64_t seconds) { now += seconds; }

  /// The state of each key: "A valid".
  std::vector<std::string> states() const {
    std::vector<std::string> out;
    for (const auto& one : followed.keys())
      out.push_back(std::string(1, static_cast<char>(one.rdata[4])) + " " + std::string(to_text(one.state)));
    return out;
  }
  /// The keys that the zone is authenticated by.
  std::string anchors() const {
    std::string out;
    const auto digests = followed.anchors();
    for (const char letter : std::string("ABCDEF"))
      if (std::ranges::find(digests, ds_of(zone(), key(letter))) != digests.end()) out += letter;
    EXPECT_EQ(out.size(), digests.size());
    return out;
  }
  void restart(std::vector<dns::Record> configured = {anchor('A')}) {
    auto restored = AnchorRollover::restored(zone(), std::move(configured), followed.to_text());
    ASSERT_TRUE(restored) << restored.error();
    followed = *std::move(restored);
  }

  AnchorRollover followed{zone(), {anchor('A')}};
  std::int64_t now = start;
};

TEST_F(AnchorRolloverTest, AConfiguredAnchorIsTrustedBeforeItWasSeenAndAfter) {
  EXPECT_EQ(anchors(), "A");
  EXPECT_TRUE(followed.refresh_due(now));
  EXPECT_THAT(see("A"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('A'))->tag, {}, valid}));
  EXPECT_THAT(states(), ElementsAre("A valid"));
  EXPECT_EQ(anchors(), "A");
}

TEST_F(AnchorRolloverTest, ADsIsAsGoodAsAKey) {
  followed = AnchorRollover(zone(), {digest('A'), digest('B')});
  EXPECT_EQ(anchors(), "AB");
  see("A");
  EXPECT_THAT(states(), ElementsAre("A valid"));
  EXPECT_EQ(anchors(), "AB") << "B is not yet published";
  see("AB");
  EXPECT_THAT(states(), ElementsAre("A valid", "B valid")) << "the operator has vouched for it";
}

TEST_F(AnchorRolloverTest, ANewKeyIsTrustedAfterThirtyDays) {
  see("A");
  EXPECT_THAT(see("AB"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('B'))->tag, {}, add_pend}));
  for (int days = 1; days < 30; ++days) {
    pass(day);
    EXPECT_THAT(see("AB"), IsEmpty());
    EXPECT_EQ(anchors(), "A");
  }
  pass(day - 1);
  EXPECT_THAT(see("AB"), IsEmpty());
  pass(1);
  EXPECT_THAT(see("AB"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('B'))->tag, add_pend, valid}));
  EXPECT_EQ(anchors(), "AB");
}

TEST_F(AnchorRolloverTest, TheHoldDownIsNotShorterThanTheTtl) {
  see("AB", 40 * day);
  pass(39 * day);
  see("AB");
  EXPECT_EQ(anchors(), "A");
  pass(day);
  see("AB");
  EXPECT_EQ(anchors(), "AB");
}

TEST_F(AnchorRolloverTest, TheHoldDownAloneMakesNoAnchor) {
  see("AB");
  pass(60 * day);
  EXPECT_EQ(anchors(), "A") << "it has to be seen again";
  see("A");
  EXPECT_THAT(states(), ElementsAre("A valid"));
}

TEST_F(AnchorRolloverTest, ANewKeyThatGoesAwayBeginsAnew) {
  see("AB");
  pass(29 * day);
  EXPECT_THAT(see("A"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('B'))->tag, add_pend, {}}));
  see("AB");
  pass(29 * day);
  see("AB");
  EXPECT_EQ(anchors(), "A");
  pass(day);
  see("AB");
  EXPECT_EQ(anchors(), "AB");
}

TEST_F(AnchorRolloverTest, ANewKeyThatIsRevokedBeginsAnew) {
  see("AB");
  see("AB!");
  EXPECT_THAT(states(), ElementsAre("A valid"));
}

TEST_F(AnchorRolloverTest, WhatIsNotValidatedMakesNoKeyNewOrMissing) {
  see("AB");
  pass(30 * day);
  const auto before = followed.to_text();
  EXPECT_THAT(followed.observe({.validated = false, .keys = {key('B'), key('C')}, .most_ttl = 1}, now),
              IsEmpty());
  EXPECT_EQ(followed.to_text(), before);
}

TEST_F(AnchorRolloverTest, AMissingKeyIsStillTrusted) {
  followed = AnchorRollover(zone(), {anchor('A'), anchor('B')});
  see("AB");
  EXPECT_THAT(see("A"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('B'))->tag, valid, missing}));
  pass(365 * day);
  see("A");
  EXPECT_THAT(states(), ElementsAre("A valid", "B missing"));
  EXPECT_EQ(anchors(), "AB");
  EXPECT_THAT(see("AB"), ElementsAre(AnchorRollover::Change{Dnskey::read(key('B'))->tag, missing, valid}));
}

TEST_F(AnchorRolloverTest, ARevokedKeyIsNeverTrustedAgain) {
  followed = AnchorRollover(zone(), {digest('A'), digest('B')});
  see("AB");
  EXPECT_THAT(see("A!B"),
              ElementsAre(AnchorRollover::Change{Dnskey::read(key('A'))->tag, valid, KeyState::revoked}));
  EXPECT_EQ(anchors(), "B");
  see("AB");
  EXPECT_EQ(anchors(), "B") << "without its bit";
  pass(365 * day);
  see("AB");
  restart({digest('A'), digest('B')});
  see("AB");
  EXPECT_EQ(anchors(), "B") << "nor because the configuration still names it";
}

TEST_F(AnchorRolloverTest, ARevokedKeyIsRemovedThirtyDaysAfterItWasLastSeen) {
  followed = AnchorRollover(zone(), {anchor('A'), anchor('B')});
  see("AB");
  see("A!B");
  pass(20 * day);
  see("A!B");
  pass(29 * day);
  see("B");
  EXPECT_THAT(states(), ElementsAre("A revoked", "B valid"));
  pass(day);
  see("B");
  EXPECT_THAT(states(), ElementsAre("A removed", "B valid"));
  see("AB");
  EXPECT_EQ(anchors(), "B");
}

TEST_F(AnchorRolloverTest, ALearnedKeyThatIsRemovedMayBecomeNewAgain) {
  see("AB");
  pass(30 * day);
  see("AB");
  see("AB!");
  EXPECT_EQ(anchors(), "A");
  pass(30 * day);
  see("A");
  EXPECT_THAT(states(), ElementsAre("A valid"));
  see("AB");
  EXPECT_THAT(states(), ElementsAre("A valid", "B pending"));
}

TEST_F(AnchorRolloverTest, AMissingKeyCanBeRevoked) {
  followed = AnchorRollover(zone(), {anchor('A'), anchor('B')});
  see("AB");
  see("B");
  see("A!B");
  EXPECT_THAT(states(), ElementsAre("A revoked", "B valid"));
}

TEST_F(AnchorRolloverTest, RevocationNeedsNoOtherAnchor) {
  see("A");
  EXPECT_THAT(followed.observe({.keys = {revoked('A')}, .revoked = {revoked('A')}}, now), SizeIs(1));
  EXPECT_EQ(anchors(), "") << "as if the trust point had never been configured (RFC 5011 section 5)";
}

TEST_F(AnchorRolloverTest, TheBitAloneRevokesNothing) {
  followed = AnchorRollover(zone(), {anchor('A'), anchor('B')});
  see("AB");
  followed.observe({.validated = true, .keys = {revoked('A'), key('B')}, .most_ttl = day}, now);
  EXPECT_THAT(states(), ElementsAre("A missing", "B valid"));
}

TEST_F(AnchorRolloverTest, AnAnchorThatWasRevokedBeforeItWasEverSeenIsNone) {
  followed = AnchorRollover(zone(), {digest('A'), digest('B')});
  see("A!B");
  EXPECT_EQ(anchors(), "B");
}

TEST_F(AnchorRolloverTest, OnlyAnchorsCanBeRevoked) {
  see("A");
  EXPECT_TRUE(followed.is_anchor(key('A')));
  EXPECT_TRUE(followed.is_anchor(revoked('A')));
  EXPECT_FALSE(followed.is_anchor(key('C')));
  EXPECT_FALSE(followed.is_anchor({}));
  followed.observe({.keys = {revoked('C')}, .revoked = {revoked('C')}}, now);
  EXPECT_THAT(states(), ElementsAre("A valid"));
}

TEST_F(AnchorRolloverTest, OnlyKeysOfThatKindBecomeAnchors) {
  ObservedKeys observed{.validated = true, .keys = {key('A')}, .most_ttl = day};
  auto wrong_protocol = key('D');
  wrong_protocol[2] = 1;
  for (const Rdata& other : {key('B', 256), key('C', 1), wrong_protocol, revoked('E'), Rdata{1, 1, 3}})
    observed.keys.push_back(other);
  followed.observe(observed, now);
  EXPECT_THAT(states(), ElementsAre("A valid"));
}

TEST_F(AnchorRolloverTest, AZoneCannotFillTheMemory) {
  ObservedKeys observed{.validated = true, .most_ttl = day};
  for (int letter = 1; letter < 200; ++letter) observed.keys.push_back(key(static_cast<char>(letter)));
  followed.observe(observed, now);
  EXPECT_LE(followed.keys().size(), AnchorRollover::most_keys + 1);
  EXPECT_EQ(anchors(), "A");
}

TEST_F(AnchorRolloverTest, RefreshesAtHalfOfTheTtlWithinLimits) {
  const std::pair<std::uint32_t, std::int64_t> cases[] = {
      {2 * day, day},          {60, hour}, {0, hour}, {40 * day, 15 * day}, {UINT32_MAX, 15 * day},
      {2 * hour + 2, hour + 1}};
  for (const auto& [ttl, interval] : cases) {
    see("A", ttl);
    EXPECT_EQ(followed.next_refresh(), now + interval) << ttl;
    EXPECT_FALSE(followed.refresh_due(now + interval - 1));
    EXPECT_TRUE(followed.refresh_due(now + interval));
  }
}

TEST_F(AnchorRolloverTest, TriesAgainAfterATenthOfTheTtlWithinLimits) {
  followed.refresh_failed(now);
  EXPECT_EQ(followed.next_refresh(), now + hour);
  const std::pair<std::uint32_t, std::int64_t> cases[] = {{2 * day, day / 5}, {60, hour}, {40 * day, day}};
  for (const auto& [ttl, interval] : cases) {
    see("A", ttl);
    followed.refresh_failed(now);
    EXPECT_EQ(followed.next_refresh(), now + interval) << ttl;
  }
}

TEST_F(AnchorRolloverTest, TimesOfAClockThatWasWrongAreNotWaitedFor) {
  now = start + 10 * 365 * day;
  see("AB");
  now = start;
  EXPECT_TRUE(followed.refresh_due(now));
  see("AB");
  pass(30 * day);
  see("AB");
  EXPECT_EQ(anchors(), "AB");
}

TEST_F(AnchorRolloverTest, ARestartInTheMiddleChangesNothing) {
  see("AB");
  pass(10 * day);
  see("AB", 2 * day);
  const auto due = followed.next_refresh();
  restart();
  EXPECT_EQ(followed.next_refresh(), due);
  pass(20 * day);
  see("AB");
  EXPECT_EQ(anchors(), "AB");
  see("A!B");
  restart();
  EXPECT_THAT(states(), ElementsAre("A revoked", "B valid"));
  EXPECT_EQ(anchors(), "B");
  pass(30 * day);
  see("B");
  restart();
  EXPECT_EQ(anchors(), "B") << "A is configured, but has been removed";
}

TEST_F(AnchorRolloverTest, WhatIsNoLongerConfiguredIsForgotten) {
  followed = AnchorRollover(zone(), {anchor('A'), anchor('B')});
  see("ABC");
  pass(30 * day);
  see("ABC");
  EXPECT_EQ(anchors(), "ABC");
  restart({anchor('B')});
  EXPECT_EQ(anchors(), "BC");
  restart({anchor('D')});
  EXPECT_EQ(anchors(), "D") << "C was learned through B";
  EXPECT_TRUE(followed.refresh_due(now));
}

TEST_F(AnchorRolloverTest, APendingKeyThatIsConfiguredIsTrusted) {
  see("AB");
  restart({anchor('A'), digest('B')});
  EXPECT_EQ(anchors(), "AB");
  restart({digest('B')});
  EXPECT_EQ(anchors(), "B");
}

TEST_F(AnchorRolloverTest, DamagedTextIsRefused) {
  see("AB");
  const auto good = followed.to_text();
  const auto restored = [](std::string_view text) {
    return AnchorRollover::restored(zone(), {anchor('A')}, text);
  };
  ASSERT_TRUE(restored(good));
  EXPECT_EQ(restored(good)->to_text(), good);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    EXPECT_FALSE(restored(text)) << i;
    EXPECT_FALSE(restored(good.substr(0, i))) << i;
  }
  EXPECT_FALSE(restored(good + "\n"));
  EXPECT_FALSE(restored(good + good));
}

TEST_F(AnchorRolloverTest, TextOfAnotherZoneIsRefused) {
  see("A");
  const auto other = AnchorRollover::restored(dns::Name(), {}, followed.to_text());
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error(), "it is damaged: it holds something that is no key of .");
}

TEST_F(AnchorRolloverTest, TellsItsChanges) {
  const auto tag = std::to_string(Dnskey::read(key('B'))->tag);
  see("A");
  EXPECT_EQ(see("AB").at(0).to_text(), "key " + tag + " was unknown, and is pending");
  pass(30 * day);
  EXPECT_EQ(see("AB").at(0).to_text(), "key " + tag + " was pending, and is valid");
}

}  // namespace
}  // namespace tributary::dnssec
