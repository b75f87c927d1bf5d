#include "resolver/listener/client_share.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tributary::resolver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant start{seconds(1000)};

class ClientShareTest : public testing::Test {
 protected:
  void enter(std::size_t queries, Instant at) {
    for (std::size_t i = 0; i < queries; ++i) share.enter(at);
  }
  /// So many replies to queries that came at `received`, all given their slots at `now`: how many leave when.
  std::map<Instant, std::size_t> departures(std::size_t replies, Instant received, Instant now) {
    std::map<Instant, std::size_t> out;
    for (std::size_t i = 0; i < replies; ++i) ++out[ClientShare::begin_of(share.take_slot(received, now))];
    return out;
  }

  ClientShare share;
};

TEST_F(ClientShareTest, IsCrowdedFromTheFiftyFirstQueryUntilNoneWaits) {
  enter(50, start);
  EXPECT_FALSE(share.crowded());
  enter(1, start);
  EXPECT_TRUE(share.crowded());
  for (int i = 0; i < 50; ++i) share.leave();
  EXPECT_TRUE(share.crowded());
  share.leave();
  EXPECT_FALSE(share.crowded());
}

TEST_F(ClientShareTest, RepliesThatWereHeldLeaveOneAfterTheOther) {
  enter(1000, start);
  const Instant released = start + seconds(1);
  const auto leaving = departures(1000, start, released);
  EXPECT_EQ(leaving.begin()->first, released);
  EXPECT_EQ(leaving.rbegin()->first, released + milliseconds(5) * 83);
  for (const auto& [slot, count] : leaving) EXPECT_LE(count, 12U) << slot.time_since_epoch().count();
}

TEST_F(ClientShareTest, TenMillisecondsSeeFiftyRepliesAtMostWhereverTheyBegin) {
  enter(1000, start);
  const auto leaving = departures(1000, start, start + seconds(1) + milliseconds(3));
  for (auto first = leaving.begin(); first != leaving.end(); ++first) {
    std::size_t sum = 0;
    for (auto slot = first; slot != leaving.end() && slot->first <= first->first + milliseconds(10); ++slot)
      sum += slot->second;
    EXPECT_LE(sum, 50U - 14U);  // What waited for less than 20 ms leaves room.
  }
}

TEST_F(ClientShareTest, WhatWasNotHeldNeedNotWait) {
  enter(1000, start);
  const auto leaving = departures(1000, start, start + milliseconds(19));
  EXPECT_EQ(leaving.size(), 1U);
  EXPECT_EQ(leaving.begin()->first, start + milliseconds(15));  // The slot that has begun.
}

TEST_F(ClientShareTest, WhoAsksForMuchGetsTwiceAsMuch) {
  for (int i = 0; i < 200; ++i) enter(100, start + milliseconds(5) * i);  // 20,000 in a second
  const Instant now = start + milliseconds(1020);
  const auto leaving = departures(1000, start + milliseconds(990), now);
  EXPECT_EQ(leaving.begin()->second, 200U);
  EXPECT_EQ(leaving.size(), 5U);
}

TEST_F(ClientShareTest, WhatItAskedForSecondsAgoDoesNotCount) {
  for (int i = 0; i < 200; ++i) enter(100, start + milliseconds(5) * i);
  const auto leaving = departures(24, start, start + seconds(3));
  EXPECT_EQ(leaving.size(), 2U);
}

TEST_F(ClientShareTest, LaterRepliesQueueUpBehindEarlierOnes) {
  enter(100, start);
  departures(50, start, start + seconds(1));
  const auto leaving = departures(12, start, start + seconds(1) + milliseconds(1));
  EXPECT_GE(leaving.begin()->first, start + seconds(1) + milliseconds(20));
}

}  // namespace
}  // namespace tributary::resolver
