#include "cache/key.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/dns/reply_message.hpp"

namespace tributary::cache {
namespace {

using dns::testing::question;

bool same(const Key& a, const Key& b) {
  return a.octets() == b.octets();
}

const Key plain(question("www.example."), false, 1);

TEST(Key, IsTheSameInAnyCase) {
  EXPECT_TRUE(same(plain, Key(question("wWw.EXAMPLE."), false, 1)));
}

TEST(Key, DiffersInEverythingThatMakesTheQuestion) {
  EXPECT_FALSE(same(plain, Key(question("ww.wexample."), false, 1)));
  EXPECT_FALSE(same(plain, Key(question("example."), false, 1)));
  EXPECT_FALSE(same(plain, Key(question("www.example.", dns::Type::AAAA), false, 1)));
  EXPECT_FALSE(
      same(plain, Key({dns::testing::name("www.example."), dns::Type::A, dns::Class::CH}, false, 1)));
  EXPECT_FALSE(same(plain, Key(question("www.example."), true, 1)));
  EXPECT_FALSE(same(plain, Key(question("www.example."), false, 2)));
  EXPECT_FALSE(same(plain, Key(question("www.example."), false, 257)));
}

TEST(Key, IsTheSameFromAQuestionSection) {
  const auto asked = question("wWw.EXAMPLE.", dns::Type::HTTPS);  // 65, as the letter A
  const auto query = dns::build_query({}, asked, nullptr);
  const auto view = dns::MessageView::parse(query).value();
  EXPECT_TRUE(same(Key(view.question_wire(), true, 3), Key(asked, true, 3)));
}

TEST(Key, HoldsTheLongestName) {
  const std::string label(63, 'a');
  const auto longest = question(label + "." + label + "." + label + "." + std::string(61, 'b') + ".");
  ASSERT_EQ(longest.name.wire().size(), dns::Name::max_length);
  const auto almost = question(label + "." + label + "." + label + "." + std::string(60, 'b') + "c.");
  EXPECT_FALSE(same(Key(longest, true, 65535), Key(almost, true, 65535)));
}

}  // namespace
}  // namespace tributary::cache
