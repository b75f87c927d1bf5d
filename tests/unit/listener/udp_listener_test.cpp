#include "resolver/listener/udp_listener.hpp"

#include <gmock/gmock.h>

#include <deque>

#include <asio/buffer.hpp>

#include "resolver/listener/listen_socket.hpp"
#include "tests/unit/listener/listener_fixture.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::udp;
using testing::ElementsAre;

class UdpListenerTest : public ListenerFixture {
 protected:
  ~UdpListenerTest() override {
    nursery.clear();
    loop.shutdown();
  }

  UdpListener& listen(const std::string& address) {
    auto socket = open_udp(loop.get_executor(), any_port(address));
    if (!socket) throw std::runtime_error(socket.error());
    return listeners.emplace_back(std::move(*socket), service);
  }
  UdpListener& serve(const std::string& address) {
    auto& listener = listen(address);
    listener.start();
    return listener;
  }

  udp::socket client(const std::string& address = "127.0.0.1") {
    udp::socket socket(loop, udp::endpoint(asio::ip::make_address(address), 0));
    socket.non_blocking(true);
    return socket;
  }

  static void send(udp::socket& from, const std::string& text, const std::string& address,
                   const UdpListener& to) {
    from.send_to(asio::buffer(text), udp::endpoint(asio::ip::make_address(address), to.local().port));
  }

  /// The next datagram, and in `from` its sender; "(none)" when none comes.
  std::string receive(udp::socket& socket, udp::endpoint& from) {
    std::string text(65536, '\0');
    asio::error_code error;
    const bool came = run_until([&] {
      text.resize(socket.receive_from(asio::buffer(text.data(), 65536), from, 0, error));
      if (error) text.resize(65536);
      return !error;
    });
    return came ? text : "(none)";
  }
  std::string receive(udp::socket& socket) {
    udp::endpoint ignored;
    return receive(socket, ignored);
  }

  /// Has so many of its queries wait, named "later 0" and so on.
  void let_wait(udp::socket& from, const UdpListener& listener, std::size_t queries) {
    for (std::size_t number = 0; number < queries; ++number) {
      send(from, "later " + std::to_string(number), "127.0.0.1", listener);
      if (number % 32 == 31) run_until([&] { return handler.waiting() == number + 1; });
    }
    ASSERT_TRUE(run_until([&] { return handler.waiting() == queries; }));
  }
  /// Whatever has come to it.
  static std::size_t received(udp::socket& socket) {
    std::array<char, 64> text{};
    asio::error_code error;
    std::size_t count = 0;
    while (socket.receive(asio::buffer(text), 0, error) > 0 && !error) ++count;
    return count;
  }
  void poll() {
    loop.restart();
    loop.poll();
  }

  ClientShares shares{8000, 1000};
  UdpService service{handler, clock, timers, nursery, failures, counters, shares};
  std::deque<UdpListener> listeners;
};

TEST_F(UdpListenerTest, RepliesAtOnce) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(UdpListenerTest, TellsWhoAskedAndWhen) {
  auto& listener = serve("127.0.0.1");
  auto alice = client("127.0.0.5");
  send(alice, "hello", "127.0.0.1", listener);
  receive(alice);
  ASSERT_EQ(handler.clients.size(), 1U);
  EXPECT_EQ(handler.clients[0].address, asio::ip::make_address("127.0.0.5"));
  EXPECT_EQ(handler.clients[0].protocol, Protocol::udp);
  EXPECT_EQ(handler.clients[0].received, clock.now());
}

TEST_F(UdpListenerTest, AnswersMoreThanOneBatchToTheRightClients) {
  auto& listener = listen("127.0.0.1");
  auto alice = client();
  auto bob = client();
  for (int number = 0; number < 50; ++number) {
    send(alice, "alice " + std::to_string(number), "127.0.0.1", listener);
    send(bob, "bob " + std::to_string(number), "127.0.0.1", listener);
  }
  listener.start();
  for (int number = 0; number < 50; ++number) {
    EXPECT_EQ(receive(alice), "alice " + std::to_string(number));
    EXPECT_EQ(receive(bob), "bob " + std::to_string(number));
  }
  EXPECT_EQ(counters.udp_received.get(), 100U);
}

