#include <algorithm>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;

class RecordedQueriesTest : public ResolutionTest {
 protected:
  RecordedQueriesTest() {
    world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
    world_knows["alias.example. A"] = {"alias.example. 300 IN CNAME www.example."};
    resolution->record_queries(&recorder);
  }

  /// What was recorded last; everything is taken out.
  QueryFacts last() {
    std::optional<QueryFacts> facts;
    for (; const auto logged = recorder.front(); recorder.pop()) facts = logged->facts;
    return facts.value();
  }
  QueryFacts recorded(std::string_view name, dns::Type type = dns::Type::A) {
    EXPECT_TRUE(ask(name, type));
    return last();
  }

  Sleeper writer;
  QueryRecorder recorder{1 << 20, 1, writer};
};

TEST_F(RecordedQueriesTest, HaveBothMessages) {
  const auto query = usual_query("www.example.");
  const auto reply = ask(query);
  const auto logged = recorder.front();
  ASSERT_TRUE(logged);
  EXPECT_TRUE(std::ranges::equal(logged->query, query));
  EXPECT_TRUE(std::ranges::equal(logged->reply, *reply));
}

TEST_F(RecordedQueriesTest, TellUpstreamsFromTheCache) {
  const auto asked = recorded("www.example.");
  EXPECT_EQ(asked.origin.source, AnswerSource::upstream);
  EXPECT_EQ(asked.origin.upstream, cache::upstream_place(7));
  clock.advance(1s);
  const auto cached = recorded("www.example.");
  EXPECT_EQ(cached.origin.source, AnswerSource::cache);
  EXPECT_EQ(cached.origin.upstream, cache::upstream_place(7));
}

TEST_F(RecordedQueriesTest, AChainIsOfTheCacheWhenAllOfItIs) {
  EXPECT_EQ(recorded("alias.example.").origin.source, AnswerSource::upstream);
  clock.advance(1s);
  EXPECT_EQ(recorded("alias.example.").origin.source, AnswerSource::cache);
  cache.drop({dns::testing::question("www.example."), false, 0}, cache::Rank::validated);
  const auto half = recorded("alias.example.");
  EXPECT_EQ(half.origin.source, AnswerSource::upstream);
  EXPECT_EQ(half.origin.upstream, cache::upstream_place(7));
}

TEST_F(RecordedQueriesTest, KnowWhatIsLocal) {
  home_knows["nas.home.arpa. A"] = {"nas.home.arpa. 300 IN A 192.0.2.9"};
  EXPECT_EQ(recorded("nas.home.arpa.").origin.source, AnswerSource::local);
  EXPECT_EQ(recorded("localhost.").origin.source, AnswerSource::local);
  EXPECT_EQ(recorded("www.example.", dns::Type::ANY).origin.source, AnswerSource::local);
}

TEST_F(RecordedQueriesTest, KnowWhatIsStale) {
  recorded("www.example.");
  world->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL); };
  clock.advance(300s);
  const auto stale = recorded("www.example.");
  EXPECT_EQ(stale.origin.source, AnswerSource::stale);
  EXPECT_EQ(stale.origin.upstream, cache::upstream_place(7));
  EXPECT_EQ(stale.error, dns::ExtendedError::stale_answer);
}

TEST_F(RecordedQueriesTest, AFailureIsOfNoUpstreamInParticular) {
  world->script = [](const Query& query) { return StubUpstream::reply(query, dns::Rcode::SERVFAIL); };
  const auto failed = recorded("www.example.");
  EXPECT_EQ(failed.rcode, dns::Rcode::SERVFAIL);
  EXPECT_EQ(failed.origin.source, AnswerSource::upstream);
  EXPECT_EQ(failed.origin.upstream, cache::UpstreamPlace::none);
  EXPECT_TRUE(failed.error);
}

TEST_F(RecordedQueriesTest, TellHowLongItTook) {
  const ClientInfo from{client, Protocol::tcp, clock.now(), 4242};
  Octets out(65535);
  clock.advance(3ms);
  ask("www.example.");
  last();
  resolution->answer_now(usual_query("www.example."), from, out);
  const auto facts = last();
  EXPECT_EQ(facts.replied - facts.received, 3ms);
  EXPECT_EQ(facts.protocol, Protocol::tcp);
  EXPECT_EQ(facts.client.port, 4242);
}

TEST_F(RecordedQueriesTest, ContainRefusalsAndErrors) {
  client = asio::ip::make_address("192.0.2.200");
  EXPECT_EQ(recorded("www.example.").rcode, dns::Rcode::REFUSED);
  Octets broken = usual_query("www.example.");
  broken.resize(20);
  ask(broken);
  const auto logged = recorder.front();
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->facts.rcode, dns::Rcode::FORMERR);
  EXPECT_EQ(logged->facts.origin.source, AnswerSource::local);
  EXPECT_TRUE(std::ranges::equal(logged->query, broken));
}

TEST_F(RecordedQueriesTest, AreThoseOfTheSampleOnly) {
  QueryRecorder sparse(1 << 20, 4, writer);
  resolution->record_queries(&sparse);
  // Chance says 2³¹: modulo 4 none is left out at first, then, modulo 7, two each time.
  std::vector<int> taken;
  for (int i = 1; i <= 8; ++i) {
    ask("www.example.");
    if (!sparse.front()) continue;
    sparse.pop();
    taken.push_back(i);
  }
  EXPECT_EQ(taken, (std::vector{1, 4, 7}));
}

TEST_F(RecordedQueriesTest, EndWhenNobodyWantsToKnow) {
  resolution->record_queries(nullptr);
  ask("www.example.");
  EXPECT_FALSE(recorder.front());
}

}  // namespace
}  // namespace tributary::resolver::testing
