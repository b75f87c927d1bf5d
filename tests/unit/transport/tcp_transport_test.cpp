#include "resolver/transport/tcp_transport.hpp"

#include "resolver/transport/tcp_connection.hpp"

#include <algorithm>
#include <set>

#include "tests/unit/transport/plain_transport_fixture.hpp"

namespace tributary::resolver {
namespace {

using Connection = FakeDnsServer::Connection;

class TcpTransportTest : public PlainTransportTest {
 protected:
  void SetUp() override { answer(); }

  void answer() {
    server_->on_tcp = [](Connection& connection, const Message& query) { connection.reply(reply_to(query)); };
  }
  std::vector<std::shared_ptr<Exchange>> begin_many(std::size_t count) {
    std::vector<std::shared_ptr<Exchange>> exchanges;
    for (std::size_t i = 0; i < count; ++i) {
      exchanges.push_back(begin(*transport_, query_for("n" + std::to_string(i) + ".example.")));
    }
    return exchanges;
  }
  static Failure::Kind failure_of(const ExchangeResult& result) { return result.error().kind; }

  std::unique_ptr<TcpTransport> transport_ =
      std::make_unique<TcpTransport>(loop_->get_executor(), clock_, random_, plain_server());
};

TEST_F(TcpTransportTest, BringsTheReplyAndItsRoundTripTime) {
  server_->on_tcp = [this](Connection& connection, const Message& query) {
    clock_.advance(std::chrono::milliseconds(30));
    connection.reply(reply_to(query));
  };
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->rtt, std::chrono::milliseconds(30));
  EXPECT_EQ(reply->channel, Channel::clear);
}

TEST_F(TcpTransportTest, AnAuthorityIsAskedWithoutRecursion) {
  TcpTransport transport(loop_->get_executor(), clock_, random_, plain_server(true));
  EXPECT_TRUE(ask(transport)->from_authority);
  EXPECT_FALSE(dns::read_header(server_->over_tcp.at(0).message)->recursion_desired);
}

TEST_F(TcpTransportTest, WorksOverIpv6) {
  FakeDnsServer server(*loop_, asio::ip::address_v6::loopback());
  server.on_tcp = server_->on_tcp;
  TcpTransport transport(loop_->get_executor(), clock_, random_, {{server.address(), server.port()}});
  EXPECT_TRUE(ask(transport));
}

TEST_F(TcpTransportTest, KeepsTheConnection) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(TcpTransportTest, CountsConnectionsAndTheirUse) {
  ConnectionCounters counters;
  transport_->count_connections(counters);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask(*transport_));
  advance(std::chrono::seconds(10));
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(counters.opened.get(), 2U);
  EXPECT_EQ(counters.reused.get(), 2U);
}

TEST_F(TcpTransportTest, GivesUpTheConnectionAfterTenIdleSeconds) {
  ASSERT_TRUE(ask(*transport_));
  advance(std::chrono::milliseconds(9999));
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 1U);
  advance(std::chrono::seconds(10));
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, PipelinesQueriesAndTakesRepliesInAnyOrder) {
  constexpr std::size_t count = 100;
  std::vector<Message> queries;
  server_->on_tcp = [&](Connection& connection, const Message& query) {
    queries.push_back(query);
    if (queries.size() < count) return;
    for (auto last = queries.rbegin(); last != queries.rend(); ++last) connection.reply(reply_to(*last));
  };
  const auto exchanges = begin_many(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto reply = finish(exchanges[i]);
    ASSERT_TRUE(reply);
    EXPECT_EQ(dns::MessageView::parse(reply->message)->question().name,
              name("n" + std::to_string(i) + ".example."));
  }
  EXPECT_EQ(server_->connections, 1U);
}

/// Draws one of 128 numbers only, so that the same ones come again and again.
class ScarceRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    random_.fill(out);
    std::fill(out.begin(), out.end() - 1, std::uint8_t{0});
    out.back() &= 0x7f;
  }

 private:
  SystemRandom random_;
};

