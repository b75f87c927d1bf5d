#include "resolver/transport/udp_transport.hpp"

#include <set>

#include "tests/unit/transport/udp_transport_fixture.hpp"

namespace tributary::resolver {
namespace {

using Connection = FakeDnsServer::Connection;

TEST_F(UdpTransportTest, BringsTheReplyAndItsRoundTripTime) {
  server_->on_udp = [this](const Message& query) {
    clock_.advance(std::chrono::milliseconds(30));
    return Messages{reply_to(query)};
  };
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->rtt, std::chrono::milliseconds(30));
  EXPECT_EQ(reply->channel, Channel::clear);
  EXPECT_FALSE(reply->from_authority);
  EXPECT_EQ(dns::MessageView::parse(reply->message)->record_count(dns::Section::answer), 1U);
  EXPECT_EQ(server_->over_udp.size(), 1U);
}

TEST_F(UdpTransportTest, AnAuthorityIsAskedWithoutRecursion) {
  answer_over_udp();
  UdpTransport transport(tools_, plain_server(true), policy::PortMode::fresh);
  EXPECT_TRUE(ask(transport)->from_authority);
  EXPECT_FALSE(dns::read_header(server_->over_udp.at(0).message)->recursion_desired);
}

TEST_F(UdpTransportTest, WorksOverIpv6) {
  FakeDnsServer server(*loop_, asio::ip::address_v6::loopback());
  server.on_udp = [](const Message& query) { return Messages{reply_to(query)}; };
  UdpTransport transport(tools_, {{server.address(), server.port()}}, policy::PortMode::fresh);
  EXPECT_TRUE(ask(transport));
}

TEST_F(UdpTransportTest, EveryQueryHasAPortOfItsOwnFromTheWholeRange) {
  constexpr int queries = 300;
  answer_over_udp();
  for (int i = 0; i < queries; ++i) ASSERT_TRUE(ask(*transport_));
  std::set<std::uint16_t> ports;
  int in_upper_half = 0;
  for (const auto& received : server_->over_udp) {
    ports.insert(received.port);
    in_upper_half += received.port >= 33280;
  }
  EXPECT_GT(ports.size(), 290U);
  EXPECT_GE(*ports.begin(), 1024);
  // The kernel's own choice would lie in the upper half always; 61 is seven standard deviations.
  EXPECT_NEAR(in_upper_half, queries / 2, 61);
}

TEST_F(UdpTransportTest, DiscardsWhatIsNotTheReplyAndKeepsListening) {
  server_->on_udp = [](const Message& query) {
    auto cut_off = reply_to(query);
    cut_off.pop_back();
    auto other = query_for("other.example.");
    SystemRandom random;
    OutgoingQuery forged(other, {}, random);
    forged.renumber(static_cast<std::uint16_t>(query[0] << 8 | query[1]));
    return Messages{with_id_changed(reply_to(query, {.rcode = dns::Rcode::NXDOMAIN, .records = {}})),
                    reply_to(wire_of(forged), {.records = {}}),
                    cut_off,
                    Message{},
                    Message(5000),
                    reply_to(query)};
  };
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_EQ(rcode_of(reply->message), dns::Rcode::NOERROR);
  EXPECT_EQ(transport_->wrong_ids(), 2U) << "one bears none";
  EXPECT_EQ(transport_->counters().wrong_question.get(), 1U);
  EXPECT_EQ(transport_->counters().malformed.get(), 1U);
  EXPECT_EQ(transport_->counters().sent.get(), 1U);
}

TEST_F(UdpTransportTest, EndsWithTheDeadline) {
  const auto exchange = begin(*transport_, query_for("www.example."));
  advance(patience - std::chrono::milliseconds(1));
  EXPECT_FALSE(exchange->result);
  advance(std::chrono::milliseconds(1));
  ASSERT_TRUE(exchange->result);
  EXPECT_EQ(exchange->result->error().kind, Failure::Kind::timeout);
}

TEST_F(UdpTransportTest, WrongRepliesDoNotProlongTheWait) {
  server_->on_udp = [this](const Message& query) {
    clock_.advance(patience);
    return Messages{with_id_changed(reply_to(query))};
  };
  EXPECT_EQ(ask(*transport_).error().kind, Failure::Kind::timeout);
}

TEST_F(UdpTransportTest, SendsAgainWhenNothingComes) {
  server_->on_udp = [this](const Message& query) {
    if (server_->over_udp.size() == 1) return Messages{};
    clock_.advance(std::chrono::milliseconds(20));
    return Messages{reply_to(query)};
  };
  const auto exchange = begin(*transport_, query_for("www.example."));
  run_until([this] { return server_->over_udp.size() == 1; });
  advance(std::chrono::milliseconds(400));
  const auto reply = finish(exchange);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->rtt, std::chrono::milliseconds(20)) << "from the last time that it was sent";
  EXPECT_EQ(server_->over_udp.at(0).message, server_->over_udp.at(1).message);
}