TEST_F(UdpListenerTest, TakesOnNoMoreAtATimeThanABatch) {
  auto& listener = listen("127.0.0.1");
  auto alice = client();
  for (int number = 0; number < 100; ++number)
    send(alice, "later " + std::to_string(number), "127.0.0.1", listener);
  listener.start();
  while (handler.waiting() == 0 && loop.run_one() > 0) {
  }
  EXPECT_EQ(handler.waiting(), UdpBatch::capacity);
  EXPECT_TRUE(run_until([&] { return handler.waiting() == 100; }));
}

TEST_F(UdpListenerTest, AnswersLaterInAnyOrder) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "later 1", "127.0.0.1", listener);
  send(alice, "later 2", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 2; }));
  EXPECT_EQ(listener.pending(), 2U);
  handler.release("later 2");
  EXPECT_EQ(receive(alice), "later 2");
  handler.release("later 1");
  EXPECT_EQ(receive(alice), "later 1");
  EXPECT_EQ(listener.pending(), 0U);
}

TEST_F(UdpListenerTest, SendsNothingForDrops) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "drop", "127.0.0.1", listener);
  send(alice, "later drop", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 1; }));
  handler.release("later drop");
  ASSERT_TRUE(run_until([&] { return listener.pending() == 0; }));
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(UdpListenerTest, OutlivesExceptions) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "throw", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return counters.failures.get() == 1; }));
  send(alice, "later throw", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 1; }));
  handler.release("later throw");
  ASSERT_TRUE(run_until([&] { return counters.failures.get() == 2; }));
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(UdpListenerTest, CountsWhatIsAskedForByListener) {
  auto& first = serve("127.0.0.1");
  auto& second = serve("127.0.0.2");
  auto alice = client();
  for (const auto* text : {"hello", "later", "drop"}) send(alice, text, "127.0.0.1", first);
  send(alice, "hello", "127.0.0.2", second);
  ASSERT_TRUE(run_until([&] { return handler.received.size() == 4; }));
  EXPECT_EQ(count(first, "udp", dns::TypeClass::A), 2u);
  EXPECT_EQ(count(first, "udp", dns::TypeClass::none), 1u);
  EXPECT_EQ(count(second, "udp", dns::TypeClass::A), 1u);
}

TEST_F(UdpListenerTest, MeasuresHowLongAnswersOfTheCacheTake) {
  auto& listener = listen("127.0.0.1");
  auto alice = client();
  for (const auto* text : {"cached 1", "hello", "cached 2", "drop"}) send(alice, text, "127.0.0.1", listener);
  handler.while_answering = [this] { clock.advance(std::chrono::microseconds(20)); };
  listener.start();
  receive(alice);
  EXPECT_EQ(count(counters.cached, std::chrono::microseconds(20)), 2u);
  EXPECT_EQ(counters.cached.counts().nanoseconds, 40'000u);
  EXPECT_EQ(counters.uncached.counts().nanoseconds, 0u);
}

TEST_F(UdpListenerTest, MeasuresHowLongClientsWait) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "later", "127.0.0.1", listener);
  send(alice, "later drop", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 2; }));
  clock.advance(std::chrono::milliseconds(30));
  handler.release("later drop");
  handler.release("later");
  receive(alice);
  EXPECT_EQ(count(counters.uncached, std::chrono::milliseconds(30)), 1u);
  EXPECT_EQ(counters.cached.counts().nanoseconds, 0u);
}

TEST_F(UdpListenerTest, DropsWhatIsTooLargeForAQuery) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, std::string(UdpBatch::largest_query + 1, 'x'), "127.0.0.1", listener);
  send(alice, "later" + std::string(UdpBatch::largest_query - 5, 'x'), "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.received.size() == 1; }));
  EXPECT_EQ(handler.received[0].size(), UdpBatch::largest_query);
  EXPECT_EQ(counters.udp_received.get(), 1U);
}

