#include "cache/index.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tributary::cache {
namespace {

constexpr Index::Tag tag = 0xDEADBEEF;

bool any(Position) {
  return true;
}

TEST(Index, FindsWhatWasAdded) {
  Index index;
  EXPECT_EQ(index.find(tag, any), 0u);
  ASSERT_TRUE(index.add(tag, 7));
  EXPECT_EQ(index.find(tag, any), 7u);
  EXPECT_EQ(index.find(tag + 1, any), 0u);
  EXPECT_EQ(index.entries(), 1u);
}

TEST(Index, TellsEqualTagsApartByTheirEntries) {
  Index index;
  ASSERT_TRUE(index.add(tag, 7));
  ASSERT_TRUE(index.add(tag, 8));
  EXPECT_EQ(index.find(tag, [](Position each) { return each == 8; }), 8u);
  EXPECT_EQ(index.find(tag, [](Position each) { return each == 9; }), 0u);
}

TEST(Index, MovesAndErases) {
  Index index;
  ASSERT_TRUE(index.add(tag, 7));
  Index::move(*index.slot(tag, 7), 8);
  EXPECT_EQ(index.slot(tag, 7), nullptr);
  EXPECT_EQ(index.find(tag, any), 8u);
  index.erase(*index.slot(tag, 8));
  EXPECT_EQ(index.find(tag, any), 0u);
  EXPECT_FALSE(index.remembers(tag));
  EXPECT_EQ(index.entries(), 0u);
}

TEST(Index, RemembersWhatWasDropped) {
  Index index;
  ASSERT_TRUE(index.add(tag, 7));
  EXPECT_FALSE(index.remembers(tag));
  index.drop(*index.slot(tag, 7));
  EXPECT_EQ(index.find(tag, any), 0u);
  EXPECT_TRUE(index.remembers(tag));
  EXPECT_EQ(index.entries(), 0u);
}

TEST(Index, WhatIsRememberedGivesWay) {
  Index index;
  for (Position position = 1; position <= 17; ++position) {  // more than two buckets hold
    ASSERT_TRUE(index.add(tag, position));
    index.drop(*index.slot(tag, position));
  }
}

TEST(Index, IsFullWhenBothBucketsAre) {
  Index index;
  Position position = 1;
  while (!index.crowded(tag)) ASSERT_TRUE(index.add(tag, position++));
  EXPECT_FALSE(index.add(tag, position));
  EXPECT_LE(position, 17u);
}

TEST(Index, GrowsByAQuarterAndLosesNothing) {
  Index index;
  std::mt19937 generator(1);
  std::vector<Index::Tag> tags;
  for (Position position = 1; position <= 50'000; ++position) {
    tags.push_back(static_cast<Index::Tag>(generator()));
    if (index.crowded(tags.back())) {
      const auto expected = index.next_bytes();
      const auto old = index.grow();
      ASSERT_EQ(index.bytes(), expected);
      ASSERT_LT(old->size() * sizeof(Index::Bucket), expected);
    }
    ASSERT_TRUE(index.add(tags.back(), position));
  }
  EXPECT_EQ(index.entries(), 50'000u);
  for (Position position = 1; position <= 50'000; ++position)
    ASSERT_EQ(index.find(tags[position - 1], [=](Position each) { return each == position; }), position);
  EXPECT_LT(index.bytes(), 50'000u * 15);
}

}  // namespace
}  // namespace tributary::cache