TEST_F(TcpTransportTest, NeverUsesAnIdTwiceAtOnce) {
  server_->on_tcp = {};
  ScarceRandom scarce;
  TcpTransport transport(loop_->get_executor(), clock_, scarce, plain_server());
  constexpr std::size_t count = 100;
  for (std::size_t i = 0; i < count; ++i) begin(transport, query_for("www.example."));
  run_until([this] { return server_->over_tcp.size() == count; });
  std::set<int> ids;
  for (const auto& received : server_->over_tcp) ids.insert(received.message[0] << 8 | received.message[1]);
  EXPECT_EQ(ids.size(), count);
  advance(patience);
}

TEST_F(TcpTransportTest, IgnoresRepliesToNobody) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(with_id_changed(reply_to(query)));
    connection.reply({});
    connection.reply({0});
    auto other = query;
    other[13] ^= 1;
    connection.reply(reply_to(other));
    connection.reply(reply_to(query));
  };
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(dns::MessageView::parse(reply->message)->question(), query_for("www.example.").question);
}

TEST_F(TcpTransportTest, ConnectsAgainWhenTheServerClosedBetweenQueries) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(reply_to(query));
    connection.close_after_writing();
  };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 3U);
}

TEST_F(TcpTransportTest, AsksAgainWhatWasPendingWhenTheServerClosed) {
  constexpr std::size_t count = 5;
  server_->on_tcp = [this](Connection& connection, const Message& query) {
    if (connection.number() > 1) return connection.reply(reply_to(query));
    if (server_->over_tcp.size() == count) connection.close_after_writing();
  };
  for (const auto& exchange : begin_many(count)) EXPECT_TRUE(finish(exchange));
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, FailsWhenTheServerClosesTwice) {
  server_->on_tcp = [](Connection& connection, const Message&) { connection.close_after_writing(); };
  EXPECT_EQ(failure_of(ask(*transport_)), Failure::Kind::network);
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, FailsAtOnceWhenTheConnectionIsRefused) {
  server_->refuse_tcp();
  EXPECT_EQ(failure_of(ask(*transport_)), Failure::Kind::network);
}

TEST_F(TcpTransportTest, PutsTogetherFramesThatComeInPieces) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    const auto reply = reply_to(query);
    connection.write({static_cast<std::uint8_t>(reply.size() >> 8)});
    connection.write({static_cast<std::uint8_t>(reply.size() & 0xff), reply[0]});
    connection.write(Message(reply.begin() + 1, reply.begin() + 20));
    connection.write(Message(reply.begin() + 20, reply.end()));
  };
  EXPECT_TRUE(ask(*transport_));
}

TEST_F(TcpTransportTest, AHalfFrameBeforeTheEndIsALostConnection) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    if (connection.number() > 1) return connection.reply(reply_to(query));
    connection.write({0, 50, query[0], query[1]});
    connection.close_after_writing();
  };
  EXPECT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, TakesTheLargestReply) {
  constexpr std::size_t largest = 65535;
  server_->on_tcp = [](Connection& connection, const Message& query) {
    dns::Record filler{name("."), dns::Type::TXT, dns::Class::IN, 0, {}};
    auto reply = reply_to(query, {.edns = false});
    constexpr std::size_t record_head = 11;
    filler.rdata.resize(largest - reply.size() - record_head);
    const auto length = filler.rdata.size();
    const Message head{0,
                       0,
                       16,
                       0,
                       1,
                       0,
                       0,
                       0,
                       0,
                       static_cast<std::uint8_t>(length >> 8),
                       static_cast<std::uint8_t>(length & 0xff)};
    reply.insert(reply.end(), head.begin(), head.end());
    reply.resize(largest);
    reply[11] = 1;  // ARCOUNT
    connection.reply(reply);
  };
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->message.size(), largest);
}

