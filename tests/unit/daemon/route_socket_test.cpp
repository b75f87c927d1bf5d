#include "resolver/daemon/route_socket.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

TEST(RouteSocket, Opens) {
  const auto socket = open_route_socket();
  ASSERT_TRUE(socket) << socket.error();
  close(*socket);
}

TEST(RouteSocket, TellsTheWayToOurselves) {
  const auto loopback = asio::ip::make_address("127.0.0.1");
  const auto ways = ask_for_ways({loopback, loopback});
  ASSERT_EQ(ways.size(), 2U);
  ASSERT_TRUE(ways.front());
  EXPECT_TRUE(ways.front()->gateway.empty());
  EXPECT_EQ(ways.front(), ways.back());
}

}  // namespace
}  // namespace tributary::resolver
