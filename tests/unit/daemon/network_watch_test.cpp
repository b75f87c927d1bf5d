#include "resolver/daemon/network_watch.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

/// A watch whose messages come from the test instead of the kernel.
class NetworkWatchTest : public testing::Test {
 protected:
  NetworkWatchTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    watch = std::make_unique<NetworkWatch>(loop.get_executor(), ends[0], timers, [this] { ++changes; });
  }
  ~NetworkWatchTest() override { close(ends[1]); }

  void message() { ASSERT_EQ(send(ends[1], "x", 1, 0), 1); }
  void poll() {
    loop.restart();
    loop.poll();
  }
  void advance(Duration by) {
    clock.advance(by);
    poll();
  }

  ManualClock clock;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  int ends[2] = {-1, -1};
  int changes = 0;
  std::unique_ptr<NetworkWatch> watch;
};

TEST_F(NetworkWatchTest, IsSilentWithoutMessages) {
  advance(1h);
  EXPECT_EQ(changes, 0);
}

TEST_F(NetworkWatchTest, ManyMessagesAreOneChange) {
  for (int i = 0; i < 4; ++i) {
    message();
    message();
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
    message();
    poll();
    advance(50ms);
    EXPECT_EQ(changes, i);
  }
}

TEST_F(NetworkWatchTest, SaysNothingOnceItIsGone) {
  message();
  poll();
  watch.reset();
  advance(1s);
  EXPECT_EQ(changes, 0);
}

TEST(RouteSocket, Opens) {
  const auto socket = open_route_socket();
  ASSERT_TRUE(socket) << socket.error();
  close(*socket);
}

}  // namespace
}  // namespace tributary::resolver
