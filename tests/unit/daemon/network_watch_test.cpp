#include "resolver/daemon/network_watch.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"
#include "tests/unit/daemon/route_messages.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

const Octets ours{192, 0, 2, 7};
const Octets new_address = address_message(RTM_NEWADDR, {.octets = ours});
const Octets address_gone = address_message(RTM_DELADDR, {.octets = ours});
const Octets route_elsewhere = route_message(RTM_NEWROUTE, {});

/// A watch whose messages come from the test instead of the kernel.
class NetworkWatchTest : public testing::Test {
 protected:
  NetworkWatchTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    const NetworkWatch::Kernel kernel{[] { return NetworkState(); }, [this] { return ways; }};
    watch =
        std::make_unique<NetworkWatch>(loop.get_executor(), ends[0], timers, kernel, [this] { ++changes; });
  }
  ~NetworkWatchTest() override { close(ends[1]); }

  void message(const Octets& octets) {
    ASSERT_EQ(send(ends[1], octets.data(), octets.size(), 0), static_cast<ssize_t>(octets.size()));
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }
  void settle() {
    poll();
    advance(NetworkWatch::settling_time);
  }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  int ends[2] = {-1, -1};
  int changes = 0;
  std::vector<std::optional<Way>> ways{Way{2, {192, 0, 2, 1}}};
  std::unique_ptr<NetworkWatch> watch;
};

TEST_F(NetworkWatchTest, IsSilentWithoutMessages) {
  ways.clear();
  advance(1h);
  EXPECT_EQ(changes, 0);
}

TEST_F(NetworkWatchTest, ManyMessagesAreOneChange) {
  for (int i = 0; i < 4; ++i) {
    message(new_address);
    message(address_gone);
    advance(10ms);
  }
  EXPECT_EQ(changes, 0);
  advance(50ms);
  EXPECT_EQ(changes, 1);
  advance(1h);
  EXPECT_EQ(changes, 1);
}

TEST_F(NetworkWatchTest, HearsOfEveryChange) {
  for (int i = 1; i <= 3; ++i) {
    message(i % 2 == 1 ? new_address : address_gone);
    settle();
    EXPECT_EQ(changes, i);
  }
}

TEST_F(NetworkWatchTest, WhatChangesNothingIsNotTold) {
  message(new_address);
  settle();
  message(new_address);
  message(route_elsewhere);
  message({1, 2, 3});
  settle();
  EXPECT_EQ(changes, 1);
}

TEST_F(NetworkWatchTest, AnotherWayIsAChange) {
  ways = {Way{2, {192, 0, 2, 254}}};
  message(route_elsewhere);
  settle();
  EXPECT_EQ(changes, 1);
  ways = {std::nullopt};
  message(route_elsewhere);
  settle();
  EXPECT_EQ(changes, 2);
  message(route_elsewhere);
  settle();
  EXPECT_EQ(changes, 2);
}

TEST_F(NetworkWatchTest, SaysNothingOnceItIsGone) {
  message(new_address);
  poll();
  watch.reset();
  advance(1s);
  EXPECT_EQ(changes, 0);
}

}  // namespace
}  // namespace tributary::resolver
