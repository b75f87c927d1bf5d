// A hit is answered from the cache's memory by patching, everything else from an Answer after a coroutine:
// both must say the same, octet by octet.

#include <gtest/gtest.h>

#include "tests/unit/resolution/chance.hpp"
#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

Task<> take(Resolution* resolution, Octets query, ClientInfo from, Octets* response) {
  const auto reply = co_await resolution->answer_later(std::move(query), from, {});
  response->assign(reply.begin(), reply.end());
}

class SameAnswersTest : public ResolutionTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  Octets answered_now(const Octets& query, const ClientInfo& from) {
    Octets out(from.protocol == Protocol::tcp ? 65535 : 1232);
    const auto immediate = resolution->answer_now(query, from, out);
    out.resize(std::get<QueryHandler::Written>(immediate).size);
    return out;
  }

  Octets answered_later(const Octets& query, const ClientInfo& from) {
    Octets out;
    nursery.start(take(resolution.get(), query, from, &out), "a query");
    poll();
    return out;
  }

  Octets written(const Octets& query, const ClientInfo& from, const cache::Answer& answer) {
    const auto view = parse(query);
    Octets out(response_limit(view, from.protocol));
    out.resize(write_response(view, content_of(answer, clock.now(), clock.now()), out.size(), out));
    return out;
  }

  /// What may be in the cache for `question`: judged, or a failure.
  cache::AnswerPtr answer(const dns::Question& question) {
    if (chance.below(10) == 0) {
      dns::ExtendedErrorOption error{dns::ExtendedError::network_error,
                                     chance.letters(chance.below(600), true)};
      return Judge::failure(question, std::move(error), chance.below(9), clock.now());
    }
    return judge.judge({question, false}, chance.reply(question), clock.now()).answer;
  }

  Octets query_for(const dns::Question& question) {
    auto query = chance.query(chance.respelled(question));
    query[2] |= 1;  // RD
    return query;
  }

  Chance chance{GetParam()};
};

TEST_P(SameAnswersTest, FromTheCacheAndFromAnAnswer) {
  std::size_t compared = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto question = chance.question();
    const auto stored = answer(question);
    if (!stored || stored->continues_at() || stored->lifetime() < cache::AnswerCache::shortest_kept) continue;
    const auto query = query_for(question);
    const cache::Key key(question, parse(query).header().checking_disabled, 0);
    cache.store(key, stored, clock.now());
    // Eighths of a second: an entry keeps its time to 1/256 s.
    clock.advance(std::chrono::milliseconds(125) *
                  chance.below(static_cast<std::uint32_t>(8 * stored->lifetime().count())));

    const auto hits = counters().cache_hits.get();
    const ClientInfo from{client, chance.coin() ? Protocol::udp : Protocol::tcp, clock.now()};
    const auto response = answered_now(query, from);
    ASSERT_EQ(counters().cache_hits.get(), hits + 1);
    EXPECT_EQ(response, written(query, from, *stored));
    EXPECT_EQ(response, answered_later(query, from));
    EXPECT_TRUE(world->asked.empty());
    ASSERT_FALSE(HasFailure()) << "round " << round;
    ++compared;
    clock.advance(std::chrono::hours(49));  // what comes next finds nothing, not even stale
  }
  EXPECT_GT(compared, 500u);
}

/// The first client's answer comes from the upstream, the second's from the cache.
TEST_P(SameAnswersTest, ToTheFirstClientAndToTheNext) {
  world->script = [this](const Query& query) { return chance.reply(query.question); };
  std::size_t compared = 0;
  for (int round = 0; round < 500; ++round) {
    const auto question = chance.question();
    const auto query = query_for(question);
    const auto first = ask(query);
    const auto hits = counters().cache_hits.get();
    const auto second = ask(query);
    ASSERT_TRUE(first && second);
    if (counters().cache_hits.get() == hits + 1) {  // else it was not kept, or is the beginning of a chain
      EXPECT_EQ(*first, *second);
      ++compared;
    }
    ASSERT_FALSE(HasFailure()) << "round " << round;
    clock.advance(std::chrono::hours(49));
  }
  EXPECT_GT(compared, 100u);
}

/// Hits, misses, what is malformed and what is dropped, in one batch of any size.
TEST_P(SameAnswersTest, ToABatchAndToEachByItself) {
  const ClientInfo from{client, Protocol::udp, clock.now()};
  for (int round = 0; round < 20; ++round) {
    std::vector<Octets> queries, replies(chance.below(65), Octets(1232));
    std::vector<QueryHandler::Asked> batch;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      const auto question = chance.question();
      if (const auto stored = answer(question); stored && chance.coin()) {
        cache.store({question, false, 0}, stored, clock.now());
      }
      queries.push_back(query_for(question));
      if (chance.below(8) == 0) queries.back().resize(chance.below(20));
    }
    for (std::size_t i = 0; i < replies.size(); ++i) batch.push_back({queries[i], from, replies[i]});
    resolution->answer_now(batch);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      Octets alone(1232);
      const auto expected = resolution->answer_now(queries[i], from, alone);
      ASSERT_EQ(batch[i].answer.index(), expected.index());
      if (const auto* written = std::get_if<QueryHandler::Written>(&expected)) {
        EXPECT_EQ(std::get<QueryHandler::Written>(batch[i].answer).size, written->size);
        EXPECT_EQ(replies[i], alone);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SameAnswersTest, ::testing::Range(1u, 6u));

}  // namespace
}  // namespace tributary::resolver::testing
