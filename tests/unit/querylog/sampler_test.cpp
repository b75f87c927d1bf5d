#include "resolver/querylog/sampler.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/scripted_random.hpp"

namespace tributary::resolver {
namespace {

/// The numbers of those that are taken of the first `count`.
std::vector<int> taken(Sampler sampler, Random& random, int count) {
  std::vector<int> out;
  for (int i = 0; i < count; ++i)
    if (sampler.takes(random)) out.push_back(i);
  return out;
}

/// Marsaglia's xorshift: the same numbers each time.
class Xorshift final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 7;
      state_ ^= state_ << 17;
      octet = static_cast<std::uint8_t>(state_ >> 32);
    }
  }

 private:
  std::uint64_t state_ = 88172645463325252;
};

TEST(Sampler, TakesAllWithoutAskingForChance) {
  ScriptedRandom random{0};
  EXPECT_EQ(taken(Sampler(1), random, 4), (std::vector{0, 1, 2, 3}));
}

TEST(Sampler, TakesTheFirstWhereChanceSays) {
  Xorshift random;
  std::vector<int> firsts(10);
  for (int round = 0; round < 1000; ++round)
    ++firsts[static_cast<std::size_t>(taken(Sampler(10), random, 10).at(0))];
  for (const int count : firsts) EXPECT_NEAR(count, 100, 40);
}

TEST(Sampler, TakesOneOfSoManyInTheLongRun) {
  Xorshift random;
  EXPECT_NEAR(static_cast<double>(taken(Sampler(100), random, 1'000'000).size()), 10'000, 200);
  EXPECT_NEAR(static_cast<double>(taken(Sampler(2), random, 1'000'000).size()), 500'000, 2000);
}

TEST(Sampler, FollowsNoRhythm) {
  Xorshift random;
  int even = 0;
  const auto numbers = taken(Sampler(10), random, 100'000);
  for (const int number : numbers) even += number % 2 == 0 ? 1 : 0;
  EXPECT_NEAR(even, static_cast<double>(numbers.size()) / 2, 300);
}

}  // namespace
}  // namespace tributary::resolver
