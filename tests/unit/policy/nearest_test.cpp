#include "policy/nearest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tributary::policy {
namespace {

const std::vector<std::string> keys = {"upstreams", "strategy", "width", "order"};

TEST(Nearest, FindsTheMisspeltWord) {
  EXPECT_EQ(nearest("upstream", keys), "upstreams");
  EXPECT_EQ(nearest("stratgey", keys), "strategy");
  EXPECT_EQ(nearest("with", keys), "width");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("dnssec", keys), std::nullopt);
  EXPECT_EQ(nearest("", keys), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'w'), keys), std::nullopt);
}

TEST(Nearest, PrefersTheNearerOne) {
  EXPECT_EQ(nearest("quad", std::vector<std::string>{"quad99", "quad9"}), "quad9");
}

}  // namespace
}  // namespace tributary::policy
