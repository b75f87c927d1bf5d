#include "cache/host_time.hpp"

#include <gtest/gtest.h>

namespace tributary::cache {
namespace {

using namespace std::chrono_literals;

constexpr WallTime noon = 1'800'000'000s;

HostTime at(Duration boottime, WallTime wall, std::string boot, bool right = false) {
  return {Instant(boottime), wall, right, std::move(boot)};
}

TEST(HostTime, WithinOneBootOnlyTheClockCountsThatNobodyCanSet) {
  const auto then = at(2h, noon, "one");
  for (const WallTime wall : {noon + 1h, noon, noon - 24h, noon + 24h, WallTime(0)})
    EXPECT_EQ(elapsed(then, at(3h, wall, "one")), 1h) << wall.count();
}

TEST(HostTime, AcrossBootsTheWallClockCountsIfItWasAndIsRight) {
  EXPECT_EQ(elapsed(at(2h, noon, "one", true), at(1min, noon + 5min, "two", true)), 5min);
  EXPECT_EQ(elapsed(at(2h, noon, "one", false), at(1min, noon + 5min, "two", true)), std::nullopt);
  EXPECT_EQ(elapsed(at(2h, noon, "one", true), at(1min, noon + 5min, "two", false)), std::nullopt);
}

TEST(HostTime, NothingIsKnownOfTheFuture) {
  EXPECT_EQ(elapsed(at(2h, noon, "one", true), at(1min, noon - 1s, "two", true)), std::nullopt);
  EXPECT_EQ(elapsed(at(2h, noon, "one"), at(1h, noon + 1h, "one")), std::nullopt);
}

TEST(HostTime, WithoutANameABootIsToldByClocksThatHaveMovedAlike) {
  EXPECT_EQ(elapsed(at(2h, noon, ""), at(3h, noon + 1h + 900ms, "")), 1h);
  EXPECT_EQ(elapsed(at(2h, noon, "one"), at(3h, noon + 1h, "")), 1h);
  EXPECT_EQ(elapsed(at(2h, noon, ""), at(3h, noon + 1h + 2s, "")), std::nullopt) << "it was set meanwhile";
  EXPECT_EQ(elapsed(at(2h, noon, ""), at(1min, noon + 5min, "")), std::nullopt) << "another boot";
}

}  // namespace
}  // namespace tributary::cache
