#include "resolver/listener/tcp_listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <asio/buffer.hpp>

#include "resolver/listener/listen_socket.hpp"
#include "tests/unit/listener/listener_fixture.hpp"
#include "tests/unit/listener/live_memory.hpp"
#include "tests/unit/listener/received_segments.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::tcp;

/// Messages with their lengths in front.
std::string framed(std::initializer_list<std::string> messages) {
  std::string out;
  for (const auto& message : messages) {
    out += static_cast<char>(message.size() >> 8);
    out += static_cast<char>(message.size());
    out += message;
  }
  return out;
}

class TcpListenerTest : public ListenerFixture {
 protected:
  static constexpr auto idle_timeout = std::chrono::seconds(10);
  static constexpr std::size_t queries_per_connection = 3;

  TcpListenerTest() { listener.start(); }
  ~TcpListenerTest() override {
    nursery.clear();
    loop.shutdown();
  }

  tcp::acceptor open() {
    auto acceptor = open_tcp(loop.get_executor(), any_port("127.0.0.1"));
    if (!acceptor) throw std::runtime_error(acceptor.error());
    listening = acceptor->native_handle();
    return std::move(*acceptor);
  }

  tcp::socket connect(const std::string& from = "127.0.0.1") {
    tcp::socket socket(loop, tcp::endpoint(asio::ip::make_address(from), 0));
    socket.set_option(asio::socket_base::receive_buffer_size(64 * 1024));
    socket.connect({listener.local().address, listener.local().port});
    socket.non_blocking(true);
    return socket;
  }
  /// A connection that the listener has accepted.
  tcp::socket accepted(const std::string& from = "127.0.0.1") {
    const auto before = counters.tcp_accepted.get();
    auto socket = connect(from);
    EXPECT_TRUE(run_until([&] { return counters.tcp_accepted.get() == before + 1; }));
    return socket;
  }

  static void send(tcp::socket& to, const std::string& octets) {
    EXPECT_EQ(to.write_some(asio::buffer(octets)), octets.size());
  }

  /// Exactly `size` octets; less when the connection ends or nothing comes.
  std::string read(tcp::socket& socket, std::size_t size) {
    std::string octets(size, '\0');
    std::size_t got = 0;
    asio::error_code error;
    run_until([&] {
      got += socket.read_some(asio::buffer(octets.data() + got, size - got), error);
      return got == size || (error && error != asio::error::would_block);
    });
    octets.resize(got);
    return octets;
  }
  std::string receive(tcp::socket& socket) {
    const auto length = read(socket, 2);
    if (length.size() < 2) return "(none)";
    return read(socket, static_cast<std::size_t>(static_cast<std::uint8_t>(length[0]) << 8 |
                                                 static_cast<std::uint8_t>(length[1])));
  }
  /// Whether the listener has closed the connection, with nothing left to read.
  bool closed(tcp::socket& socket) {
    std::uint8_t octet = 0;
    asio::error_code error;
    return run_until([&] {
             socket.read_some(asio::buffer(&octet, 1), error);
             return error != asio::error::would_block;
           }) &&
           error;
  }
  bool received(std::size_t messages) {
    return run_until([&] { return handler.received.size() == messages; });
  }
  bool waiting(std::size_t queries) {
    return run_until([&] { return handler.waiting() == queries; });
  }
  /// Lets everything happen that is under way.
  void settle() {
    for (int turn = 0; turn < 20; ++turn) loop.run_one_for(std::chrono::milliseconds(1));
  }
  void pass(Duration time) {
    loop.poll();
    clock.advance(time);
    loop.poll();
  }

  int listening = -1;
  ConnectionLimits limits{4, 2};
  TcpService service{handler,  clock,    timers, nursery,
                     failures, counters, limits, {idle_timeout, 4, 2, queries_per_connection}};
  TcpListener listener{open(), service};
};

TEST_F(TcpListenerTest, AnswersAQuery) {
  auto alice = connect("127.0.0.5");
  send(alice, framed({"hello"}));
  EXPECT_EQ(receive(alice), "hello");
  ASSERT_EQ(handler.clients.size(), 1U);
  EXPECT_EQ(handler.clients[0].address, asio::ip::make_address("127.0.0.5"));
  EXPECT_EQ(handler.clients[0].protocol, Protocol::tcp);
}

