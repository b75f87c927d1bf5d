#include "resolver/cache_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/config_reader.hpp"
#include "resolver/cache_terms.hpp"
#include "tests/unit/cache/answers.hpp"
#include "tests/unit/cache/dump_octets.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using cache::HostTime;
using cache::Rank;
using cache::Security;
using cache::testing::body_of;
using cache::testing::dumped;
using cache::testing::Octets;
using cache::testing::record_of;
using cache::testing::operator+;
using dns::testing::question;
namespace answers = cache::testing;

constexpr const char* usual = R"(
upstreams:
  isp: { url: "udp://192.0.2.1" }
  tls: { url: "https://192.0.2.2/dns-query" }
  corp: { url: "udp://192.0.2.3" }
groups:
  public: { upstreams: [isp, tls] }
routes:
  - { suffix: corp.example, group: corp, dnssec: off }
  - { suffix: ".", group: public }
)";

policy::Config parsed(const std::string& yaml) {
  return policy::parse_config(yaml, "test.yaml").value();
}

std::string usual_but(std::string_view part, std::string_view other) {
  std::string yaml = usual;
  const auto at = yaml.find(part);
  if (at == yaml.npos) throw std::invalid_argument("the usual configuration does not say that");
  return yaml.replace(at, part.size(), other);
}

/// One process that has saved its cache, and another one later that loads it.
class CacheLoaderTest : public ::testing::Test {
 protected:
  enum class Validation { off, on };

  /// One process.
  struct Process {
    Process(const std::string& yaml, Validation validation)
        : config(parsed(yaml)), policy(config), cache(1 << 20, config.cache.max_stale) {
      for (std::size_t i = 0; i < config.upstreams.size(); ++i)
        numbers.upstreams.push_back(cache::upstream_place(i));
      if (validation == Validation::on)
        trust.emplace(dnssec::TrustAnchors({}, {}), dnssec::ChainOfTrust::Settings{}, Trust::Bogus{}, clock);
    }
    std::uint16_t group(std::string_view name) const {
      const auto found = std::ranges::find(config.groups, name, &policy::GroupConfig::name);
      return numbers.groups[static_cast<std::size_t>(found - config.groups.begin())];
    }
    cache::UpstreamPlace place(std::string_view name) const {
      const auto found = std::ranges::find(config.upstreams, name, &policy::UpstreamConfig::name);
      return numbers.upstreams[static_cast<std::size_t>(found - config.upstreams.begin())];
    }

    policy::Config config;
    policy::Policy policy;
    CacheNumbers numbers{{5, 3}, {}};  // upstreams in their order, as after a start
    cache::AnswerCache cache;
    dnssec::SharedClockState clock;
    std::optional<Trust> trust;
  };

  void start(Validation validation, const std::string& yaml = usual) { after.emplace(yaml, validation); }

  void store(std::string_view name, const cache::AnswerPtr& answer, std::string_view group = "public",
             std::string_view from = "isp", bool checking_disabled = false) {
    before.cache.store(cache::Key(question(name), checking_disabled, before.group(group)), answer,
                       then.boottime, before.place(from));
  }
  cache::AnswerPtr positive(std::string_view name, std::uint32_t ttl = 300) const {
    return answers::positive(question(name), ttl, then.boottime);
  }
  /// As validation found it.
  cache::AnswerPtr found(Security security, std::string_view name) const {
    return Judge::seal(*positive(name), security, {}, then.boottime);
  }

  Octets file() { return dumped(before.cache, cache_terms(before.config, before.numbers, then)); }
  CacheLoadResult load(std::span<const std::uint8_t> octets) {
    Trust* const trust = after->trust ? &*after->trust : nullptr;
    CacheLoader loader({after->config, after->policy, after->cache, trust, after->numbers}, now);
    loader.feed(octets);
    return loader.finish();
  }
  CacheLoadResult load() { return load(file()); }
  /// A file with one record.
  Octets file_of(cache::DumpedAnswer record, std::span<const std::uint8_t> message) const {
    const auto [octets, key] = cache::dump::write_header(cache_terms(before.config, before.numbers, then));
    record.message = message;
    record.stored = then.wall;
    record.group = before.group("public");
    return octets + record_of(body_of(record), key);
  }