TEST_F(UdpListenerTest, HandsOnEmptyDatagrams) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "");
  EXPECT_THAT(handler.received, ElementsAre(""));
}

TEST_F(UdpListenerTest, BoundsTheQueriesOfOneClientThatWait) {
  auto& listener = serve("127.0.0.1");
  auto alice = client(), bob = client("127.0.0.2");
  shares.set_per_client(100);
  let_wait(alice, listener, 100);
  send(alice, "later but too many", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return counters.udp_dropped_per_client.get() == 1; }));
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
  send(bob, "later too", "127.0.0.1", listener);
  EXPECT_TRUE(run_until([&] { return handler.waiting() == 101; }));
}

TEST_F(UdpListenerTest, BoundsTheQueriesThatWait) {
  auto& listener = serve("127.0.0.1");
  std::deque<udp::socket> clients;
  std::size_t sent = 0;
  for (int number = 1; counters.udp_dropped_overload.get() == 0; ++number) {
    ASSERT_LT(number, 250);
    auto& each = clients.emplace_back(client("127.0.1." + std::to_string(number)));
    for (int query = 0; query < 1024; ++query) {
      send(each, "later " + std::to_string(number) + "," + std::to_string(query), "127.0.0.1", listener);
      if (++sent % 32 == 0) {
        ASSERT_TRUE(run_until([&] { return handler.received.size() == sent; }));
      }
    }
  }
  EXPECT_LE(listener.pending(), 8000U);
  EXPECT_GT(listener.pending(), 7900U);
}

TEST_F(UdpListenerTest, ReleasesWhatWasHeldBitByBit) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  let_wait(alice, listener, 60);
  clock.advance(std::chrono::seconds(1));
  for (int number = 0; number < 60; ++number) handler.release("later " + std::to_string(number));
  std::size_t sum = 0;
  for (int slot = 0; slot < 5; ++slot) {
    poll();
    const auto came = received(alice);
    EXPECT_LE(came, ClientShare::replies_per_slot);
    sum += came;
    clock.advance(ClientShare::slot_length);
  }
  EXPECT_EQ(sum, 60U);
}

TEST_F(UdpListenerTest, ACrowdedClientGetsNothingThatIsTooLate) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  let_wait(alice, listener, 51);
  EXPECT_EQ(handler.patience, UdpListener::crowded_patience);
  clock.advance(UdpListener::latest_reply + std::chrono::milliseconds(1));
  for (int number = 0; number < 51; ++number) handler.release("later " + std::to_string(number));
  for (int slot = 0; slot < 10; ++slot) {
    poll();
    clock.advance(ClientShare::slot_length);
  }
  EXPECT_EQ(received(alice), 0U);
  EXPECT_EQ(counters.udp_dropped_too_late.get(), 51U);
  EXPECT_EQ(listener.pending(), 0U);
}

TEST_F(UdpListenerTest, WhoAsksForLittleMayWaitForLong) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  let_wait(alice, listener, 1);
  EXPECT_EQ(handler.patience, Duration::max());
  clock.advance(std::chrono::seconds(4));
  handler.release("later 0");
  EXPECT_EQ(receive(alice), "later 0");
}

struct AskedAddress {
  const char* listening;
  const char* asked;
};

class UdpListenerReplies : public UdpListenerTest, public testing::WithParamInterface<AskedAddress> {};

TEST_P(UdpListenerReplies, FromTheAddressThatWasAsked) {
  auto& listener = serve(GetParam().listening);
  const auto asked = asio::ip::make_address(GetParam().asked);
  auto alice = client(asked.is_v4() ? "127.0.0.1" : "::1");
  const udp::endpoint expected(asked, listener.local().port);
  udp::endpoint from;

  send(alice, "hello", GetParam().asked, listener);
  EXPECT_EQ(receive(alice, from), "hello");
  EXPECT_EQ(from, expected);

  send(alice, "later", GetParam().asked, listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 1; }));
  handler.release("later");
  EXPECT_EQ(receive(alice, from), "later");
  EXPECT_EQ(from, expected);
}

