// Where queries to one server leave from, in both port modes.

#include "resolver/transport/udp_ports.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include <deque>
#include <set>

#include "base/nursery.hpp"
#include "resolver/transport/fresh_ports.hpp"
#include "resolver/transport/port_pool.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::udp;
using Octets = std::vector<std::uint8_t>;

/// A server that the test reads and answers by hand.
class UdpPortsTest : public testing::Test {
 protected:
  struct Received {
    Octets datagram;
    udp::endpoint from;
  };

  /// What one query heard: filled while it waits.
  struct Heard {
    std::vector<Octets> datagrams;
    std::optional<asio::error_code> error;
    bool timed_out = false;
  };

  Received receive() {
    Received out{Octets(512), {}};
    out.datagram.resize(peer.receive_from(asio::buffer(out.datagram), out.from));
    return out;
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  /// Opens `port` and sends its ID; what the server received.
  Received send(UdpPort& port) {
    EXPECT_FALSE(port.open(clock.now(), random));
    const Octets query{static_cast<std::uint8_t>(port.id() >> 8), static_cast<std::uint8_t>(port.id())};
    EXPECT_FALSE(port.send(query));
    return receive();
  }
  static Task<> listen(UdpPort* port, Heard* heard, Instant until) {
    while (!heard->timed_out && !heard->error) {
      const auto arrival = co_await port->arrival(until);
      if (!arrival) {
        heard->error = arrival.error();
      } else if (*arrival) {
        heard->datagrams.emplace_back((*arrival)->begin(), (*arrival)->end());
      } else {
        heard->timed_out = true;
      }
    }
  }
  void start_listening(UdpPort& port, Heard& note) {
    nursery.start(listen(&port, &note, clock.now() + std::chrono::hours(1)), "a query");
  }
  std::size_t distinct_ports(UdpPorts& ports, int queries) {
    std::set<std::uint16_t> seen;
    for (int i = 0; i < queries; ++i) {
      UdpPort port(ports, timers);
      seen.insert(send(port).from.port());
    }
    return seen.size();
  }

  ManualClock clock;
  SystemRandom random;
  asio::io_context loop;
  udp::socket peer{loop, udp::endpoint(asio::ip::address_v4::loopback(), 0)};
  UdpServer server{peer.local_endpoint(), UdpPoller(loop.get_executor()), {}, {}};
  Timers timers{loop.get_executor(), clock};
  FreshPorts fresh{server, random, ephemeral_ports()};
  FreshPorts kernels_ports{server, random, {1024, 65535}};  // drawn by the kernel all
  PortPool pool{server, random};
  std::deque<UdpPort> open_ports;
  std::deque<Heard> heard;
  Nursery nursery;
};

TEST_F(UdpPortsTest, AReplyReachesTheQueryWhoseIdItBears) {
  for (UdpPorts* ports : std::initializer_list<UdpPorts*>{&fresh, &pool}) {
    std::vector<Received> queries;
    const auto first = open_ports.size();
    for (int i = 0; i < 200; ++i) {
      queries.push_back(send(open_ports.emplace_back(*ports, timers)));
      start_listening(open_ports.back(), heard.emplace_back());
    }
    for (auto query = queries.rbegin(); query != queries.rend(); ++query) {
      query->datagram.push_back(7);
      peer.send_to(asio::buffer(query->datagram), query->from);
    }
    poll();
    for (std::size_t i = 0; i < queries.size(); ++i) {
      EXPECT_EQ(heard[first + i].datagrams, std::vector<Octets>{queries[i].datagram}) << i;
    }
  }
  EXPECT_EQ(server.strays.get(), 0U);
}

TEST_F(UdpPortsTest, OtherIdsAndFragmentsOfIdsAreStrays) {
  UdpPort& port = open_ports.emplace_back(fresh, timers);
  auto query = send(port);
  start_listening(port, heard.emplace_back());
  query.datagram[1] ^= 1;
  peer.send_to(asio::buffer(query.datagram), query.from);
  peer.send_to(asio::buffer(query.datagram, 1), query.from);
  peer.send_to(asio::buffer(query.datagram, 0), query.from);
  poll();
  EXPECT_TRUE(heard.back().datagrams.empty());
  EXPECT_EQ(server.strays.get(), 3U);
}

TEST_F(UdpPortsTest, WhatComesFromElsewhereIsNotHeard) {
  UdpPort& port = open_ports.emplace_back(fresh, timers);
  const auto query = send(port);
  start_listening(port, heard.emplace_back());
  udp::socket forger(loop, udp::endpoint(asio::ip::address_v4::loopback(), 0));
  forger.send_to(asio::buffer(query.datagram), query.from);
  poll();
  EXPECT_TRUE(heard.back().datagrams.empty());
  EXPECT_FALSE(heard.back().error);
}

TEST_F(UdpPortsTest, ARefusedPortIsHeardByAllWhoWait) {
  for (UdpPorts* ports : std::initializer_list<UdpPorts*>{&fresh, &pool}) {
    for (int i = 0; i < 100; ++i) {
      send(open_ports.emplace_back(*ports, timers));
      start_listening(open_ports.back(), heard.emplace_back());
    }
  }
  peer.close();
  for (auto& port : open_ports) static_cast<void>(port.send(Octets(2)));
  poll();
  for (const auto& each : heard) EXPECT_EQ(each.error, asio::error::connection_refused);
}

TEST_F(UdpPortsTest, FreshOnesAreTakenFromTheWholeRangeWhateverTheKernelDrawsFrom) {
  // All from the kernel, none from it, and its real range.
  for (const PortRange range : {PortRange{1024, 65535}, PortRange{}, ephemeral_ports()}) {
    FreshPorts ports(server, random, range);
    EXPECT_GT(distinct_ports(ports, 300), 285U) << range.first;
  }
}

/// Draws one port, again and again (two numbers of 16 bits, of which the first is 0).
class OneDraw final : public Random {
 public:
  explicit OneDraw(std::uint16_t port) : drawn_(static_cast<std::uint16_t>(port - 1024)) {}
  void fill(std::span<std::uint8_t> out) override {
    second_ = !second_;
    out[0] = second_ ? 0 : static_cast<std::uint8_t>(drawn_ >> 8);
    out[1] = second_ ? 0 : static_cast<std::uint8_t>(drawn_);
  }

