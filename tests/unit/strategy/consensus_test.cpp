// Groups in which several operators must agree.

#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using testing::Lines;

class ConsensusTest : public GroupTest {
 protected:
  std::unique_ptr<Group> consenting(std::size_t width = 3, std::size_t quorum = 2) {
    config.strategy = policy::StrategyKind::consensus;
    config.width = width;
    config.quorum = quorum;
    return make_group();
  }
};

TEST_F(ConsensusTest, TheFirstTwoThatAgreeWin) {
  auto& liar = add(right(1ms, "198.51.100.66"), "one");
  add(right(10ms, "192.0.2.1"), "two");
  add(right(20ms, "192.0.2.2"), "three");
  const auto ended = ask(*consenting());
  EXPECT_EQ(answer_in(ended), Lines{"www.example. 300 IN A 192.0.2.1"});
  EXPECT_EQ(ended.after, 20ms);
  EXPECT_EQ(liar.health.counters().disagreements, 1u);
}

TEST_F(ConsensusTest, OneLiarNeverWins) {
  add(right(1ms, "198.51.100.66"), "one");
  add(denies(1ms), "two");
  add(silent(), "three");
  const auto ended = ask(*consenting());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error,
            (dns::ExtendedErrorOption{dns::ExtendedError::other, "no 2 operators agree"}));
  EXPECT_EQ(ended.after, attempt_timeout);
}

TEST_F(ConsensusTest, TwoUpstreamsOfOneOperatorAreNoQuorum) {
  add(right(1ms), "one");
  add(right(1ms), "one");
  add(fails(1ms), "two");
  EXPECT_FALSE(ask(*consenting()).result);
}

TEST_F(ConsensusTest, WhoContradictsMakesTheNextBeAskedAtOnce) {
  config.uniform = true;
  add(right(10ms, "198.51.100.66"), "one");
  add(right(10ms, "203.0.113.1"), "two");
  add(right(10ms, "203.0.113.2"), "three");
  auto group = consenting(2);
  int early = 0;
  for (int i = 0; i < 20; ++i) {
    const auto ended = ask(*group);
    EXPECT_NE(answer_in(ended), Lines{"www.example. 300 IN A 198.51.100.66"});
    EXPECT_LE(ended.after, 20ms);
    if (ended.after == 20ms) ++early;
  }
  EXPECT_GT(early, 0);
}

TEST_F(ConsensusTest, AgreementOnADenialNeedsNoHold) {
  config.uniform = false;
  add(denies(1ms), "one");
  add(denies(2ms), "two");
  add(silent(), "three");
  EXPECT_EQ(ask(*consenting()).after, 2ms);
}

TEST_F(ConsensusTest, SilenceIsToldAsSuch) {
  for (const char* name : {"one", "two", "three"}) add(silent(), name);
  const auto ended = ask(*consenting());
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::no_reachable_authority);
}

TEST_F(ConsensusTest, AnOpenUpstreamIsAskedWhenAQuorumNeedsIt) {
  add(right(1ms), "one");
  auto& open = add(right(1ms), "two");
  open_breaker(open);
  EXPECT_TRUE(ask(*consenting(2)).result);
  EXPECT_EQ(*open.asked, 1u);
}

}  // namespace
}  // namespace tributary::resolver