TEST_F(TcpTransportTest, ASilentServerCostsEachExchangeItsDeadlineAndTheConnection) {
  server_->on_tcp = {};
  const auto first = begin(*transport_, query_for("first.example."));
  run_until([this] { return server_->over_tcp.size() == 1; });
  advance(patience / 2);
  const auto second = begin(*transport_, query_for("second.example."));
  run_until([this] { return server_->over_tcp.size() == 2; });
  advance(patience / 2);
  ASSERT_TRUE(first->result);
  EXPECT_EQ(failure_of(*first->result), Failure::Kind::timeout);
  EXPECT_FALSE(second->result);
  answer();
  EXPECT_TRUE(ask(*transport_)) << "on a new connection";
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, ASlowReplyToOneQueryDoesNotCostTheConnection) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    const auto view = dns::MessageView::parse(query).value();
    if (view.question().name != name("slow.example.")) connection.reply(reply_to(query));
  };
  const auto slow = begin(*transport_, query_for("slow.example."));
  run_until([this] { return server_->over_tcp.size() == 1; });
  advance(std::chrono::seconds(1));
  ASSERT_TRUE(ask(*transport_));
  advance(patience);
  ASSERT_TRUE(slow->result);
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(TcpTransportTest, ServersWithoutEdnsAreAskedWithoutIt) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(has_edns(query) ? bare_error_to(query, dns::Rcode::FORMERR)
                                     : reply_to(query, {.edns = false}));
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(rcode_of(ask(*transport_)->message), dns::Rcode::NOERROR);
  EXPECT_EQ(server_->over_tcp.size(), 3U);
}

TEST_F(TcpTransportTest, TheTransportMayGoWhileItsConnectionIsKept) {
  ASSERT_TRUE(ask(*transport_));
  transport_.reset();
  advance(std::chrono::seconds(20));
}

TEST_F(TcpTransportTest, TheEventLoopMayEndWithExchangesPending) {
  server_->on_tcp = {};
  begin_many(3);
  run_until([this] { return server_->over_tcp.size() == 3; });
  begin_many(3);
  end_event_loop();
}

TEST_F(TcpTransportTest, TheEventLoopMayEndWhileConnecting) {
  begin_many(3);
  end_event_loop();
}

/// A transport whose connection is kept warm.
class WarmTcpTransportTest : public TcpTransportTest {
 protected:
  WarmTcpTransportTest() {
    transport_ = std::make_unique<TcpTransport>(loop_->get_executor(), clock_, random_, plain_server(), true);
  }
};

TEST_F(WarmTcpTransportTest, ConnectsBeforeTheFirstQueryAndStays) {
  transport_->start();
  run_until([&] { return server_->connections == 1; });
  advance(std::chrono::hours(1));
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(WarmTcpTransportTest, AConnectionThatTheServerClosesIsOpenedAgain) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(reply_to(query));
    connection.close_after_writing();
  };
  transport_->start();
  run_until([&] { return server_->connections == 1; });
  advance(std::chrono::seconds(10));
  ASSERT_TRUE(ask(*transport_));
  run_until([&] { return server_->connections == 2; });
  EXPECT_EQ(server_->over_tcp.size(), 1U);
}

TEST_F(WarmTcpTransportTest, WhatDoesNotEvenArriveIsAskedOnAnotherConnection) {
  server_->little_room();
  ASSERT_TRUE(ask(*transport_));
  advance(std::chrono::seconds(1));
  server_->read_no_more();
  const auto exchanges = begin_many(1000);
  advance(std::chrono::milliseconds(1));
  advance(TcpConnection::stall_limit);
  for (const auto& exchange : exchanges) ASSERT_TRUE(finish(exchange));
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(TcpTransportTest, AFullConnectionTakesNoMoreEvenWhenThereIsRoomAgain) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    if (connection.number() > 1) connection.reply(reply_to(query));
  };
  const auto unanswered = begin_many(TcpConnection::most_in_flight);
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->connections, 2U);
  advance(patience);
  for (const auto& exchange : unanswered) ASSERT_EQ(failure_of(finish(exchange)), Failure::Kind::timeout);
  ASSERT_TRUE(ask(*transport_));
  EXPECT_EQ(server_->over_tcp.back().connection, 2U);
}

TEST_F(TcpTransportTest, AChangeOfTheNetworkRepeatsWhatIsOnItsWay) {
  ASSERT_TRUE(ask(*transport_));
  server_->read_no_more();
  const auto first = begin(*transport_, query_for("a.example.")),
             second = begin(*transport_, query_for("b.example."));
  advance(std::chrono::milliseconds(1));
  transport_->network_changed();
  EXPECT_TRUE(finish(first));
  EXPECT_TRUE(finish(second));
  EXPECT_EQ(server_->connections, 2U);
}

}  // namespace
}  // namespace tributary::resolver
