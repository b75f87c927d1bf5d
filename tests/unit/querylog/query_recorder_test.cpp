#include "resolver/querylog/query_recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/querylog/querylog_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

class QueryRecorderTest : public ::testing::Test {
 protected:
  Sleeper writer;
  QueryRecorder recorder{4096, 1, writer};
  Sample sample;
};

TEST_F(QueryRecorderTest, GivesBackWhatWasRecorded) {
  sample.facts.origin = {AnswerSource::stale, cache::upstream_place(3), cache::Security::insecure};
  sample.facts.error = dns::ExtendedError{3};
  recorder.record(sample.facts, sample.query, sample.reply);
  const auto logged = recorder.front();
  ASSERT_TRUE(logged);
  EXPECT_TRUE(std::ranges::equal(logged->query, sample.query));
  EXPECT_TRUE(std::ranges::equal(logged->reply, sample.reply));
  EXPECT_EQ(logged->facts.client.port, 4242);
  EXPECT_EQ(logged->facts.replied, sample.facts.replied);
  EXPECT_EQ(logged->facts.origin.source, AnswerSource::stale);
  EXPECT_EQ(logged->facts.origin.upstream, cache::upstream_place(3));
  EXPECT_EQ(logged->facts.error, dns::ExtendedError{3});
  recorder.pop();
  EXPECT_FALSE(recorder.front());
}

TEST_F(QueryRecorderTest, DropsAndCountsWhatHasNoRoom) {
  constexpr int asked = 100;
  for (int i = 0; i < asked; ++i) recorder.record(sample.facts, sample.query, sample.reply);
  int kept = 0;
  for (; recorder.front(); ++kept) recorder.pop();
  EXPECT_GT(kept, 10);
  EXPECT_EQ(recorder.dropped(), static_cast<std::uint64_t>(asked - kept));
  recorder.record(sample.facts, sample.query, sample.reply);
  EXPECT_TRUE(recorder.front());
}

TEST_F(QueryRecorderTest, TheSmallestQueueHasRoomForTheLargestMessages) {
  QueryRecorder small(512 * 1024, 1, writer);
  const Octets largest(65535);
  for (int round = 0; round < 10; ++round) {
    small.record(sample.facts, largest, largest);
    ASSERT_TRUE(small.front());
    small.pop();
    small.record(sample.facts, sample.query, sample.reply);
    small.front();
    small.pop();
  }
  EXPECT_EQ(small.dropped(), 0u);
}

}  // namespace
}  // namespace tributary::resolver::testing
