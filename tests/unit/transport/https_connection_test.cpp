#include "resolver/transport/https_connection.hpp"

#include <gmock/gmock.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include "tests/unit/transport/https_fixture.hpp"

namespace tributary::resolver {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::HttpsServer;
using test::ServerAction;
using test::ServerRequest;
using testing::HasSubstr;

class HttpsConnectionTest : public HttpsFixture {};

TEST_F(HttpsConnectionTest, AQueryEndsAtItsDeadlineWhenTlsNeverAnswers) {
  auto options = server_options();
  options.tls = false;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto soon = ask(*transport, query(), milliseconds(500));
  const auto late = ask(*transport, query(), seconds(4));
  run_until([&] { return server.connections() == 1; });
  clock.advance(milliseconds(500));
  const auto first = result_of(soon);
  EXPECT_EQ(kind_of(first), Failure::Kind::timeout);
  EXPECT_THAT(first.error().detail, HasSubstr("the TLS handshake with 127.0.0.1 port "));
  EXPECT_TRUE(first.error().connecting);
  EXPECT_FALSE(late->result.has_value());

  clock.advance(milliseconds(2500));  // the bound of connecting itself
  const auto reply = result_of(late);
  EXPECT_EQ(kind_of(reply), Failure::Kind::timeout);
  EXPECT_THAT(reply.error().detail, HasSubstr("the TLS handshake with 127.0.0.1 port "));
  EXPECT_TRUE(reply.error().connecting);
}

TEST_F(HttpsConnectionTest, TheNextQueryConnectsAnewAfterAHangingConnect) {
  auto options = server_options();
  options.tls = false;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto first = ask(*transport, query());
  run_until([&] { return server.connections() == 1; });
  clock.advance(seconds(3));
  ASSERT_FALSE(result_of(first));
  const auto second = ask(*transport, query());
  run_until([&] { return server.connections() == 2; });
  clock.advance(seconds(3));
  EXPECT_FALSE(result_of(second));
}

TEST_F(HttpsConnectionTest, ASilentServerIsFoundOutAndLeft) {
  auto options = server_options();
  options.answers = false;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto asked = ask(*transport, query(), seconds(10));
  for (std::size_t life = 1; life <= HttpsTransport::max_attempts; ++life) {
    run_until([&] { return server.requests().size() == life; });
    clock.advance(milliseconds(100));
    run_until([&] { return server.pings() == life; });
    clock.advance(milliseconds(150));
  }
  run_until([&] {
    clock.advance(milliseconds(50));
    return server.open_connections() == 0;
  });
  const auto reply = result_of(asked);
  EXPECT_EQ(kind_of(reply), Failure::Kind::timeout);
  EXPECT_THAT(reply.error().detail, HasSubstr("silent"));
  EXPECT_FALSE(reply.error().connecting);
}

TEST_F(HttpsConnectionTest, ADeadConnectionCostsAQuarterOfASecond) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  server.fall_silent();
  const auto asked = ask(*transport, query()), another = ask(*transport, query("other.example."));
  settle();
  clock.advance(milliseconds(100));
  settle();
  clock.advance(milliseconds(150));
  EXPECT_TRUE(result_of(asked));
  EXPECT_TRUE(result_of(another));
  EXPECT_EQ(server.connections(), 2U);
  run_until([&] { return server.open_connections() == 1; });  // nobody waits on the first any more
}

TEST_F(HttpsConnectionTest, SilenceIsFoundOutThoughEveryQueryGivesUpEarly) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.connection == 1 && request.number > 1) action.kind = ServerAction::Kind::ignore;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  for (std::size_t sent = 2; sent <= 5; ++sent) {
    const auto asked = ask(*transport, query(), milliseconds(300));
    run_until([&] { return server.requests().size() == sent; });
    clock.advance(milliseconds(300));
    EXPECT_EQ(kind_of(result_of(asked)), Failure::Kind::timeout);
  }
  run_until([&] { return server.pings() == 1; });
}

TEST_F(HttpsConnectionTest, ASlowAnswerIsWaitedForWhilePingsAreAnswered) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number == 2) action.kind = ServerAction::Kind::ignore;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  const auto slow = ask(*transport, query(), seconds(10));
  run_until([&] { return server.requests().size() == 2; });
  for (std::size_t second = 1; second <= 4; ++second) {
    clock.advance(seconds(1));
    run_until([&] { return server.pings() == second; });
    EXPECT_TRUE(answer(*transport));  // its response comes behind that of the PING
  }
  EXPECT_FALSE(slow->result.has_value());
  EXPECT_EQ(server.connections(), 1U);
  clock.advance(seconds(6));
  EXPECT_EQ(kind_of(result_of(slow)), Failure::Kind::timeout);
}

TEST_F(HttpsConnectionTest, ClosesWhenIdleAndConnectsForTheNextQuery) {
  HttpsServer server(loop, server_options());
  auto options = transport_options(server);
  options.keep_warm = false;
  const auto transport = transport_to(options);
  ASSERT_TRUE(answer(*transport));
  clock.advance(seconds(60));
  run_until([&] { return server.open_connections() == 0; });
  EXPECT_EQ(server.pings(), 0U);
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsConnectionTest, RttLeavesOutConnecting) {
  auto options = server_options();
  options.action = [this](const ServerRequest& request) {
    clock.advance(milliseconds(40));
    return test::echo(request);
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto asked = ask(*transport, query());
  clock.advance(milliseconds(100));  // before anything was sent
  const auto reply = result_of(asked);
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_EQ(reply->rtt, milliseconds(40));
}

TEST_F(HttpsConnectionTest, TheEventLoopMayEndWithQueriesUnderWay) {
  auto options = server_options();
  options.max_streams = 1;
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number > 1) action.kind = ServerAction::Kind::ignore;
    return action;
  };
  HttpsServer server(loop, options);
  options.tls = false;
  HttpsServer hanging(loop, options);
  const auto transport = transport_to(server), connecting = transport_to(hanging);
  ASSERT_TRUE(answer(*transport));
  const auto sent = ask(*transport, query()), queued = ask(*transport, query()),
             early = ask(*connecting, query());
  run_until([&] { return server.requests().size() == 2 && hanging.connections() == 1; });
  EXPECT_FALSE(sent->result.has_value() || queued->result.has_value() || early->result.has_value());
  loop.abandon();
}

}  // namespace
}  // namespace tributary::resolver
