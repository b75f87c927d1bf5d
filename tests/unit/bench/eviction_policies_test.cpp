#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "bench/eviction/policies.hpp"

namespace tributary::eviction {
namespace {

constexpr std::size_t letters = 'Z' + 1;

/// One character a request: 'h' for a hit, '.' for a miss.
template <class Policy>
std::string hits(Policy policy, std::string_view requests) {
  std::string result;
  for (const char key : requests) result += policy.request(static_cast<Key>(key)) ? 'h' : '.';
  return result;
}

TEST(Lru, EvictsTheLeastRecentlyUsed) {
  EXPECT_EQ(hits(Lru(3, letters), "ABCADBAC"), "...h..h.");
}

TEST(Sieve, LeavesAHitWhereItIsAndGoesOnToNewerOnes) {
  EXPECT_EQ(hits(Sieve(3, letters), "ABCADEFAD"), "...h...h.");
}

TEST(Sieve, StartsAgainAtTheOldest) {
  EXPECT_EQ(hits(Sieve(2, letters), "ABABCBACB"), "..hh.h...");
}

// Four places: one in the small queue, three in the main queue; three ghosts.

TEST(S3Fifo, PromotesAfterAsManyHitsAsItWasTold) {
  EXPECT_EQ(hits(S3Fifo(4, letters, 1), "ABCDAEA"), "....h.h");
  EXPECT_EQ(hits(S3Fifo(4, letters, 2), "ABCDAEA"), "....h..");
  EXPECT_EQ(hits(S3Fifo(4, letters, 2), "ABCDAAEA"), "....hh.h");
}

TEST(S3Fifo, KeepsAGhostThatReturnsThroughAScan) {
  EXPECT_EQ(hits(S3Fifo(4, letters, 2), "ABCDAEAFGHIA"), "....h......h");
}

TEST(S3Fifo, ForgetsAGhostAfterAsManyOthersAsTheMainQueueHolds) {
  EXPECT_EQ(hits(S3Fifo(4, letters, 2), "ABCDAEAFGHIACJKLC"), "....h......h.....");
}

TEST(S3Fifo, LetsEntriesOfTheMainQueueGoRoundForTheirHits) {
  EXPECT_EQ(hits(S3Fifo(4, letters, 1), "ABCDABCDEABAFCBD"), "....hhhh..hh..hh");
  EXPECT_EQ(hits(S3Fifo(4, letters, 1), "ABCDABCDEBBEFFGGHB"), "....hhhh.hhh.h.h.h");
}

}  // namespace
}  // namespace tributary::eviction