 private:
  std::uint16_t drawn_;
  bool second_ = false;
};

TEST_F(UdpPortsTest, WhenEveryPortThatIsDrawnIsTakenTheKernelChooses) {
  const udp::socket taken(loop, udp::endpoint(udp::v4(), 0));
  OneDraw same(taken.local_endpoint().port());
  ASSERT_EQ(draw_port(same), taken.local_endpoint().port());
  FreshPorts never_free(server, same, {});
  PortPool pool_of_one(server, same);
  for (UdpPorts* ports : std::initializer_list<UdpPorts*>{&never_free, &pool_of_one}) {
    UdpPort port(*ports, timers);
    EXPECT_NE(send(port).from.port(), taken.local_endpoint().port());
  }
}

TEST_F(UdpPortsTest, TheEphemeralRangeIsTheKernels) {
  const auto range = ephemeral_ports();
  for (int i = 0; i < 20; ++i) {
    udp::socket socket(loop, udp::endpoint(udp::v4(), 0));
    EXPECT_TRUE(range.contains(socket.local_endpoint().port()));
  }
}

TEST_F(UdpPortsTest, AFreshPortHearsNothingOfTheQueryBefore) {
  FreshPorts& ports = kernels_ports;
  std::optional<UdpPort> before(std::in_place, ports, timers);
  const auto query = send(*before);
  for (int i = 0; i < 10; ++i) peer.send_to(asio::buffer(query.datagram), query.from);
  before.reset();
  UdpPort& port = open_ports.emplace_back(ports, timers);
  const auto next = send(port);
  EXPECT_NE(next.from, query.from);
  start_listening(port, heard.emplace_back());
  peer.send_to(asio::buffer(query.datagram), query.from);
  poll();
  EXPECT_TRUE(heard.back().datagrams.empty());
}

TEST_F(UdpPortsTest, APoolUsesSixtyFourPorts) {
  EXPECT_EQ(distinct_ports(pool, 1500), PortPool::size);
}

TEST_F(UdpPortsTest, PortsOfAPoolAreReplacedWhenTheyAreOld) {
  std::set<std::uint16_t> seen;
  for (int minute = 0; minute < 4; ++minute, clock.advance(PortPool::longest_life)) {
    for (int i = 0; i < 1500; ++i) {
      UdpPort port(pool, timers);
      seen.insert(send(port).from.port());
    }
  }
  EXPECT_GT(seen.size(), 3 * PortPool::size);
}

TEST_F(UdpPortsTest, PortsOfAPoolAreReplacedWhenTheyHaveServedMany) {
  const auto ports = distinct_ports(pool, PortPool::size * PortPool::most_uses);
  EXPECT_GT(ports, PortPool::size + PortPool::size / 4);
  EXPECT_LE(ports, 2 * PortPool::size);
}

TEST_F(UdpPortsTest, WhoWaitsOnAReplacedPortStillHearsItsReply) {
  UdpPort& port = open_ports.emplace_back(pool, timers);
  const auto query = send(port);
  start_listening(port, heard.emplace_back());
  for (int minute = 0; minute < 2; ++minute) {
    distinct_ports(pool, 1500);
    if (minute == 0) clock.advance(PortPool::longest_life);
  }
  peer.send_to(asio::buffer(query.datagram), query.from);
  loop.restart();
  loop.poll();
  EXPECT_EQ(heard.back().datagrams, std::vector<Octets>{query.datagram});
}

/// Draws the same ID three times, then others; ports as usual.
class Repeating final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = static_cast<std::uint8_t>(calls_++ / 12);
  }

 private:
  unsigned calls_ = 0;
};

TEST_F(UdpPortsTest, NoTwoQueriesOnOnePortHaveTheSameId) {
  auto socket = PortSocket::open(server, 0).value();
  ASSERT_FALSE(socket->connect());
  /// All on one socket.
  class OnePort final : public UdpPorts {
   public:
    explicit OnePort(PortSocket& only) : only_(only) {}
    tl::expected<PortSocket*, asio::error_code> take(Instant) override { return &only_; }
    void give_back(PortSocket&) override {}
    void network_changed() override {}

   private:
    PortSocket& only_;
  };
  OnePort ports(*socket);
  Repeating repeating;
  std::set<std::uint16_t> ids;
  {
    std::deque<UdpPort> many;
    for (int i = 0; i < 20; ++i) {
      ASSERT_FALSE(many.emplace_back(ports, timers).open(clock.now(), repeating));
      ids.insert(many.back().id());
    }
  }
  EXPECT_EQ(ids.size(), 20U);
}

}  // namespace
}  // namespace tributary::resolver
