// Answers that end in an alias, and lead on by another route.

#include "resolver/resolution.hpp"

#include <gmock/gmock.h>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using ::testing::ElementsAre;

TEST_F(ResolutionTest, FollowsAChainOverTwoRoutes) {
  world_knows["www.example. A"] = {"www.example. 300 IN CNAME www.corp.test."};
  office_knows["www.corp.test. A"] = {"www.corp.test. 60 IN A 192.0.2.7"};
  const auto response = ask("www.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::NOERROR);
  EXPECT_THAT(answers(*response),
              ElementsAre("www.example. 300 IN CNAME www.corp.test.", "www.corp.test. 60 IN A 192.0.2.7"));
  EXPECT_EQ(world->asked.size(), 1u);
  EXPECT_EQ(office->asked.size(), 1u);
}

TEST_F(ResolutionTest, EachLinkOfAChainAgesAndExpiresByItself) {
  world_knows["www.example. A"] = {"www.example. 300 IN CNAME www.corp.test."};
  office_knows["www.corp.test. A"] = {"www.corp.test. 60 IN A 192.0.2.7"};
  ask("www.example.");
  clock.advance(100s);
  EXPECT_THAT(answers(ask("www.example.").value()),
              ElementsAre("www.example. 200 IN CNAME www.corp.test.", "www.corp.test. 60 IN A 192.0.2.7"));
  EXPECT_EQ(world->asked.size(), 1u);
  EXPECT_EQ(office->asked.size(), 2u);
}

TEST_F(ResolutionTest, AChainMayEndInADenial) {
  world_knows["www.example. A"] = {"www.example. 300 IN CNAME missing.corp.test."};
  const auto response = ask("www.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::NXDOMAIN);
  EXPECT_EQ(answers(*response).size(), 1u);
  EXPECT_EQ(parse(*response).record_count(dns::Section::authority), 1u);
}

TEST_F(ResolutionTest, AChainMayEndInASpecialName) {
  world_knows["me.example. A"] = {"me.example. 300 IN CNAME localhost."};
  const auto response = ask("me.example.");
  ASSERT_TRUE(response);
  ASSERT_EQ(answers(*response).size(), 2u);
  EXPECT_THAT(answers(*response)[1], ::testing::HasSubstr("127.0.0.1"));
}

TEST_F(ResolutionTest, AChainThatFailsAtItsEndFails) {
  world_knows["www.example. A"] = {"www.example. 300 IN CNAME www.corp.test."};
  office->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  const auto response = ask("www.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::SERVFAIL);
  EXPECT_TRUE(answers(*response).empty());
  EXPECT_TRUE(error_of(*response));
}

TEST_F(ResolutionTest, ALoopBetweenRoutesEnds) {
  world_knows["a.example. A"] = {"a.example. 300 IN CNAME b.corp.test."};
  office_knows["b.corp.test. A"] = {"b.corp.test. 300 IN CNAME a.example."};
  const auto response = ask("a.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(world->asked.size(), 1u);
  EXPECT_EQ(office->asked.size(), 1u);
}

TEST_F(ResolutionTest, AChainWithoutEndEnds) {
  for (int i = 0; i < 100; ++i) {
    const auto owner = "n" + std::to_string(i) + ".example.";
    world_knows[owner + " A"] = {owner + " 300 IN CNAME n" + std::to_string(i + 1) + ".example."};
  }
  const auto response = ask("n0.example.");
  ASSERT_TRUE(response);
  EXPECT_EQ(parse(*response).rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(world->asked.size(), Judge::longest_chain + 1);
}

}  // namespace
}  // namespace tributary::resolver::testing
