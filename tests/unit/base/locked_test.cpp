#include "base/locked.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tributary {
namespace {

TEST(LockedThreads, LoseNoIncrement) {
  constexpr int threads = 4, increments = 10'000;
  Locked<int> counter;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&counter] {
        for (int j = 0; j < increments; ++j) {
          counter.with([](int& value) { ++value; });
        }
      });
    }
  }
  EXPECT_EQ(counter.with([](const int& value) { return value; }), threads * increments);
}

}  // namespace
}  // namespace tributary
