#include "cache/segments.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tributary::cache {
namespace {

class SegmentsTest : public ::testing::Test {
 protected:
  std::span<std::byte> octets(Segments::Number segment) {
    return {place_of(segments.memory(), segments.position(segment, 0)), segments.size()};
  }

  Region region{4 * 4096};
  Segments segments{region.bytes(), 4096};
};

TEST_F(SegmentsTest, CountsWhatIsInUse) {
  EXPECT_EQ(segments.bytes_in_use(), 0u);
  const auto first = segments.take(), second = segments.take();
  EXPECT_NE(first, second);
  EXPECT_EQ(segments.bytes_in_use(), 8192u);
  segments.give_back(first);
  EXPECT_EQ(segments.bytes_in_use(), 4096u);
  EXPECT_EQ(segments.take(), first);
}

TEST_F(SegmentsTest, ASegmentIsAlwaysZeroAtFirst) {
  const auto segment = segments.take();
  std::ranges::fill(octets(segment), std::byte{1});
  segments.give_back(segment);
  ASSERT_EQ(segments.take(), segment);
  EXPECT_TRUE(std::ranges::all_of(octets(segment), [](std::byte octet) { return octet == std::byte{0}; }));
}

TEST_F(SegmentsTest, ALogIsFilledAndEmptiedInOrder) {
  Log log;
  EXPECT_FALSE(log.has_room(8, segments));
  const auto first = segments.take(), second = segments.take();
  log.open(first);
  EXPECT_EQ(log.append(4088, segments), segments.position(first, 0));
  EXPECT_FALSE(log.has_room(16, segments));
  EXPECT_EQ(log.append(8, segments), segments.position(first, 4088));
  log.open(second);
  EXPECT_EQ(log.length(), 2u);
  EXPECT_EQ(log.take_oldest(), first);
  EXPECT_EQ(log.append(8, segments), segments.position(second, 0));
}

}  // namespace
}  // namespace tributary::cache
