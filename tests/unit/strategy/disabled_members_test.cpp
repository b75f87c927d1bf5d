#include "tests/unit/strategy/group_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class DisabledMembers : public GroupTest {};

TEST_F(DisabledMembers, AreNotAskedByAnyStrategy) {
  using enum policy::StrategyKind;
  auto& disabled = add(right(1ms, "192.0.2.1"), "a");
  add(right(5ms, "192.0.2.2"), "b");
  disabled.health.disable();
  for (const auto strategy : {hedge, race, rotate, failover, fastest}) {
    config.strategy = strategy;
    const auto group = make_group();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask(*group).result);
  }
  EXPECT_EQ(*disabled.asked, 0u);
}

TEST_F(DisabledMembers, AreNotEvenLastResorts) {
  auto& disabled = add(right(1ms));
  add(fails(1ms));
  disabled.health.disable();
  const auto group = rotating();
  EXPECT_FALSE(ask(*group).result);
  EXPECT_EQ(*disabled.asked, 0u);
}

TEST_F(DisabledMembers, AreNotAskedOfSuspiciousNames) {
  auto& disabled = add(over(Channel::authenticated, right(1ms)));
  auto& plain = add(right(1ms));
  disabled.health.disable();
  for (int i = 0; i < 20; ++i)
    injected.note({*dns::Name::parse(asked_name), dns::Type::A, dns::Class::IN}, clock.now());
  const auto group = rotating();
  EXPECT_TRUE(ask(*group).result);
  EXPECT_EQ(*disabled.asked, 0u);
  EXPECT_GE(*plain.asked, 1u);
}

TEST_F(DisabledMembers, WhenAllAreNobodyIsAskedAndThatIsNoSilence) {
  add(right(1ms)).health.disable();
  add(right(1ms)).health.disable();
  const auto group = rotating();
  const auto ended = ask(*group);
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().error.code, dns::ExtendedError::network_error);
  EXPECT_EQ(ended.result.error().error.text, "all upstreams of group test are disabled");
  EXPECT_FALSE(ended.result.error().silence);
  EXPECT_EQ(ended.after, 0ms);
}

}  // namespace
}  // namespace tributary::resolver