TEST_F(UdpTransportTest, ARefusedPortFailsAtOnce) {
  server_.reset();
  EXPECT_EQ(ask(*transport_).error().kind, Failure::Kind::network);
}

TEST_F(UdpTransportTest, TruncatedRepliesAreAskedForOverTcp) {
  answer_over_udp({.truncated = true, .records = {}});
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
  EXPECT_EQ(transport_->counters().truncated.get(), 1U);
}

TEST_F(UdpTransportTest, RepliesThatMayHaveComeInFragmentsAreAskedForOverTcp) {
  answer_over_udp({.records = std::vector<std::string_view>(80, "www.example. 300 IN A 192.0.2.66")});
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
}

TEST_F(UdpTransportTest, AndAreNoAnswerWithoutIt) {
  answer_over_udp({.records = std::vector<std::string_view>(80, "www.example. 300 IN A 192.0.2.66")});
  server_->refuse_tcp();
  EXPECT_TRUE(is_truncated(ask(*transport_).value().message));
}

TEST_F(UdpTransportTest, TheTruncatedReplyIsReturnedWhenTcpFails) {
  answer_over_udp({.truncated = true, .records = {}});
  server_->refuse_tcp();
  const auto reply = ask(*transport_);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(is_truncated(reply->message));
}

TEST_F(UdpTransportTest, TheTruncatedReplyIsReturnedAtTheDeadlineWhenTcpHangs) {
  answer_over_udp({.truncated = true, .records = {}});
  const auto exchange = begin(*transport_, query_for("www.example."));
  run_until([this] { return !server_->over_tcp.empty(); });
  advance(patience);
  ASSERT_TRUE(exchange->result);
  EXPECT_TRUE(is_truncated(exchange->result->value().message));
}

// --- 0x20 ---

class CaseFoldingServer : public UdpTransportTest {
 protected:
  void SetUp() override {
    server_->on_udp = [](const Message& query) { return Messages{reply_to(in_lower_case(query))}; };
  }
  static constexpr auto long_name = "a-name-with-many-letters.www.example.";
  Query query_ = query_for(long_name);
};

TEST_F(CaseFoldingServer, IsAskedOverTcpOnceAndThenWithoutRandomCase) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(reply_to(in_lower_case(query)));
  };
  ASSERT_TRUE(ask(*transport_, query_));
  EXPECT_EQ(server_->over_tcp.size(), 1U);
  ASSERT_TRUE(ask(*transport_, query_));
  EXPECT_EQ(server_->over_tcp.size(), 1U);
  EXPECT_EQ(server_->over_udp.at(1).message, in_lower_case(server_->over_udp.at(1).message));
}

TEST_F(CaseFoldingServer, IsGivenAnotherChanceAfterAnHour) {
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(reply_to(in_lower_case(query)));
  };
  ASSERT_TRUE(ask(*transport_, query_));
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(ask(*transport_, query_));
  EXPECT_NE(server_->over_udp.at(1).message, in_lower_case(server_->over_udp.at(1).message));
}

TEST_F(CaseFoldingServer, IsNotBelievedWhenTcpKeepsTheCase) {
  answer_over_tcp();
  for (int i = 0; i < 2; ++i) {
    const auto reply = ask(*transport_, query_);
    EXPECT_TRUE(came_over_tcp(reply));
  }
  EXPECT_EQ(transport_->counters().doubtful.get(), 2U) << "random case stays on";
}

