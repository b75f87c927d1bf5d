// TTLs that are odd are counted for the upstream that told them, and blamed for nothing.

#include "resolver/dnssec/effort.hpp"
#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using testing::Lines;
using testing::StubUpstream;

class OddTtlTest : public GroupTest {
 protected:
  const Lines right_answer{"www.example. 300 IN A 192.0.2.1"};
};

/// A cache, which does not set AA, that tells `ttl` whenever it is asked.
StubUpstream::Behaviour tells(std::uint32_t ttl, Duration after) {
  return {after, [ttl](const Query& query) {
            dns::Header header;
            header.response = true;
            const auto record = "www.example. " + std::to_string(ttl) + " IN A 192.0.2.1";
            return testing::reply(query, header, {{record}, {}, {}});
          }};
}

std::uint64_t anomalies(const Health& health, TtlAnomaly kind) {
  return health.counters().ttl_anomalies[static_cast<std::size_t>(kind)];
}

TEST_F(OddTtlTest, ATtlThatRisesIsCountedAndBlamedForNothing) {
  auto& source = add(tells(300, 0ms));
  ask(*rotating());
  clock.advance(10s);
  *source.behaviour = tells(600, 0ms);
  EXPECT_EQ(answer_in(ask(*rotating())), Lines{"www.example. 600 IN A 192.0.2.1"});
  EXPECT_EQ(anomalies(source.health, TtlAnomaly::risen), 1u);
  EXPECT_EQ(anomalies(source.health, TtlAnomaly::never_falls), 0u);
  EXPECT_TRUE(source.health.closed());
  EXPECT_EQ(source.health.last_failure(), Instant{});
}

TEST_F(OddTtlTest, ATtlThatNeverFallsIsCountedForItsUpstreamAlsoWhenItLost) {
  auto& fast = add(right(1ms));
  auto& slow = add(tells(300, 20ms));
  const auto group = racing(2);
  for (int i = 0; i < 4; ++i) {
    ask(*group);
    advance(20ms);
    advance(10s);
  }
  EXPECT_EQ(anomalies(slow.health, TtlAnomaly::never_falls), 1u);
  EXPECT_EQ(anomalies(fast.health, TtlAnomaly::never_falls), 0u) << "it is an authority";
}

/// Finds every answer insecure, with a TTL above the signed one.
class FindsTtlsAboveTheOriginal final : public ReplyValidation {
 public:
  Task<Judgement> validate(Judgement judgement, dnssec::EffortPtr) override {
    judgement.above_original = true;
    const auto& judged = *judgement.answer;
    judgement.answer = Judge::seal(judged, cache::Security::insecure, {}, judged.stored());
    co_return judgement;
  }
};

TEST_F(OddTtlTest, ATtlAboveTheSignedOneIsCountedForWhoReplied) {
  auto& liar = add(right(1ms));
  auto& other = add(right(900ms));
  FindsTtlsAboveTheOriginal validation;
  const auto group = rotating();
  group->validate_with(validation);
  const auto question = testing::query(asked_name);
  const Deadline deadline(clock.now() + query_timeout);
  nursery.start(keep(this, group->ask(question, deadline, dnssec::begin_effort(question.question, deadline))),
                "a query");
  advance(1ms);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(answer_in(*outcome), right_answer);
  EXPECT_EQ(anomalies(liar.health, TtlAnomaly::above_original), 1u);
  EXPECT_EQ(anomalies(other.health, TtlAnomaly::above_original), 0u);
  EXPECT_TRUE(liar.health.closed());
}

}  // namespace
}  // namespace tributary::resolver
