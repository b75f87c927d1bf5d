#include "policy/yaml_document.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tributary::policy {
namespace {

using Kind = YamlNode::Kind;

TEST(YamlDocument, KeepsKindsTextsAndPlaces) {
  const auto root = read_yaml("a: 1\nb:\n  - x\n  - 'y z'\nc:\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->kind, Kind::mapping);
  ASSERT_EQ(root->entries.size(), 3U);
  EXPECT_EQ(root->entries[0].key, "a");
  EXPECT_EQ(root->entries[0].value.text, "1");
  EXPECT_EQ(root->entries[0].value.place.column, 4U);
  const auto& list = root->entries[1].value;
  ASSERT_EQ(list.kind, Kind::sequence);
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[1].text, "y z");
  EXPECT_EQ(list.items[1].place.line, 4U);
  EXPECT_EQ(list.items[1].place.column, 5U);
  EXPECT_EQ(root->entries[2].value.kind, Kind::null);
  EXPECT_EQ(root->entries[2].key_place.line, 5U);
}

TEST(YamlDocument, RepeatedKeysAreKeptForTheReaderToRefuse) {
  EXPECT_EQ(read_yaml("{a: 1, a: 2}")->entries.size(), 2U);
}

TEST(YamlDocument, DeepestAllowedNestingIsRead) {
  EXPECT_TRUE(read_yaml(std::string(max_yaml_depth, '[') + std::string(max_yaml_depth, ']')));
  EXPECT_FALSE(read_yaml(std::string(max_yaml_depth + 1, '[') + std::string(max_yaml_depth + 1, ']')));
}

TEST(YamlDocument, BottomlessNestingIsRefusedWithoutHarm) {
  EXPECT_FALSE(read_yaml(std::string(100'000, '[')));
  EXPECT_FALSE(read_yaml(std::string(100'000, '{')));
}

TEST(YamlDocument, BombOfAliasesIsRefusedAtItsFirstAnchor) {
  const auto root = read_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().place.line, 1U);
}

TEST(YamlDocument, QuotedNullIsText) {
  EXPECT_EQ(read_yaml("'~'")->kind, Kind::scalar);
  EXPECT_EQ(read_yaml("~")->kind, Kind::null);
}

}  // namespace
}  // namespace tributary::policy