TEST_F(CaseFoldingServer, CostsNoAnswerWithoutTcpAndLeavesRandomCaseOn) {
  server_->refuse_tcp();
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(ask(*transport_, query_));
    EXPECT_NE(server_->over_udp.at(2 * i).message, in_lower_case(server_->over_udp.at(2 * i).message));
    EXPECT_NE(server_->over_udp.at(2 * i).port, server_->over_udp.at(2 * i + 1).port);
  }
}

TEST_F(CaseFoldingServer, CostsNoAnswerWhenTcpHangs) {
  const auto exchange = begin(*transport_, query_);
  run_until([this] { return !server_->over_tcp.empty(); });
  advance(patience / 2);
  EXPECT_TRUE(finish(exchange));
}

// --- EDNS (RFC 6891 §6.2.2) ---

class ServerWithoutEdns : public UdpTransportTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    server_->on_udp = [bare = GetParam()](const Message& query) {
      if (!has_edns(query)) return Messages{reply_to(query, {.edns = false})};
      if (bare) return Messages{bare_error_to(query, dns::Rcode::FORMERR)};
      return Messages{reply_to(query, {.rcode = dns::Rcode::FORMERR, .edns = false, .records = {}})};
    };
  }
};

INSTANTIATE_TEST_SUITE_P(All, ServerWithoutEdns, testing::Bool(),
                         [](const auto& test) { return test.param ? "Bare" : "WithQuestion"; });

TEST_P(ServerWithoutEdns, IsAskedWithoutEdnsForAQuarterOfAnHour) {
  ASSERT_EQ(rcode_of(ask_patiently(*transport_)->message), dns::Rcode::NOERROR);
  EXPECT_EQ(server_->over_udp.size(), 2U);
  ASSERT_TRUE(ask_patiently(*transport_));
  EXPECT_EQ(server_->over_udp.size(), 3U);
  clock_.advance(edns_refusal_kept);
  ASSERT_TRUE(ask_patiently(*transport_));
  EXPECT_EQ(server_->over_udp.size(), 5U);
}

TEST_F(UdpTransportTest, BareErrorsWithAndWithoutEdnsAreAReplyAndRememberNothing) {
  server_->on_udp = [](const Message& query) { return Messages{bare_error_to(query, dns::Rcode::REFUSED)}; };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(rcode_of(ask_patiently(*transport_)->message), dns::Rcode::REFUSED);
  EXPECT_EQ(server_->over_udp.size(), 4U);
}

TEST_F(UdpTransportTest, FormerrWithEdnsIsAReply) {
  answer_over_udp({.rcode = dns::Rcode::FORMERR, .records = {}});
  EXPECT_EQ(rcode_of(ask_patiently(*transport_)->message), dns::Rcode::FORMERR);
  EXPECT_EQ(server_->over_udp.size(), 1U);
}

// --- Cookies (RFC 7873) ---

class ServerWithCookies : public UdpTransportTest {
 protected:
  static constexpr std::size_t client_size = 8;

  /// The option of a server that gives the cookie `server` to the client of `query`.
  static Message option_for(const Message& query, const Message& server) {
    auto option = cookie_in(query);
    option.resize(client_size);
    option.insert(option.end(), server.begin(), server.end());
    return option;
  }
  static Message good_reply(const Message& query) {
    return reply_to(query, {.cookie = option_for(query, cookie_)});
  }
  void SetUp() override {
    server_->on_udp = [](const Message& query) { return Messages{good_reply(query)}; };
    ASSERT_TRUE(ask(*transport_));
  }
  inline static const Message cookie_{11, 12, 13, 14, 15, 16, 17, 18};
};

TEST_F(ServerWithCookies, GetsItsCookieBack) {
  ASSERT_TRUE(ask(*transport_));
  const auto first = cookie_in(server_->over_udp.at(0).message);
  const auto second = cookie_in(server_->over_udp.at(1).message);
  EXPECT_EQ(first.size(), client_size);
  EXPECT_EQ(second, option_for(server_->over_udp.at(0).message, cookie_));
}

