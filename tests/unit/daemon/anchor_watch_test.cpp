#include "resolver/daemon/anchor_watch.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "dns/message_builder.hpp"
#include "tests/support/dnssec/signing.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using test::TestKey;

constexpr std::int64_t today = 1'800'000'000, day = 86'400;

class AnchorWatchTest : public ::testing::Test {
 protected:
  AnchorWatchTest() { use_clock(dnssec::ClockState::synced); }

  void use_clock(dnssec::ClockState state) {
    const auto offset = std::chrono::seconds(today) - started.time_since_epoch();
    wall_clock.publish({state, state != dnssec::ClockState::bad, 1, offset});
  }
  void pass(Duration time) {
    clock.advance(time);
    timers.expire_due();
  }
  /// Hands over the answer to what was asked last: the keys, which `old_key` signs for the next ten weeks.
  void answer_with(std::initializer_list<TestKey> keys, cache::Security security = cache::Security::secure) {
    auto set = test::dnskey_set(zone, keys);
    test::sign(set, old_key,
               {.signer = zone,
                .inception = static_cast<std::uint32_t>(today - day),
                .expiration = static_cast<std::uint32_t>(today + 70 * day)});
    dns::Header header;
    header.response = true;
    dns::MessageBuilder builder(header);
    const Query asked{{zone, dns::Type::DNSKEY, dns::Class::IN}};
    builder.question(asked.question);
    for (const auto& record : test::records_of(set))
      EXPECT_TRUE(builder.record(dns::Section::answer, record));
    const auto judged = judge.judge(asked, {.message = builder.take()}, clock.now());
    asked_for.back().second(Judge::seal(*judged.answer, security, {}, clock.now()));
  }
  std::size_t anchors() const { return trust.anchors.get()->at(zone)->size(); }

  const dns::Name zone = dns::Name::parse("example.").value();
  const TestKey old_key{dnssec::Algorithm::ED25519, 1}, new_key{dnssec::Algorithm::ED25519, 2};
  TemporaryFolder folder;
  ManualClock clock;
  const Instant started = clock.now();
  Timers timers{clock};
  dnssec::SharedClockState wall_clock;
  Judge judge{{std::chrono::seconds(day), std::chrono::seconds(day)}};
  const std::vector<dns::Record> configured{{zone, dns::Type::DS, dns::Class::IN, 0, old_key.ds(zone)}};
  Trust trust{dnssec::TrustAnchors({}, {}), {}, {}, wall_clock};
  std::vector<std::pair<dns::Name, std::function<void(cache::AnswerPtr)>>> asked_for;
  AnchorWatch watch{timers,
                    configured,
                    {[this](dns::Name name, std::function<void(cache::AnswerPtr)> done) {
                       asked_for.emplace_back(name, std::move(done));
                     },
                     AnchorStore(folder.path()),
                     {}},
                    trust};
};

TEST_F(AnchorWatchTest, BeginsWithWhatIsConfiguredAndAsksAtOnce) {
  EXPECT_EQ(anchors(), 1u);
  pass(0s);
  ASSERT_EQ(asked_for.size(), 1u);
  EXPECT_EQ(asked_for[0].first, zone);
}

TEST_F(AnchorWatchTest, WaitsWhileTheClockIsBad) {
  use_clock(dnssec::ClockState::bad);
  pass(0s);
  EXPECT_TRUE(asked_for.empty());
  use_clock(dnssec::ClockState::rough);
  pass(AnchorWatch::interval);
  EXPECT_EQ(asked_for.size(), 1u);
}

TEST_F(AnchorWatchTest, KeepsWhatItHears) {
  pass(0s);
  answer_with({old_key});
  EXPECT_TRUE(std::filesystem::exists(AnchorStore(folder.path()).file_of(zone)));
}

/// RFC 5011 §2.4.1: the add hold-down.
TEST_F(AnchorWatchTest, ANewKeyIsAnAnchorAfterThirtyDays) {
  pass(0s);
  answer_with({old_key, new_key});
  EXPECT_EQ(anchors(), 1u);
  pass(31 * 24h);
  answer_with({old_key, new_key});
  EXPECT_EQ(anchors(), 2u);
  EXPECT_TRUE(trust.outdated(clock.now() - 1ns)) << "what was validated by the old anchors alone";
}

TEST_F(AnchorWatchTest, WhatWasNotValidatedTeachesNothing) {
  pass(0s);
  answer_with({old_key, new_key}, cache::Security::insecure);
  pass(31 * 24h);
  answer_with({old_key, new_key});
  EXPECT_EQ(anchors(), 1u);
}

}  // namespace
}  // namespace tributary::resolver
