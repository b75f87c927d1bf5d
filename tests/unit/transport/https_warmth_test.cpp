#include <gmock/gmock.h>

#include "tests/unit/transport/https_fixture.hpp"

namespace tributary::resolver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::HttpsServer;
using test::ServerAction;
using test::ServerRequest;

/// Connections that are there before anybody asks, and after everything has changed.
class HttpsWarmthTest : public HttpsFixture {
 protected:
  /// A transport whose connection is ready.
  std::unique_ptr<HttpsTransport> started(const HttpsServer& server) {
    auto transport = transport_to(server);
    transport->start();
    run_until([&] { return server.open_connections() == 1 && server.handshakes() == 1; });
    settle();
    return transport;
  }
};

TEST_F(HttpsWarmthTest, ConnectsBeforeTheFirstQuery) {
  HttpsServer server(loop, server_options());
  const auto transport = started(server);
  EXPECT_TRUE(server.requests().empty());
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsWarmthTest, DoesNotConnectWhenItIsNotWanted) {
  HttpsServer server(loop, server_options());
  auto options = transport_options(server);
  options.keep_warm = false;
  const auto transport = transport_to(options);
  transport->start();
  settle();
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 1U);
  clock.advance(seconds(60));
  run_until([&] { return server.open_connections() == 0; });
}

TEST_F(HttpsWarmthTest, AnHoursIdlingCostsNoHandshake) {
  HttpsServer server(loop, server_options());
  const auto transport = started(server);
  for (std::size_t pings = 1; pings <= 120; ++pings) {
    clock.advance(seconds(30));
    run_until([&] { return server.pings() == pings; });
    settle();
  }
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsWarmthTest, AConnectionThatTheServerClosesIsOpenedAgain) {
  HttpsServer server(loop, server_options());
  const auto transport = started(server);
  clock.advance(seconds(10));
  server.hang_up();
  run_until([&] { return server.handshakes() == 2; });
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpsWarmthTest, GoAwayBringsANewConnection) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.connection == 1) action.kind = ServerAction::Kind::go_away;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = started(server);
  clock.advance(seconds(10));
  ASSERT_TRUE(answer(*transport));
  run_until([&] { return server.handshakes() == 2; });
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(HttpsWarmthTest, ADeadIdleConnectionIsReplacedBeforeAnybodyAsks) {
  HttpsServer server(loop, server_options());
  const auto transport = started(server);
  server.fall_silent();
  clock.advance(seconds(30));
  loop.poll();  // PING
  clock.advance(milliseconds(150));
  run_until([&] { return server.handshakes() == 2; });
  EXPECT_TRUE(answer(*transport));
}

TEST_F(HttpsWarmthTest, FailuresInARowMakeItWaitLonger) {
  auto options = server_options();
  options.http2 = false;  // every connection fails
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  transport->start();
  const auto ended = [&](std::size_t count) {
    return [&server, count] { return server.connections() == count && server.open_connections() == 0; };
  };
  run_until(ended(1));
  settle();
  for (const auto pause : {1, 2, 4, 8}) {
    const auto before = server.connections();
    clock.advance(seconds(pause) - milliseconds(1));
    settle();
    EXPECT_EQ(server.connections(), before);
    clock.advance(milliseconds(1));
    run_until(ended(before + 1));
    settle();
  }
}

TEST_F(HttpsWarmthTest, AChangeOfTheNetworkEndsTheWait) {
  auto options = server_options();
  options.http2 = false;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  transport->start();
  run_until([&] { return server.connections() == 1 && server.open_connections() == 0; });
  settle();
  transport->network_changed();
  run_until([&] { return server.connections() == 2; });
}

TEST_F(HttpsWarmthTest, AChangeOfTheNetworkRepeatsWhatIsOnItsWay) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  server.fall_silent();
  const auto first = ask(*transport, query()), second = ask(*transport, query("other.example."));
  settle();
  transport->network_changed();
  EXPECT_TRUE(result_of(first));  // and no time has passed
  EXPECT_TRUE(result_of(second));
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsWarmthTest, ManyChangesInARowLoseNoQuery) {
  auto options = server_options();
  options.tls = false;  // nobody gets beyond connecting
  HttpsServer hanging(loop, options);
  const auto transport = transport_to(hanging);
  const auto asked = ask(*transport, query());
  for (std::size_t change = 1; change <= 6; ++change) {
    run_until([&] { return hanging.connections() == change; });
    transport->network_changed();
  }
  EXPECT_FALSE(asked->result.has_value());
  clock.advance(seconds(4));
  EXPECT_EQ(kind_of(result_of(asked)), Failure::Kind::timeout);
}

}  // namespace
}  // namespace tributary::resolver
