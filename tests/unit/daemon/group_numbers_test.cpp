#include "resolver/daemon/group_numbers.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

TEST(GroupNumbersTest, GivesOutEachOnce) {
  GroupNumbers numbers;
  std::set<std::uint16_t> given;
  for (int i = 0; i < 65'535; ++i) ASSERT_TRUE(given.insert(numbers.next({})).second);
  EXPECT_FALSE(numbers.began_anew());
}

TEST(GroupNumbersTest, SaysThatAllWereGivenOutOnce) {
  GroupNumbers numbers;
  for (int i = 0; i < 65'536; ++i) numbers.next({});
  EXPECT_TRUE(numbers.began_anew());
  EXPECT_FALSE(numbers.began_anew());
}

TEST(GroupNumbersTest, LeavesOutThoseThatAreTaken) {
  GroupNumbers numbers;
  EXPECT_EQ(numbers.next({0, 1, 3}), 2);
  EXPECT_EQ(numbers.next({0, 1, 3}), 4);
}

}  // namespace
}  // namespace tributary::resolver