  std::optional<cache::EntryView> entry(std::string_view name, std::string_view group = "public",
                                        bool checking_disabled = false) {
    reader.emplace(after->cache);
    const cache::AnswerCache::ReadGuard guard(*reader);
    return guard.peek(cache::Key(question(name), checking_disabled, after->group(group)));
  }
  cache::AnswerPtr fresh(std::string_view name, std::string_view group = "public") {
    const auto there = entry(name, group);
    return there && there->fresh(now.boottime) ? there->answer() : nullptr;
  }
  static Octets octets(const cache::Answer& answer) {
    return {answer.message().begin(), answer.message().end()};
  }

  const HostTime then{Instant(10h), 1'800'000'000s, true, "one"};
  HostTime now{Instant(10h + 100s), 1'800'000'100s, true, "one"};
  Process before{usual, Validation::on};
  std::optional<Process> after{std::in_place, usual, Validation::off};
  std::optional<cache::AnswerCache::Reader> reader;
};

TEST_F(CacheLoaderTest, AnswersComeBackAsTheyWere) {
  const cache::AnswerPtr stored[] = {positive("a.example."),
                                     answers::negative(question("b.example."), 300, then.boottime),
                                     answers::incomplete(question("c.example."), 300, then.boottime),
                                     answers::signed_positive(question("d.example."), 300, then.boottime)};
  const char* const names[] = {"a.example.", "b.example.", "c.example.", "d.example."};
  for (std::size_t i = 0; i < std::size(names); ++i) store(names[i], stored[i]);
  EXPECT_EQ(load().loaded, 4u);
  for (std::size_t i = 0; i < std::size(names); ++i) {
    const auto back = fresh(names[i]);
    ASSERT_TRUE(back) << names[i];
    EXPECT_EQ(octets(*back), octets(*stored[i])) << names[i];
    EXPECT_EQ(back->cuts(), stored[i]->cuts());
    EXPECT_EQ(back->rank(), stored[i]->rank());
    EXPECT_EQ(back->rcode(), stored[i]->rcode());
    EXPECT_EQ(back->continues_at(), stored[i]->continues_at());
    EXPECT_EQ(back->stored(), stored[i]->stored());
    EXPECT_EQ(back->lifetime(), stored[i]->lifetime());
    EXPECT_EQ(entry(names[i])->upstream(), after->place("isp"));
  }
}

TEST_F(CacheLoaderTest, NumbersOfGroupsAndUpstreamsMayChange) {
  start(Validation::off, usual_but("upstreams:\n", "upstreams:\n  another: { url: \"udp://192.0.2.9\" }\n"));
  after->numbers.groups = {3, 77};
  store("www.corp.example.", positive("www.corp.example."), "corp", "corp");
  store("www.example.", positive("www.example."), "public", "tls");
  EXPECT_EQ(load().loaded, 2u);
  EXPECT_TRUE(fresh("www.corp.example.", "corp"));
  EXPECT_EQ(entry("www.example.")->upstream(), after->place("tls"));
}

TEST_F(CacheLoaderTest, AfterAReloadUpstreamsNeedNotBeInTheOrderOfTheirPlaces) {
  using cache::upstream_place;
  const auto over_tls =
      answers::positive(question("www.example."), 300, then.boottime, Channel::authenticated);
  start(Validation::off);
  before.numbers.upstreams = {upstream_place(4), upstream_place(0), upstream_place(2)};
  after->numbers.upstreams = {upstream_place(1), upstream_place(7), upstream_place(0)};
  store("www.example.", over_tls, "public", "tls");
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_EQ(entry("www.example.")->upstream(), after->place("tls"));
  EXPECT_EQ(fresh("www.example.")->rank(), Rank::authenticated);
}

TEST_F(CacheLoaderTest, OfAnUpstreamThatIsGoneNothingComesBack) {
  start(Validation::off);
  before.numbers.upstreams = {cache::upstream_place(3), cache::upstream_place(1), cache::upstream_place(2)};
  before.cache.store(cache::Key(question("www.example."), false, before.group("public")),
                     positive("www.example."), then.boottime, cache::upstream_place(0));
  EXPECT_EQ(load().skipped, 1u);
}

// ---- Time.

TEST_F(CacheLoaderTest, WhatIsOlderThanTheBootHasLessLeft) {
  store("www.example.", positive("www.example.", 300));
  now.boottime = Instant(10s);
  now.boot = "two";
  ASSERT_EQ(load().loaded, 1u);
  const auto back = fresh("www.example.");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->expires() - now.boottime, 200s);
}

TEST_F(CacheLoaderTest, AClockThatWasSetDoesNotMatterWithinABoot) {
  store("www.example.", positive("www.example.", 300));
  const auto octets = file();
  for (const auto step : {-48h, -1h, 1h, 48h}) {
    start(Validation::off);
    now.wall = then.wall + 100s + step;
    EXPECT_EQ(load(octets).loaded, 1u);
    EXPECT_EQ(fresh("www.example.")->expires() - now.boottime, 200s);
  }
}

TEST_F(CacheLoaderTest, OfUnknownAgeNothingComesBack) {
  store("www.example.", positive("www.example."));
  now.boot = "two";
  const auto octets = file();
  now.wall = then.wall - 1s;
  EXPECT_EQ(load(octets).skipped, 1u) << "the file is from the future";
  now.wall = then.wall + 100s;
  now.wall_is_right = false;
  EXPECT_EQ(load(octets).skipped, 1u) << "nobody knows what time it is";
  EXPECT_EQ(after->cache.statistics().entries, 0u);
}

TEST_F(CacheLoaderTest, AnAnswerFromTheFutureIsNotBelieved) {
  auto record = file_of({}, positive("www.example.")->message());
  EXPECT_EQ(load(record).loaded, 1u);
  start(Validation::off);
  now.boottime = then.boottime - 1s;
  EXPECT_EQ(load(record).skipped, 1u);
}

TEST_F(CacheLoaderTest, WhatHasExpiredIsStaleForItsTimeAndThenGone) {
  store("www.example.", positive("www.example.", 60));
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_FALSE(fresh("www.example."));
  EXPECT_TRUE(entry("www.example.")->stale(now.boottime, 24h));
  start(Validation::off);
  now.boottime = then.boottime + 24h + 60s;
  EXPECT_EQ(load().expired, 1u);
  now.boottime = then.boottime + 24h * 3650;
  EXPECT_EQ(load().expired, 1u);
  EXPECT_EQ(after->cache.statistics().entries, 0u);
}

TEST_F(CacheLoaderTest, TtlsAreCutToWhatIsConfiguredNow) {
  store("www.example.", positive("www.example.", 86'400));
  start(Validation::off, std::string(usual) + "cache: { max_ttl: 10m }\n");
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_EQ(fresh("www.example.")->lifetime(), 10min);
}

// ---- Whose answer it is.

TEST_F(CacheLoaderTest, AGroupWithOtherUpstreamsHasItsAnswersNoMore) {
  store("www.example.", positive("www.example."));
  store("www.corp.example.", positive("www.corp.example."), "corp", "corp");
  const auto octets = file();
  for (const auto& yaml : {usual_but("192.0.2.1", "192.0.2.7"), usual_but("[isp, tls]", "[isp]"),
                           usual_but("/dns-query", "/other")}) {
    start(Validation::off, yaml);
    EXPECT_EQ(load(octets).skipped, 1u) << yaml;
    EXPECT_FALSE(entry("www.example."));
    EXPECT_TRUE(fresh("www.corp.example.", "corp"));
  }
}

TEST_F(CacheLoaderTest, ANameThatIsRoutedElsewhereNowIsAskedForThere) {
  store("www.corp.example.", positive("www.corp.example."), "corp", "corp");
  store("www.home.example.", positive("www.home.example."));
  start(Validation::off, usual_but("suffix: corp.example", "suffix: home.example"));
  EXPECT_EQ(load().skipped, 2u);
  EXPECT_EQ(after->cache.statistics().entries, 0u);
}

TEST_F(CacheLoaderTest, AnUnknownGroupOrUpstreamIsNobodys) {
  const auto answer = positive("www.example.");
  cache::DumpedAnswer nobodys;
  nobodys.upstream = cache::upstream_place(77);
  EXPECT_EQ(load(file_of(nobodys, answer->message())).skipped, 1u);
  EXPECT_EQ(load(file_of({}, answer->message())).loaded, 1u) << "what follows from others has no upstream";
}

TEST_F(CacheLoaderTest, OnlyWhatComesOverTlsNowIsAuthenticated) {
  const auto answer = answers::positive(question("www.example."), 300, then.boottime, Channel::authenticated);
  store("www.example.", answer, "public", "tls");
  store("odd.example.",
        answers::positive(question("odd.example."), 300, then.boottime, Channel::authenticated), "public",
        "isp");
  EXPECT_EQ(load().loaded, 2u);
  EXPECT_EQ(fresh("www.example.")->rank(), Rank::authenticated);
  EXPECT_EQ(fresh("odd.example.")->rank(), Rank::clear);
}

// ---- Trust.

TEST_F(CacheLoaderTest, WhatWasFoundInsecureStaysSo) {
  start(Validation::on);
  store("www.example.", found(Security::insecure, "www.example."));
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_EQ(fresh("www.example.")->security(), Security::insecure);
  EXPECT_EQ(fresh("www.example.")->rank(), Rank::clear);
}

TEST_F(CacheLoaderTest, WhatWasFoundSecureIsValidatedAnew) {
  start(Validation::on);
  for (const auto security : {Security::secure, Security::undated}) {
    store("www.example.", found(security, "www.example."));
    load();
    const auto back = fresh("www.example.");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->security(), Security::undated) << "no AD, whatever happens";
    EXPECT_TRUE(after->trust->outdated(back->stored()));
    start(Validation::on);
  }
}

TEST_F(CacheLoaderTest, WhatWasStoredTheMomentItIsLoadedIsValidatedAnewToo) {
  start(Validation::on);
  store("www.example.", found(Security::secure, "www.example."));
  now = then;
  ASSERT_EQ(load().loaded, 1u);
  EXPECT_TRUE(after->trust->outdated(entry("www.example.")->stored()));
}

TEST_F(CacheLoaderTest, WhatWasNotValidatedIsNotServedWhereItShouldHaveBeen) {
  start(Validation::on);
  store("www.example.", positive("www.example."));
  store("checked.example.", positive("checked.example."), "public", "isp", true);
  store("www.corp.example.", positive("www.corp.example."), "corp", "corp");
  const auto result = load();
  EXPECT_EQ(result.loaded, 2u);
  EXPECT_EQ(result.skipped, 1u);
  EXPECT_FALSE(entry("www.example."));
  EXPECT_TRUE(entry("checked.example.", "public", true)) << "its client validates itself";
  EXPECT_TRUE(entry("www.corp.example.", "corp")) << "nobody validates there";
}

TEST_F(CacheLoaderTest, WithOtherTrustWhatWasValidatedIsWorthNothing) {
  store("secure.example.", found(Security::secure, "secure.example."));
  store("insecure.example.", found(Security::insecure, "insecure.example."));
  const auto octets = file();
  for (const char* more : {"dnssec: { sha1: on }", "dnssec: { negative_trust_anchors: [broken.example] }",
                           "dnssec: { max_nsec3_iterations: 0 }", "dnssec: { mode: permissive }",
                           "dnssec: { trust_anchors: [\"example. IN DS 1 13 2 "
                           "0000000000000000000000000000000000000000000000000000000000000000\"] }"}) {
    start(Validation::on, std::string(usual) + more + "\n");
    EXPECT_EQ(load(octets).skipped, 2u) << more;
    EXPECT_EQ(after->cache.statistics().entries, 0u) << more;
  }
}

TEST_F(CacheLoaderTest, WhereNothingIsValidatedNothingIsCalledSecure) {
  store("www.example.", found(Security::secure, "www.example."));
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_EQ(fresh("www.example.")->security(), Security::unchecked);
  EXPECT_EQ(fresh("www.example.")->rank(), Rank::clear);
}

// ---- What the records say.

TEST_F(CacheLoaderTest, OnlyWhatBelongsToTheQuestionIsTaken) {
  const auto message =
      dns::testing::reply_message(question("www.example."), dns::Rcode::NOERROR,
                                  {"www.example. 300 IN A 192.0.2.1", "victim.example. 300 IN A 192.0.2.66"},
                                  {"example. 300 IN NS evil.example."});
  EXPECT_EQ(load(file_of({}, message)).loaded, 1u);
  EXPECT_EQ(octets(*fresh("www.example.")), octets(*positive("www.example.", 300)));
}

TEST_F(CacheLoaderTest, WhatIsNoAnswerIsLeftOut) {
  const auto asked = question("www.example.");
  auto truncated =
      dns::testing::reply_message(asked, dns::Rcode::NOERROR, {"www.example. 300 IN A 192.0.2.1"});
  truncated[2] |= 2;
  for (const auto& message :
       {Octets(), Octets{1, 2, 3}, truncated, dns::testing::reply_message(asked, dns::Rcode::SERVFAIL, {}),
        dns::testing::reply_message(asked, dns::Rcode::NOERROR, {"else.example. 300 IN A 192.0.2.1"}),
        dns::testing::reply_message(question("localhost."), dns::Rcode::NOERROR,
                                    {"localhost. 300 IN A 192.0.2.1"})}) {
    const auto result = load(file_of({}, message));
    EXPECT_EQ(result.loaded, 0u);
    EXPECT_EQ(result.skipped + result.expired, 1u);
  }
  EXPECT_EQ(after->cache.statistics().entries, 0u);
}

TEST_F(CacheLoaderTest, DamageIsSkippedAndCounted) {
  store("a.example.", positive("a.example."));
  store("b.example.", positive("b.example."));
  auto octets = file();
  octets.back() ^= 1;
  const auto result = load(octets);
  EXPECT_EQ(result.loaded, 1u);
  EXPECT_EQ(result.skipped, 1u);
  EXPECT_EQ(load(Octets(100, 'x')).refusal, "is no cache file");
}

// ---- Into a cache that is in use.

TEST_F(CacheLoaderTest, NoAnswerThatCameSinceIsReplaced) {
  store("www.example.",
        answers::positive(question("www.example."), 300, then.boottime, Channel::authenticated), "public",
        "tls");
  const auto newer = answers::negative(question("www.example."), 30, now.boottime);
  after->cache.store(cache::Key(question("www.example."), false, after->group("public")), newer,
                     now.boottime);
  EXPECT_EQ(load().skipped, 1u);
  EXPECT_EQ(octets(*fresh("www.example.")), octets(*newer));
}

TEST_F(CacheLoaderTest, AFailureIsReplaced) {
  store("www.example.", positive("www.example."));
  after->cache.store(cache::Key(question("www.example."), false, after->group("public")),
                     answers::failure(question("www.example."), 0, now.boottime), now.boottime);
  EXPECT_EQ(load().loaded, 1u);
  EXPECT_TRUE(fresh("www.example."));
}

TEST_F(CacheLoaderTest, MoreThanTheCacheHoldsStaysWithinItsLimit) {
  cache::AnswerCache large(16 << 20);
  for (int number = 0; number < 40'000; ++number) {
    const auto name = "n" + std::to_string(number) + ".example.";
    large.store(cache::Key(question(name), false, before.group("public")), positive(name), then.boottime);
  }
  const auto octets = dumped(large, cache_terms(before.config, before.numbers, then));
  EXPECT_GT(load(octets).loaded, 5000u);
  const auto figures = after->cache.statistics();
  EXPECT_LE(figures.bytes, figures.limit);
  EXPECT_GT(figures.bytes, figures.limit / 2);
  EXPECT_GT(figures.entries, 5000u);
}

}  // namespace
}  // namespace tributary::resolver
