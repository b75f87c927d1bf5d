#include "resolver/daemon/cache_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/state_file.hpp"
#include "policy/config_reader.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::testing::question;

class CacheFileTest : public ::testing::Test {
 protected:
  void store(std::string_view name) {
    const auto answer = cache::testing::positive(question(name), 300, now.boottime);
    cache.store(key(name), answer, now.boottime, cache::upstream_place(0));
  }
  bool has(std::string_view name) {
    return cache::AnswerCache::Reader(loaded).lookup(key(name), now.boottime) != nullptr;
  }
  static cache::Key key(std::string_view name) { return {question(name), false, 0}; }
  CacheFile of(cache::AnswerCache& its_cache) {
    return {
        path,
        {[this, &its_cache] {
           return CacheLoader::Tools{config, policy, its_cache, nullptr, {{0}, {cache::upstream_place(0)}}};
         },
         [this] { return now; }, counters}};
  }

  TemporaryFolder folder;
  std::filesystem::path path = folder / "cache";
  const policy::Config config =
      policy::parse_config("upstreams: { isp: { url: \"udp://192.0.2.1\" } }\ndnssec: { mode: off }",
                           "t.yaml")
          .value();
  const policy::Policy policy{config};
  cache::AnswerCache cache{1 << 20}, loaded{1 << 20};
  CacheLoadCounters counters;
  cache::HostTime now{Instant(10h), 1'800'000'000s, true, "one"};
  const std::atomic<bool> go_on{false};
};

TEST_F(CacheFileTest, WhatWasSavedIsLoaded) {
  store("www.example.");
  of(cache).save();
  now.boottime += 10s;
  EXPECT_TRUE(of(loaded).load(go_on));
  EXPECT_TRUE(has("www.example."));
  EXPECT_EQ(counters.loaded, 1u);
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(CacheFileTest, WhatIsGivenOutIsTakenBack) {
  store("www.example.");
  const auto octets = of(cache).dump();
  const auto result =
      of(loaded).load(std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()));
  EXPECT_EQ(result.loaded, 1u);
  EXPECT_TRUE(has("www.example."));
}

TEST_F(CacheFileTest, WithoutAFileTheCacheBeginsEmpty) {
  EXPECT_TRUE(of(loaded).load(go_on));
  EXPECT_EQ(loaded.statistics().entries, 0u);
}

TEST_F(CacheFileTest, WithAUselessFileTooAndItIsReplaced) {
  ASSERT_TRUE(replace_state_file(path, "nonsense of some length"));
  EXPECT_TRUE(of(loaded).load(go_on));
  EXPECT_EQ(loaded.statistics().entries, 0u);
  store("www.example.");
  of(cache).save();
  EXPECT_TRUE(of(loaded).load(go_on));
  EXPECT_TRUE(has("www.example."));
}

TEST_F(CacheFileTest, StopsWhenItIsTold) {
  store("www.example.");
  of(cache).save();
  EXPECT_FALSE(of(loaded).load(std::atomic<bool>(true)));
}

TEST_F(CacheFileTest, GoesOnWithoutAFolder) {
  path = folder / "missing" / "cache";
  of(cache).save();
  EXPECT_TRUE(of(loaded).load(go_on));
}

TEST(BootId, IsTheSameWhileTheHostRuns) {
  EXPECT_EQ(boot_id(), boot_id());
  EXPECT_EQ(boot_id().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace tributary::resolver
