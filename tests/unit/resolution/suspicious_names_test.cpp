// What is kept of names that somebody on the path forges.

#include <gmock/gmock.h>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using ::testing::SizeIs;

class SuspiciousAnswerTest : public ResolutionTest {
 protected:
  SuspiciousAnswerTest() { injected.note(dns::testing::question("www.example."), clock.now()); }

  /// From now on `world` replies over this channel.
  void reply_over(Channel channel) {
    world->script = [channel](const Query& query) {
      const auto record = query.question.name.to_text() + " 300 IN A 192.0.2.1";
      auto reply = StubUpstream::reply(query, dns::Rcode::NOERROR, {record});
      reply->channel = channel;
      return reply;
    };
  }
};

TEST_F(SuspiciousAnswerTest, IsGivenButNotKeptIfItCameInClear) {
  reply_over(Channel::clear);
  EXPECT_THAT(answers(ask("www.example.").value()), SizeIs(1));
  EXPECT_THAT(answers(ask("www.example.").value()), SizeIs(1));
  EXPECT_THAT(world->asked, SizeIs(2));
}

TEST_F(SuspiciousAnswerTest, IsKeptIfNobodyCanHaveForgedIt) {
  reply_over(Channel::authenticated);
  ASSERT_TRUE(ask("www.example."));
  ASSERT_TRUE(ask("www.example."));
  EXPECT_THAT(world->asked, SizeIs(1));
}

TEST_F(SuspiciousAnswerTest, IsKeptAgainAfterAnHour) {
  reply_over(Channel::clear);
  clock.advance(InjectedNames::remembered_for);
  ASSERT_TRUE(ask("www.example."));
  ASSERT_TRUE(ask("www.example."));
  EXPECT_THAT(world->asked, SizeIs(1));
}

TEST_F(SuspiciousAnswerTest, OtherNamesAreKeptAsEver) {
  reply_over(Channel::clear);
  ASSERT_TRUE(ask("other.example."));
  ASSERT_TRUE(ask("other.example."));
  EXPECT_THAT(world->asked, SizeIs(1));
}

}  // namespace
}  // namespace tributary::resolver::testing