INSTANTIATE_TEST_SUITE_P(Addresses, UdpListenerReplies,
                         testing::Values(AskedAddress{"127.0.0.2", "127.0.0.2"},
                                         AskedAddress{"0.0.0.0", "127.0.0.2"},
                                         AskedAddress{"0.0.0.0", "127.0.0.1"}, AskedAddress{"::1", "::1"},
                                         AskedAddress{"::", "::1"}));

class UdpListenerIgnores : public UdpListenerTest, public testing::WithParamInterface<const char*> {};

TEST_P(UdpListenerIgnores, WhatClaimsToComeFromItself) {
  auto& listener = serve(GetParam());
  const bool v4 = listener.local().address.is_v4();
  const udp::endpoint self(asio::ip::make_address(v4 ? "127.0.0.1" : "::1"), listener.local().port);
  udp::socket impostor(loop, self.protocol());
  // Sockets of one user may share a port; a connected one takes only what its peer sends.
  const int on = 1;
  ASSERT_EQ(setsockopt(impostor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  impostor.bind(self);
  impostor.connect({self.address(), 9});
  ASSERT_EQ(sendto(impostor.native_handle(), "hello", 5, 0, self.data(), static_cast<socklen_t>(self.size())),
            5);
  EXPECT_TRUE(run_until([&] { return counters.udp_dropped_bad_source.get() == 1; }));
  EXPECT_TRUE(handler.received.empty());
}

INSTANTIATE_TEST_SUITE_P(Addresses, UdpListenerIgnores, testing::Values("127.0.0.1", "0.0.0.0", "::1", "::"));

TEST_F(UdpListenerTest, FinishesWhatItHasWhenItStops) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "later", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 1; }));
  send(alice, "arrived before", "127.0.0.1", listener);
  listener.stop_accepting();
  EXPECT_EQ(receive(alice), "arrived before");
  send(alice, "arrived after", "127.0.0.1", listener);
  EXPECT_EQ(listener.pending(), 1U);
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  EXPECT_EQ(listener.pending(), 0U);
  EXPECT_THAT(handler.received, ElementsAre("later", "arrived before"));
}

TEST_F(UdpListenerTest, HasEndedWhenItsLastReplyIsOut) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  send(alice, "later", "127.0.0.1", listener);
  ASSERT_TRUE(run_until([&] { return handler.waiting() == 1; }));
  listener.stop_accepting();
  loop.poll();
  EXPECT_FALSE(listener.ended());
  handler.release("later");
  EXPECT_EQ(receive(alice), "later");
  EXPECT_TRUE(run_until([&] { return listener.ended(); }));
}

TEST_F(UdpListenerTest, AnswersWhatHasComeWhileItWasStopped) {
  auto& listener = serve("127.0.0.1");
  listener.stop_accepting();
  ASSERT_TRUE(run_until([&] { return listener.ended(); }));
  auto alice = client();
  send(alice, "hello", "127.0.0.1", listener);
  listener.resume();
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(UdpListenerTest, GoesOnHoweverOftenInARowTheHandlerFails) {
  auto& listener = serve("127.0.0.1");
  auto alice = client();
  for (std::size_t sent = 1; sent <= 10'100; ++sent) {
    send(alice, "throw", "127.0.0.1", listener);
    ASSERT_TRUE(run_until([&] { return handler.received.size() == sent; })) << sent;
  }
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
}

TEST_F(UdpListenerTest, GoesOnWhenItIsResumedBeforeItHasNoticed) {
  auto& listener = serve("127.0.0.1");
  loop.poll();
  listener.stop_accepting();
  listener.resume();
  auto alice = client();
  send(alice, "hello", "127.0.0.1", listener);
  EXPECT_EQ(receive(alice), "hello");
}

}  // namespace
}  // namespace tributary::resolver