TEST_F(ServerWithCookies, SeesAnotherClientCookieAfterADay) {
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(ask(*transport_));
  const auto second = cookie_in(server_->over_udp.at(1).message);
  EXPECT_EQ(second.size(), client_size);
  EXPECT_NE(second, cookie_in(server_->over_udp.at(0).message));
}

TEST_F(ServerWithCookies, AndAnotherServerSeesAnotherCookie) {
  FakeDnsServer other(*loop_);
  other.on_udp = [](const Message& query) { return Messages{good_reply(query)}; };
  UdpTransport transport(tools_, {{other.address(), other.port()}}, policy::PortMode::fresh);
  ASSERT_TRUE(ask(transport));
  EXPECT_NE(cookie_in(other.over_udp.at(0).message), cookie_in(server_->over_udp.at(0).message));
}

TEST_F(ServerWithCookies, IsAskedOverTcpWhenAReplyLacksTheCookie) {
  answer_over_udp();
  server_->on_tcp = [](Connection& connection, const Message& query) {
    connection.reply(reply_to(query, {.cookie = option_for(query, cookie_), .records = {from_tcp}}));
  };
  for (std::uint64_t i = 1; i <= 2; ++i) {
    EXPECT_TRUE(came_over_tcp(ask(*transport_)));
    EXPECT_EQ(transport_->counters().doubtful.get(), i);
  }
}

TEST_F(ServerWithCookies, MayGiveUpCookies) {
  answer_over_udp();
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
  EXPECT_FALSE(came_over_tcp(ask(*transport_)));
}

TEST_F(ServerWithCookies, IsNotBelievedToDeclineEdns) {
  server_->on_udp = [](const Message& query) { return Messages{bare_error_to(query, dns::Rcode::FORMERR)}; };
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
}

TEST_F(UdpTransportTest, AReplyWithAForeignClientCookieIsDoubtful) {
  answer_over_udp({.cookie = Message(16, 7)});
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
}

TEST_F(ServerWithCookies, WithANewSecretGetsItsNewCookie) {
  const Message renewed{21, 22, 23, 24, 25, 26, 27, 28};
  server_->on_udp = [renewed](const Message& query) {
    const auto option = option_for(query, renewed);
    if (cookie_in(query) == option) return Messages{reply_to(query, {.cookie = option})};
    return Messages{reply_to(query, {.rcode = dns::Rcode::BADCOOKIE, .cookie = option, .records = {}})};
  };
  EXPECT_EQ(rcode_of(ask(*transport_)->message), dns::Rcode::NOERROR);
  EXPECT_EQ(server_->over_udp.size(), 3U);
}

TEST_F(ServerWithCookies, ThatIsNeverContentIsAskedOverTcp) {
  server_->on_udp = [](const Message& query) {
    return Messages{reply_to(
        query, {.rcode = dns::Rcode::BADCOOKIE, .cookie = option_for(query, cookie_), .records = {}})};
  };
  answer_over_tcp();
  EXPECT_TRUE(came_over_tcp(ask(*transport_)));
  EXPECT_EQ(server_->over_udp.size(), 3U);
}

// --- Ending early ---

TEST_F(UdpTransportTest, TheEventLoopMayEndWithExchangesPending) {
  begin(*transport_, query_for("www.example."));
  answer_over_udp({.truncated = true, .records = {}});
  begin(*transport_, query_for("tcp.example."));
  run_until([this] { return !server_->over_tcp.empty(); });
  end_event_loop();
}

// ---- Changes of the network.

TEST_F(UdpTransportTest, AChangeOfTheNetworkAsksAgainFromANewPort) {
  for (const auto mode : {policy::PortMode::fresh, policy::PortMode::pool}) {
    server_->over_udp.clear();
    server_->on_udp = nullptr;
    UdpTransport transport(tools_, plain_server(), mode);
    const auto asked = begin(transport, query_for("www.example."));
    run_until([&] { return server_->over_udp.size() == 1; });
    answer_over_udp();
    transport.network_changed();
    EXPECT_TRUE(finish(asked));  // and no time has passed
    ASSERT_EQ(server_->over_udp.size(), 2U);
    EXPECT_NE(server_->over_udp[0].port, server_->over_udp[1].port);
  }
}

}  // namespace
}  // namespace tributary::resolver
