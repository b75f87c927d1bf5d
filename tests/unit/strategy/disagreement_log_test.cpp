#include "resolver/strategy/disagreement_log.hpp"

#include <gtest/gtest.h>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

const Instant began = Instant(1h);

class DisagreementLogTest : public ::testing::Test {
 protected:
  std::optional<std::string> contradict(Instant now) {
    Statement right, wrong;
    right.kind = Statement::Kind::data;
    right.data = {{192, 0, 2, 1}};
    wrong.kind = Statement::Kind::nxdomain;
    const std::string winner = "quad", loser = "isp";
    return log.contradiction(testing::query("www.example.").question, {winner, right}, {loser, wrong}, now);
  }

  DisagreementLog log{"public"};
};

TEST_F(DisagreementLogTest, NamesBothAndWhatTheySaid) {
  EXPECT_EQ(contradict(began),
            "group public: www.example. A: isp says NXDOMAIN, but quad, whose answer won, says 192.0.2.1");
  EXPECT_EQ(log.no_quorum(testing::query("www.example.").question, "a says no data", began + 1s),
            "group public: www.example. A: no quorum agreed: a says no data");
}

TEST_F(DisagreementLogTest, WritesOneLineASecondAndCountsTheOthers) {
  EXPECT_TRUE(contradict(began));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(contradict(began + 999ms));
  const auto line = contradict(began + 1s);
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->ends_with(" (3 more such disagreements were not logged)")) << *line;
  EXPECT_TRUE(contradict(began + 2s)->ends_with("192.0.2.1"));
}

TEST_F(DisagreementLogTest, TellsOfOddTtlsRarelyAndWithoutHoldingUpTheRest) {
  const auto odd = [&](Instant now) {
    return log.odd_ttl(testing::query("www.example.").question, "isp", TtlAnomaly::never_falls, now);
  };
  EXPECT_EQ(odd(began), "group public: www.example. A: isp tells a TTL that never falls");
  EXPECT_TRUE(contradict(began));
  EXPECT_FALSE(odd(began + 599s));
  EXPECT_EQ(
      odd(began + 600s),
      "group public: www.example. A: isp tells a TTL that never falls (1 more such TTLs were not logged)");
}

}  // namespace
}  // namespace tributary::resolver
