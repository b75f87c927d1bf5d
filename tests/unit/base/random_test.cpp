#include "base/random.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/scripted_random.hpp"

namespace tributary {
namespace {

struct BelowCase {
  std::uint32_t bound, drawn, result;
};

class RandomBelowTest : public testing::TestWithParam<BelowCase> {};

TEST_P(RandomBelowTest, StaysBelowTheBound) {
  const auto& expected = GetParam();
  ScriptedRandom random{expected.drawn};
  EXPECT_EQ(random.below(expected.bound), expected.result);
}

INSTANTIATE_TEST_SUITE_P(Bounds, RandomBelowTest,
                         testing::Values(BelowCase{1, 0, 0}, BelowCase{1, UINT32_MAX, 0}, BelowCase{2, 7, 1},
                                         BelowCase{10, 0, 0}, BelowCase{10, 9, 9}, BelowCase{10, 10, 0},
                                         BelowCase{65536, UINT32_MAX, 65535},
                                         BelowCase{UINT32_MAX, UINT32_MAX - 1, UINT32_MAX - 1}));

struct RedrawCase {
  std::uint32_t bound, first_refused;
};

class RandomRedrawTest : public testing::TestWithParam<RedrawCase> {};

TEST_P(RandomRedrawTest, DrawsAgainWhereSmallResultsWouldBeFavoured) {
  const auto [bound, first_refused] = GetParam();
  ScriptedRandom refused{first_refused, 0};
  EXPECT_EQ(refused.below(bound), 0u);
  ScriptedRandom last_taken{first_refused - 1, 0};
  EXPECT_EQ(last_taken.below(bound), bound - 1);
}

INSTANTIATE_TEST_SUITE_P(Bounds, RandomRedrawTest,
                         testing::Values(RedrawCase{3, UINT32_MAX}, RedrawCase{10, 4294967290u},
                                         RedrawCase{3000000000u, 3000000000u}));

TEST(Random, UnitIsAtLeastZeroAndLessThanOne) {
  EXPECT_EQ(ScriptedRandom{0}.unit(), 0.0);
  EXPECT_EQ(ScriptedRandom{0x80000000}.unit(), 0.5);
  EXPECT_LT(ScriptedRandom{UINT32_MAX}.unit(), 1.0);
}

TEST(Random, NumbersUseAllTheirBits) {
  EXPECT_EQ(ScriptedRandom{0x12345678}.next_u16(), 0x1234);
  EXPECT_EQ(ScriptedRandom{0x12345678}.next_u32(), 0x12345678u);
}

TEST(SystemRandom, FillsMoreThanOneDrawFromTheKernel) {
  SystemRandom random;
  std::vector<std::uint8_t> octets(4096);
  random.fill(octets);
  for (std::size_t block = 0; block < octets.size(); block += 256) {
    const auto begin = octets.begin() + static_cast<std::ptrdiff_t>(block);
    EXPECT_FALSE(std::all_of(begin, begin + 256, [](auto octet) { return octet == 0; })) << block;
  }
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::vector<std::uint8_t> first(300), second(300);
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace tributary
