#include "resolver/daemon/config_changes.hpp"

#include <gmock/gmock.h>

#include "resolver/daemon/snapshot.hpp"
#include "tests/unit/daemon/two_routes.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using policy::ListenProtocol;
using testing::ElementsAre;
using testing::IsEmpty;

policy::ListenConfig listen(ListenProtocol protocol, std::uint16_t port) {
  return {protocol, {asio::ip::make_address("127.0.0.1"), port}};
}

TEST(ListenChangesTest, WhatStaysIsNeitherOpenedNorClosed) {
  const auto udp = listen(ListenProtocol::udp, 53), tcp = listen(ListenProtocol::tcp, 53),
             other = listen(ListenProtocol::udp, 5300);
  const auto [opened, closed] = listen_changes({udp, tcp}, {tcp, other});
  EXPECT_THAT(opened, ElementsAre(other));
  EXPECT_THAT(closed, ElementsAre(udp));
}

TEST(ListenChangesTest, AnyPortNamedTwiceIsTwoSockets) {
  const auto any = listen(ListenProtocol::udp, 0);
  const auto [opened, closed] = listen_changes({any}, {any, any});
  EXPECT_THAT(opened, ElementsAre(any));
  EXPECT_THAT(closed, IsEmpty());
}

TEST(KeepUntilRestartTest, SaysWhichSettingsStay) {
  const auto running = two_routes();
  auto next = running;
  next.workers = 8;
  next.cache.bytes = 1 << 30;
  next.cache.max_ttl = 5s;
  EXPECT_THAT(keep_until_restart(next, running),
              ElementsAre("workers needs a restart: it stays as it was",
                          "cache.size needs a restart: it stays as it was"));
  EXPECT_EQ(next.workers, running.workers);
  EXPECT_EQ(next.cache.bytes, running.cache.bytes);
  EXPECT_EQ(next.cache.max_ttl, 5s);
  EXPECT_THAT(keep_until_restart(next, running), IsEmpty());
}

TEST(SameConfigTest, ChangesNothing) {
  EXPECT_THAT(changes(two_routes(), two_routes()), IsEmpty());
}

struct Change {
  const char* name;
  void (*make)(policy::Config& config);
  std::vector<std::string> sentences;
};

class ConfigChangesTest : public testing::TestWithParam<Change> {};

TEST_P(ConfigChangesTest, AreToldInASentence) {
  auto next = two_routes();
  GetParam().make(next);
  EXPECT_EQ(changes(two_routes(), next), GetParam().sentences);
}

INSTANTIATE_TEST_SUITE_P(
    , ConfigChangesTest,
    testing::Values(
        Change{"Listening",
               [](policy::Config& next) { next.listen = {listen(ListenProtocol::tcp, 53)}; },
               {"queries are taken at tcp 127.0.0.1:53"}},
        Change{"UpstreamAddress",
               [](policy::Config& next) { next.upstreams[0].address->port = 5300; },
               {"upstream world has changed: it begins anew"}},
        Change{"UpstreamWeight",
               [](policy::Config& next) { next.upstreams[0].weight = 3; },
               {"upstream world has another weight or operator; its connections stay"}},
        Change{"NewUpstream",
               [](policy::Config& next) {
                 next.upstreams.push_back(next.upstreams[0]);
                 next.upstreams.back().name = "more";
                 next.groups[0].upstreams.push_back("more");
               },
               {"upstream more is new", "group world has changed"}},
        Change{"RouteLeadsElsewhere",
               [](policy::Config& next) { next.routes[1].group = "world"; },
               {"the route of corp.test. to office leads to world now"}},
        Change{"RouteGone",
               [](policy::Config& next) { next.routes.pop_back(); },
               {"the route of corp.test. to office is gone"}},
        Change{"RouteNotValidated",
               [](policy::Config& next) { next.routes[1].validate = false; },
               {"the route of corp.test. to office is not validated any more",
                "what is validated has changed: everything is asked anew"}},
        Change{"Timeouts", [](policy::Config& next) { next.timeouts.query = 9s; }, {"timeouts has changed"}},
        Change{"Clients", [](policy::Config& next) { next.allow.clear(); }, {"allow has changed"}}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace tributary::resolver