TEST_F(TcpListenerTest, AnswersPipelinedQueriesOfOneSegment) {
  auto alice = connect();
  send(alice, framed({"one", "drop", "two", "three", "four", "five"}));
  for (const auto* text : {"one", "two", "three", "four", "five"}) EXPECT_EQ(receive(alice), text);
}

TEST_F(TcpListenerTest, AnswersToOneReadLeaveWithOneWrite) {
  auto alice = accepted();
  const std::string long_message(700, 'm');
  const auto queries = framed({"one", long_message, "three", long_message, "five", long_message});
  send(alice, queries);
  EXPECT_EQ(read(alice, queries.size()), queries);
  EXPECT_EQ(received_segments(alice.native_handle()), 1U);
  send(alice, queries);
  EXPECT_EQ(read(alice, queries.size()), queries);
  EXPECT_EQ(received_segments(alice.native_handle()), 2U);
}

TEST_F(TcpListenerTest, AnIdleConnectionHoldsNoBuffers) {
  std::string queries;
  for (int number = 0; number < 50; ++number) queries += framed({std::string(700, 'm')});
  const auto held_after_queries_of = [&](tcp::socket& client) {
    send(client, queries);
    EXPECT_EQ(read(client, queries.size()), queries);
    settle();
    handler.received = {};
    handler.clients = {};
    return live_memory();
  };
  auto bob = accepted();
  held_after_queries_of(bob);  // The event loop keeps some memory for the next time.
  auto alice = accepted();
  const auto held_before = live_memory();
  EXPECT_LT(held_after_queries_of(alice), held_before + 100);
}

TEST_F(TcpListenerTest, PutsTogetherWhatComesOctetByOctet) {
  auto alice = accepted();
  for (const char octet : framed({"hello", "again"})) {
    send(alice, std::string(1, octet));
    loop.poll();
  }
  EXPECT_EQ(receive(alice), "hello");
  EXPECT_EQ(receive(alice), "again");
}

TEST_F(TcpListenerTest, AnswersOutOfOrder) {
  auto alice = connect();
  send(alice, framed({"later 1", "later 2", "now"}));
  EXPECT_EQ(receive(alice), "now");
  ASSERT_TRUE(waiting(2));
  handler.release("later 2");
  EXPECT_EQ(receive(alice), "later 2");
  handler.release("later 1");
  EXPECT_EQ(receive(alice), "later 1");
}

TEST_F(TcpListenerTest, CountsWhatIsAskedForAndHowLongItTakes) {
  auto alice = connect("127.0.0.5");
  handler.while_answering = [this] { clock.advance(std::chrono::microseconds(20)); };
  send(alice, framed({"drop"}));
  ASSERT_TRUE(received(1));
  send(alice, framed({"cached"}));
  EXPECT_EQ(receive(alice), "cached");
  send(alice, framed({"later"}));
  ASSERT_TRUE(waiting(1));
  clock.advance(std::chrono::milliseconds(30) - std::chrono::microseconds(20));
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  EXPECT_EQ(count(counters.cached, std::chrono::microseconds(20)), 1u);
  EXPECT_EQ(count(counters.uncached, std::chrono::milliseconds(30)), 1u);
  EXPECT_EQ(count(listener, "tcp", dns::TypeClass::A), 2u);
  EXPECT_EQ(count(listener, "tcp", dns::TypeClass::none), 1u);
}

TEST_F(TcpListenerTest, CarriesTheLargestMessages) {
  auto alice = accepted();
  const std::string query(65535, 'q');
  const auto octets = framed({query});
  std::size_t sent = 0;
  asio::error_code error;
  ASSERT_TRUE(run_until([&] {
    sent += alice.write_some(asio::buffer(octets) + sent, error);
    return sent == octets.size();
  }));
  EXPECT_EQ(receive(alice), query);
}

