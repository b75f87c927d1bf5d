#include "resolver/daemon/snapshot.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/daemon/two_routes.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class SnapshotTest : public testing::Test {
 protected:
  SnapshotPtr build(const policy::Config& next) {
    auto material = load_material(next).value();
    if (running) share_unchanged(material, running->material);
    return builder.build(next, std::move(material), running.get());
  }
  void run(const policy::Config& first) { running = build(first); }

  LocalLink link;
  dnssec::SharedClockState clock;
  SnapshotBuilder builder{link, clock};
  SnapshotPtr running;  // the first follows upon nothing
  policy::Config config = two_routes();
};

TEST_F(SnapshotTest, ItsGroupsAndUpstreamsHaveNumbersOfTheirOwn) {
  run(config);
  EXPECT_NE(running->groups[0].number, running->groups[1].number);
  EXPECT_NE(running->upstreams[0].serial, running->upstreams[1].serial);
  EXPECT_NE(running->upstreams[0].health->place(), running->upstreams[1].health->place());
}

TEST_F(SnapshotTest, TheSameConfigurationSharesEverything) {
  run(config);
  const auto next = build(config);
  EXPECT_EQ(next->trust, running->trust);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(next->upstreams[i].health, running->upstreams[i].health);
    EXPECT_EQ(next->upstreams[i].serial, running->upstreams[i].serial);
    EXPECT_EQ(next->groups[i].number, running->groups[i].number);
    EXPECT_EQ(next->groups[i].degradation, running->groups[i].degradation);
  }
}

TEST_F(SnapshotTest, ThePlaceInTheFileDoesNotMatter) {
  run(config);
  std::ranges::reverse(config.groups);
  std::ranges::reverse(config.upstreams);
  const auto next = build(config);
  EXPECT_EQ(next->groups[0].number, running->groups[1].number);
  EXPECT_EQ(next->upstreams[0].health, running->upstreams[1].health);
}

TEST_F(SnapshotTest, AChangedUpstreamBeginsAnewAndSoDoItsGroups) {
  run(config);
  config.upstreams[1].address->port = 5399;
  const auto next = build(config);
  EXPECT_EQ(next->groups[0].number, running->groups[0].number);
  EXPECT_NE(next->groups[1].number, running->groups[1].number);
  EXPECT_NE(next->groups[1].number, running->groups[0].number);
  EXPECT_NE(next->upstreams[1].health, running->upstreams[1].health);
}

TEST_F(SnapshotTest, WhatComesBackHasAnotherNumberThanBefore) {
  run(config);
  const auto first = running;
  config.upstreams[1].address->port = 5399;
  running = build(config);
  const auto back = build(two_routes());
  EXPECT_NE(back->groups[1].number, first->groups[1].number);
}

TEST_F(SnapshotTest, WeightAndStrategyAreNoReasonToForget) {
  run(config);
  config.upstreams[0].weight = 7;
  config.groups[0].strategy = policy::StrategyKind::race;
  const auto next = build(config);
  EXPECT_EQ(next->upstreams[0].health, running->upstreams[0].health);
  EXPECT_EQ(next->groups[0].number, running->groups[0].number);
}

TEST_F(SnapshotTest, AQuorumIs) {
  run(config);
  config.groups[0].strategy = policy::StrategyKind::consensus;
  EXPECT_NE(build(config)->groups[0].number, running->groups[0].number);
}

TEST_F(SnapshotTest, OtherRoutesKeepWhatTheirGroupsTold) {
  run(config);
  config.routes[1].group = "world";
  const auto next = build(config);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(next->groups[i].number, running->groups[i].number);
}

TEST_F(SnapshotTest, OtherTrustForgetsAll) {
  run(config);
  config.routes[1].validate = false;
  const auto next = build(config);
  EXPECT_NE(next->trust, running->trust);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NE(next->groups[i].number, running->groups[i].number);
  EXPECT_EQ(next->upstreams[0].health, running->upstreams[0].health);
}

TEST_F(SnapshotTest, PlacesOfUpstreamsThatAreGoneAreUsedAgain) {
  run(config);
  for (int i = 0; i < 260; ++i) {
    config.upstreams[0].address->port = static_cast<std::uint16_t>(6000 + i);
    running = build(config);
    ASSERT_NE(running->upstreams[0].health->place(), cache::UpstreamPlace::none);
    ASSERT_NE(running->upstreams[0].health->place(), running->upstreams[1].health->place());
  }
}

}  // namespace
}  // namespace tributary::resolver
