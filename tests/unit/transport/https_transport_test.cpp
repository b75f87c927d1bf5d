#include "resolver/transport/https_transport.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "dns/message_view.hpp"
#include "tests/unit/transport/https_fixture.hpp"

namespace tributary::resolver {
namespace {

using test::HttpsServer;
using test::ServerAction;
using test::ServerRequest;
using testing::HasSubstr;
using testing::StartsWith;

class HttpsTransportTest : public HttpsFixture {};

TEST_F(HttpsTransportTest, PostsTheQueryAndReturnsTheReply) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  const auto reply = answer(*transport);
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_EQ(reply->channel, Channel::authenticated);
  EXPECT_EQ(dns::MessageView::parse(reply->message)->question(), query().question);

  const auto& request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/dns-query");
  EXPECT_EQ(request.accept, "application/dns-message");
  EXPECT_EQ(request.content_type, "application/dns-message");
}

TEST_F(HttpsTransportTest, WorksWithTheRealClock) {
  HttpsServer server(loop, server_options());
  SystemClock real;
  HttpsTransport transport(loop.get_executor(), real, tls, transport_options(server));
  const auto asked =
      start_task(nursery, transport.exchange(query(), Deadline(real.now() + std::chrono::seconds(20))));
  const auto reply = result_of(asked);
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_GT(reply->rtt, Duration::zero());
  loop.abandon();  // the connection's timers go before their clock
}

TEST_F(HttpsTransportTest, GetCarriesTheQueryInThePath) {
  HttpsServer server(loop, server_options());
  auto options = transport_options(server);
  options.method = policy::HttpMethod::get;
  const auto transport = transport_to(options);
  const auto reply = answer(*transport);
  ASSERT_TRUE(reply) << reply.error().detail;

  const auto& request = server.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_THAT(request.path, StartsWith("/dns-query?dns=AAABAAABAAAAAAAB"));
  EXPECT_EQ(request.path.find_first_of("+=", 16), std::string::npos);
  EXPECT_TRUE(request.body.empty());
}

TEST_F(HttpsTransportTest, SendsManyQueriesAtOnceOnOneConnection) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  std::vector<Asked> asked;
  for (int i = 0; i < 90; ++i) asked.push_back(ask(*transport, query("n" + std::to_string(i) + ".example.")));
  for (int i = 0; i < 90; ++i) {
    const auto reply = result_of(asked[static_cast<std::size_t>(i)]);
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_EQ(dns::MessageView::parse(reply->message)->question().name,
              dns::Name::parse("n" + std::to_string(i) + ".example."));
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsTransportTest, KeepsTheConnection) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  ConnectionCounters counters;
  transport->count_connections(counters);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(counters.opened.get(), 1U);
  EXPECT_EQ(counters.reused.get(), 2U);
}

TEST_F(HttpsTransportTest, LosesNoQueryWhenTheServerSaysGoAway) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.connection == 1 && request.number == 20) action.kind = ServerAction::Kind::go_away;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  std::vector<Asked> asked;
  for (int i = 0; i < 200; ++i) asked.push_back(ask(*transport, query()));
  for (const auto& one : asked) {
    const auto reply = result_of(one);
    EXPECT_TRUE(reply) << reply.error().detail;
  }
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(server.requests().size(), 200U);  // none was processed twice
}

TEST_F(HttpsTransportTest, LosesNoQueryWhenTheConnectionBreaks) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.connection == 1) action.kind = ServerAction::Kind::hang_up;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  std::vector<Asked> asked;
  for (int i = 0; i < 50; ++i) asked.push_back(ask(*transport, query()));
  for (const auto& one : asked) EXPECT_TRUE(result_of(one));
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsTransportTest, AsksAgainWhenTheStreamIsRefused) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number == 1) action.kind = ServerAction::Kind::refuse;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(HttpsTransportTest, GivesUpWhenEveryStreamIsRefused) {
  auto options = server_options();
  options.action = [](const ServerRequest&) { return ServerAction{ServerAction::Kind::refuse, {}, {}, {}}; };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  EXPECT_EQ(kind_of(answer(*transport)), Failure::Kind::protocol);
  EXPECT_EQ(server.requests().size(), static_cast<std::size_t>(HttpsTransport::max_attempts));
}

