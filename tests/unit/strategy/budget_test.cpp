#include "resolver/strategy/budget.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

const Instant began = Instant(1h);

int affordable(Budget& budget, Instant now) {
  int hedges = 0;
  while (budget.pay(now)) ++hedges;
  return hedges;
}

void answer(Budget& budget, int queries) {
  for (int i = 0; i < queries; ++i) budget.answered();
}

TEST(Budget, TenHedgesASecondAreFree) {
  Budget budget;
  EXPECT_EQ(affordable(budget, began), 10);
  EXPECT_EQ(affordable(budget, began + 99ms), 0);
  EXPECT_EQ(affordable(budget, began + 100ms), 1);
  EXPECT_EQ(affordable(budget, began + 1s), 9);
  EXPECT_EQ(affordable(budget, began + 1h), 10) << "they are not saved";
}

TEST(Budget, TenAnswersPayForAHedge) {
  Budget budget;
  affordable(budget, began);
  answer(budget, 9);
  EXPECT_FALSE(budget.pay(began));
  answer(budget, 1);
  EXPECT_TRUE(budget.pay(began));
  EXPECT_FALSE(budget.pay(began));
}

TEST(Budget, AtMostAHundredHedgesAreSaved) {
  Budget budget;
  answer(budget, 100'000);
  EXPECT_EQ(affordable(budget, began), 100);
}

TEST(Budget, TheFreeOnesAreAFloorAndNoAddition) {
  Budget budget;
  int paid = affordable(budget, began);
  // 300 answers a second pay for 30 hedges a second.
  for (int ms = 0; ms < 10'000; ms += 10) {
    answer(budget, 3);
    paid += affordable(budget, began + std::chrono::milliseconds(ms));
  }
  EXPECT_NEAR(paid, 10 + 300, 2);
}

TEST(Budget, WhoLacksATokenIsToldWhenThereIsOne) {
  Budget budget;
  EXPECT_EQ(budget.affordable_at(began), began);
  affordable(budget, began);
  EXPECT_EQ(budget.affordable_at(began), began + 100ms);
  EXPECT_EQ(budget.affordable_at(began + 70ms), began + 100ms);
  EXPECT_EQ(budget.affordable_at(began + 200ms), began + 200ms);
  answer(budget, 10);
  EXPECT_EQ(budget.affordable_at(began), began);
}

TEST(Budget, WhatItPromisesItKeeps) {
  Budget budget;
  affordable(budget, began);
  Instant now = began;
  for (int i = 0; i < 100; ++i) {
    now = budget.affordable_at(now);
    ASSERT_TRUE(budget.pay(now)) << i;
  }
  EXPECT_EQ(now, began + 10s);
}

}  // namespace
}  // namespace tributary::resolver
