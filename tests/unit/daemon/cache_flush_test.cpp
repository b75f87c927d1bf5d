#include "resolver/daemon/cache_flush.hpp"

#include <gtest/gtest.h>

#include "cache/key.hpp"

namespace tributary::resolver {
namespace {

bool concerned(const FlushRequest& flush, const std::string& name, dns::Type type = dns::Type::A) {
  const cache::Key key({*dns::Name::parse(name), type, dns::Class::IN}, false, 0);
  return concerns(flush, key.question());
}

TEST(CacheFlush, ConcernsANameWhateverItsCase) {
  const FlushRequest flush{*dns::Name::parse("WWW.Example.test"), std::nullopt, false};
  EXPECT_TRUE(concerned(flush, "www.example.TEST"));
  EXPECT_TRUE(concerned(flush, "www.example.test", dns::Type::AAAA));
  EXPECT_FALSE(concerned(flush, "example.test"));
  EXPECT_FALSE(concerned(flush, "a.www.example.test"));
  EXPECT_FALSE(concerned(flush, "xww.example.test"));
}

TEST(CacheFlush, ConcernsOneType) {
  const FlushRequest flush{*dns::Name::parse("a.test"), dns::Type::AAAA, false};
  EXPECT_TRUE(concerned(flush, "a.test", dns::Type::AAAA));
  EXPECT_FALSE(concerned(flush, "a.test", dns::Type::A));
}

TEST(CacheFlush, ASubtreeEndsAtLabels) {
  const FlushRequest flush{*dns::Name::parse("example.test"), std::nullopt, true};
  EXPECT_TRUE(concerned(flush, "example.test"));
  EXPECT_TRUE(concerned(flush, "a.b.example.test"));
  EXPECT_FALSE(concerned(flush, "notexample.test"));
  EXPECT_FALSE(concerned(flush, "test"));
  EXPECT_TRUE(concerned({dns::Name(), std::nullopt, true}, "anything.at.all"));
}

}  // namespace
}  // namespace tributary::resolver