TEST_F(HttpsTransportTest, AResetStreamFailsItsQueryAlone) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number == 1) action.kind = ServerAction::Kind::reset;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  EXPECT_EQ(kind_of(answer(*transport)), Failure::Kind::protocol);
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpsTransportTest, WaitsForAFreeStream) {
  auto options = server_options();
  options.max_streams = 1;
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));  // the server's SETTINGS are known now
  std::vector<Asked> asked;
  for (int i = 0; i < 20; ++i) asked.push_back(ask(*transport, query()));
  for (const auto& one : asked) EXPECT_TRUE(result_of(one));
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests().size(), 21U);  // none was refused and sent again
}

TEST_F(HttpsTransportTest, AQueryWithoutAFreeStreamEndsAtItsDeadline) {
  auto options = server_options();
  options.max_streams = 1;
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number == 2) action.kind = ServerAction::Kind::ignore;
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  const auto first = ask(*transport, query(), std::chrono::milliseconds(800));
  const auto second = ask(*transport, query(), std::chrono::milliseconds(400));
  const auto third = ask(*transport, query(), std::chrono::milliseconds(900));
  run_until([&] { return server.requests().size() == 2; });
  clock.advance(std::chrono::milliseconds(400));
  EXPECT_EQ(kind_of(result_of(second)), Failure::Kind::timeout);
  EXPECT_FALSE(first->result.has_value());
  clock.advance(std::chrono::milliseconds(400));
  EXPECT_EQ(kind_of(result_of(first)), Failure::Kind::timeout);
  EXPECT_TRUE(result_of(third));  // the stream that was given up makes room
}

TEST_F(HttpsTransportTest, ConnectsAgainAfterTheServerHasHungUp) {
  HttpsServer server(loop, server_options());
  const auto transport = transport_to(server);
  ASSERT_TRUE(answer(*transport));
  server.hang_up();
  EXPECT_TRUE(answer(*transport));
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(HttpsTransportTest, ReportsARefusedConnection) {
  std::optional<HttpsServer> server(std::in_place, loop, server_options());
  const auto transport = transport_to(*server);
  server.reset();
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::network);
  EXPECT_THAT(reply.error().detail, HasSubstr("cannot connect to 127.0.0.1"));
  EXPECT_TRUE(reply.error().connecting);
}

TEST_F(HttpsTransportTest, RefusesABodyThatIsTooLarge) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    action.body.resize(70000);
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  const auto reply = answer(*transport);
  EXPECT_EQ(kind_of(reply), Failure::Kind::protocol);
  EXPECT_THAT(reply.error().detail, HasSubstr("too large"));
}

TEST_F(HttpsTransportTest, PassesOnAgeAndRateLimits) {
  auto options = server_options();
  options.action = [](const ServerRequest& request) {
    auto action = test::echo(request);
    if (request.number == 1) action.fields.emplace_back("age", "17");
    if (request.number == 2) {
      action.status = "429";
      action.fields.emplace_back("retry-after", "30");
    }
    return action;
  };
  HttpsServer server(loop, options);
  const auto transport = transport_to(server);
  EXPECT_EQ(answer(*transport)->age, std::chrono::seconds(17));
  const auto limited = answer(*transport);
  EXPECT_EQ(kind_of(limited), Failure::Kind::rate_limited);
  EXPECT_EQ(limited.error().retry_after, std::chrono::seconds(30));
}

TEST_F(HttpsTransportTest, MayBeDestroyedWhileItConnects) {
  auto options = server_options();
  options.tls = false;
  HttpsServer server(loop, options);
  auto transport = transport_to(server);
  const auto asked = ask(*transport, query(), std::chrono::milliseconds(100));
  run_until([&] { return server.connections() == 1; });
  clock.advance(std::chrono::milliseconds(100));
  ASSERT_EQ(kind_of(result_of(asked)), Failure::Kind::timeout);
  transport.reset();
  run_until([&] { return server.open_connections() == 0; });
}

}  // namespace
}  // namespace tributary::resolver