TEST_F(TcpListenerTest, GivesMessagesOfAnyLengthToTheHandler) {
  auto alice = connect();
  send(alice, framed({"", "x", "drop", "hello"}));
  EXPECT_EQ(receive(alice), "");
  EXPECT_EQ(receive(alice), "x");
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(TcpListenerTest, AnswersAfterHalfClose) {
  auto alice = connect();
  send(alice, framed({"now", "later"}) + "cut off");
  alice.shutdown(tcp::socket::shutdown_send);
  EXPECT_EQ(receive(alice), "now");
  ASSERT_TRUE(waiting(1));
  settle();
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  EXPECT_TRUE(closed(alice));
  EXPECT_TRUE(run_until([&] { return listener.pending() == 0; }));
}

TEST_F(TcpListenerTest, ReadsNoMoreWhileAsManyAsAllowedAreInFlight) {
  auto alice = connect();
  send(alice, framed({"later 1", "later 2", "later 3", "later 4", "now"}));
  ASSERT_TRUE(waiting(queries_per_connection));
  settle();
  EXPECT_EQ(handler.received.size(), queries_per_connection);
  handler.release("later 2");
  EXPECT_EQ(receive(alice), "later 2");
  ASSERT_TRUE(waiting(queries_per_connection));
  EXPECT_EQ(handler.received.size(), queries_per_connection + 1);
  handler.release("later 4");
  EXPECT_EQ(receive(alice), "later 4");
  EXPECT_EQ(receive(alice), "now");
}

/// Answers of 13 MB: more than the kernel's buffers hold.
std::string queries_for_much() {
  std::string queries;
  for (int number = 0; number < 200; ++number) queries += framed({"big"});
  return queries;
}

TEST_F(TcpListenerTest, ReadsNoMoreFromAClientThatTakesNoAnswersAndClosesItAtLast) {
  auto alice = accepted();
  send(alice, queries_for_much());
  ASSERT_TRUE(run_until([&] { return !handler.received.empty(); }));
  pass(idle_timeout);
  EXPECT_TRUE(run_until([&] { return listener.pending() == 0; }));
  EXPECT_LT(handler.received.size(), 200U);
  EXPECT_EQ(counters.tcp_closed_idle.get(), 1U);
}

TEST_F(TcpListenerTest, GoesOnWhenTheClientTakesItsAnswers) {
  auto alice = accepted();
  send(alice, queries_for_much());
  for (int number = 0; number < 200; ++number) ASSERT_EQ(receive(alice).size(), 65535U) << number;
}

TEST_F(TcpListenerTest, ClosesIdleConnections) {
  auto alice = accepted();
  pass(idle_timeout - std::chrono::milliseconds(1));
  EXPECT_EQ(listener.pending(), 1U);
  pass(std::chrono::milliseconds(1));
  EXPECT_TRUE(closed(alice));
  EXPECT_EQ(counters.tcp_closed_idle.get(), 1U);
}

TEST_F(TcpListenerTest, StaysOpenFromQueryToQuery) {
  auto alice = accepted();
  for (int number = 0; number < 3; ++number) {
    pass(idle_timeout - std::chrono::milliseconds(1));
    send(alice, framed({"hello"}));
    EXPECT_EQ(receive(alice), "hello");
  }
}

TEST_F(TcpListenerTest, IsNotKeptOpenByPartsOfAMessage) {
  auto alice = accepted();
  for (const char octet : framed({"hello"}).substr(0, 5)) {
    pass(idle_timeout / 5);
    send(alice, std::string(1, octet));
  }
  EXPECT_TRUE(run_until([&] { return listener.pending() == 0; }));
  EXPECT_TRUE(handler.received.empty());
}

TEST_F(TcpListenerTest, IsNotIdleWhileAQueryIsInFlight) {
  auto alice = connect();
  send(alice, framed({"later"}));
  ASSERT_TRUE(waiting(1));
  pass(3 * idle_timeout);
  EXPECT_EQ(listener.pending(), 1U);
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  pass(idle_timeout);
  EXPECT_TRUE(closed(alice));
}

TEST_F(TcpListenerTest, RefusesMoreConnectionsThanOneClientMayHave) {
  auto first = accepted();
  auto second = accepted();
  auto third = connect();
  EXPECT_TRUE(closed(third));
  EXPECT_EQ(counters.tcp_refused_per_client.get(), 1U);
  auto other = accepted("127.0.0.2");
  first.close();
  ASSERT_TRUE(run_until([&] { return listener.pending() == 2; }));
  auto fourth = connect();
  send(fourth, framed({"hello"}));
  EXPECT_EQ(receive(fourth), "hello");
}

TEST_F(TcpListenerTest, TheLongestIdleMakesWayWhenThereAreAsManyAsThereMayBe) {
  auto a1 = accepted("127.0.0.1"), a2 = accepted("127.0.0.1");
  auto b1 = accepted("127.0.0.2"), b2 = accepted("127.0.0.2");
  pass(std::chrono::seconds(1));
  for (auto* client : {&a1, &b1, &b2}) {
    send(*client, framed({"hello"}));
    EXPECT_EQ(receive(*client), "hello");
  }
  auto c1 = connect("127.0.0.3");
  send(c1, framed({"hello"}));
  EXPECT_EQ(receive(c1), "hello");
  EXPECT_TRUE(closed(a2));
  EXPECT_EQ(counters.tcp_refused_total.get(), 1U);
  EXPECT_TRUE(run_until([&] { return listener.pending() == 4; }));
  EXPECT_EQ(limits.connections(), 4U);
  send(a1, framed({"again"}));
  EXPECT_EQ(receive(a1), "again");
}

TEST_F(TcpListenerTest, RefusesMoreConnectionsThanThereMayBeWhileAllAreAnswered) {
  std::vector<tcp::socket> all;
  for (const auto* from : {"127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.2"}) {
    all.push_back(accepted(from));
    send(all.back(), framed({"later " + std::to_string(all.size())}));
  }
  ASSERT_TRUE(waiting(4));
  auto c1 = connect("127.0.0.3");
  EXPECT_TRUE(closed(c1));
  EXPECT_EQ(counters.tcp_refused_total.get(), 1U);
}

TEST_F(TcpListenerTest, CountsConnectionsThatWereGivenUpWhileTheirQueriesAreInFlight) {
  for (const auto* text : {"later 1", "later 2"}) {
    auto alice = connect();
    send(alice, framed({text}));
    ASSERT_TRUE(run_until([&] { return !handler.received.empty() && handler.received.back() == text; }));
    alice.set_option(asio::socket_base::linger(true, 0));
    alice.close();  // A reset, not a half-close.
  }
  ASSERT_TRUE(run_until([&] { return listener.pending() == 0; }));
  auto again = connect();
  EXPECT_TRUE(closed(again));
  ASSERT_TRUE(waiting(2));
  handler.release("later 1");
  handler.release("later 2");
  ASSERT_TRUE(run_until([&] { return service.limits.connections() == 0; }));
  auto at_last = accepted();
}

TEST_F(TcpListenerTest, OutlivesExceptions) {
  auto alice = connect();
  send(alice, framed({"throw"}));
  EXPECT_TRUE(closed(alice));
  auto bob = connect();
  send(bob, framed({"later throw", "hello"}));
  EXPECT_EQ(receive(bob), "hello");
  ASSERT_TRUE(waiting(1));
  handler.release("later throw");
  ASSERT_TRUE(run_until([&] { return counters.failures.get() == 2; }));
  send(bob, framed({"again"}));
  EXPECT_EQ(receive(bob), "again");
}

TEST_F(TcpListenerTest, PausesWhenAcceptingFailsThenGoesOn) {
  ASSERT_EQ(::shutdown(listening, SHUT_RD), 0);  // accept(2) fails until listen(2) is called again.
  ASSERT_TRUE(run_until([&] { return counters.tcp_accept_failures.get() == 1; }));
  settle();
  EXPECT_EQ(counters.tcp_accept_failures.get(), 1U);
  ASSERT_EQ(::listen(listening, 1), 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
  tcp::socket alice(loop);
  alice.connect({asio::ip::make_address("127.0.0.1"), ntohs(address.sin_port)});
  pass(std::chrono::milliseconds(100));
  EXPECT_TRUE(run_until([&] { return counters.tcp_accepted.get() == 1; }));
}

TEST_F(TcpListenerTest, FinishesWhatItHasWhenItStops) {
  auto idle = accepted("127.0.0.2");
  auto alice = accepted();
  send(alice, framed({"later"}));
  ASSERT_TRUE(waiting(1));
  send(alice, framed({"arrived before"}));
  listener.stop_accepting();
  EXPECT_TRUE(closed(idle));
  EXPECT_EQ(receive(alice), "arrived before");
  EXPECT_EQ(listener.pending(), 1U);
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  EXPECT_TRUE(closed(alice));
  EXPECT_TRUE(run_until([&] { return listener.pending() == 0; }));
}

TEST_F(TcpListenerTest, AnswersWhoWasNotYetAcceptedWhenItStops) {
  auto alice = connect();
  send(alice, framed({"hello"}));
  listener.stop_accepting();
  EXPECT_EQ(receive(alice), "hello");
  EXPECT_TRUE(closed(alice));
  EXPECT_TRUE(run_until([&] { return listener.ended(); }));
}

}  // namespace
}  // namespace tributary::resolver
