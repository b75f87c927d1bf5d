// Clients that validate themselves (CD, RFC 4035 §3.2.2) and those that do not.

#include <gmock/gmock.h>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using ::testing::ElementsAre;

class CheckingDisabledTest : public ResolutionTest {
 protected:
  static std::vector<std::uint8_t> query_with_cd() {
    dns::Header header;
    header.recursion_desired = header.checking_disabled = true;
    return dns::build_query(header, dns::testing::question("www.example."), nullptr);
  }

  const std::vector<std::uint8_t> with_cd = query_with_cd();
};

TEST_F(CheckingDisabledTest, TellsTheUpstreamWhatTheClientWants) {
  ask(with_cd);
  ask("www.example.");
  ASSERT_EQ(world->asked.size(), 2u);
  EXPECT_TRUE(world->asked[0].checking_disabled);
  EXPECT_FALSE(world->asked[1].checking_disabled);
}

/// RFC 4035 §3.2.2: what was not checked, because its client wanted to, is nothing for those who rely on us;
/// nor the other way round, as what failed our checks would be missing.
TEST_F(CheckingDisabledTest, WhatWasAskedWithCdAndWithoutIsKeptApart) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.66"};
  ask(with_cd);
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.1"};
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(answers(ask("www.example.").value()), ElementsAre("www.example. 300 IN A 192.0.2.1"));
    EXPECT_THAT(answers(ask(with_cd).value()), ElementsAre("www.example. 300 IN A 192.0.2.66"));
  }
  EXPECT_EQ(world->asked.size(), 2u);
}

TEST_F(CheckingDisabledTest, WithCdAndWithoutDoNotWaitForOneAnother) {
  world->hold();
  start(usual_query("www.example."));
  start(with_cd);
  poll();
  EXPECT_EQ(world->pending, 2u);
}

TEST_F(CheckingDisabledTest, WhatHasExpiredWithCdIsNothingForThoseWithout) {
  world_knows["www.example. A"] = {"www.example. 300 IN A 192.0.2.66"};
  ask(with_cd);
  clock.advance(301s);
  world->script = [](const Query& query) { return StubUpstream::reply(query, Rcode::SERVFAIL); };
  EXPECT_EQ(parse(ask("www.example.").value()).rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(answers(ask(with_cd).value()).size(), 1u) << "it is its own";
}

}  // namespace
}  // namespace tributary::resolver::testing
