#include "cache/keyed_hash.hpp"

#include <set>

#include <gtest/gtest.h>

#include "cache/key.hpp"
#include "tests/unit/dns/reply_message.hpp"

namespace tributary::cache {
namespace {

using dns::testing::question;

constexpr KeyedHash::Seed seed_of_test{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb,
                                       0xd6e8feb86659fd93};
const KeyedHash hash(seed_of_test);

std::uint64_t of(const KeyedHash& keyed, const Key& key) {
  return keyed(key.question(), key.scope());
}
std::uint64_t of(std::string_view name, bool checking_disabled = false, std::uint16_t group = 0) {
  return of(hash, Key(question(name), checking_disabled, group));
}

TEST(KeyedHash, IsTheSameInAnyCase) {
  EXPECT_EQ(of("www.example."), of("WwW.eXample."));
}

TEST(KeyedHash, DiffersInNameAndScope) {
  const std::set<std::uint64_t> hashes{of("www.example."),
                                       of("www.example.", true),
                                       of("www.example.", false, 1),
                                       of("example."),
                                       of("."),
                                       of("a-name-of-more-than-sixteen-octets.example."),
                                       of("a-name-of-more-than-sixteen-octetz.example.")};
  EXPECT_EQ(hashes.size(), 7u);
}

TEST(KeyedHash, DependsOnEveryWordOfItsSeed) {
  const Key key(question("a-name-of-more-than-sixteen-octets.example."), false, 0);
  std::set<std::uint64_t> hashes{of(hash, key)};
  for (std::size_t i = 0; i < 4; ++i) {
    auto seed = seed_of_test;
    seed[i] ^= 0x5851f42d4c957f2d;
    hashes.insert(of(KeyedHash(seed), key));
  }
  EXPECT_EQ(hashes.size(), 5u);
}

TEST(KeyedHash, IsSeededAtRandom) {
  const Key key(question("www.example."), false, 0);
  EXPECT_NE(of(KeyedHash::random(), key), of(KeyedHash::random(), key));
}

TEST(KeyedHash, SpreadsLikeNames) {
  constexpr std::size_t names = 20'000, parts = 1024;
  std::array<int, parts> low{}, high{};
  for (std::size_t i = 0; i < names; ++i) {
    const auto value = of("n" + std::to_string(i) + ".test.");
    ++low[value % parts];
    ++high[value >> 54];
  }
  for (std::size_t part = 0; part < parts; ++part) {
    EXPECT_LT(low[part], 60);  // 20 on the average
    EXPECT_LT(high[part], 60);
  }
}

}  // namespace
}  // namespace tributary::cache
