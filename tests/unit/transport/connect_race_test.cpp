#include "resolver/transport/connect_race.hpp"

#include <optional>

#include <gmock/gmock.h>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::make_address;
using asio::ip::tcp;
using Result = tl::expected<Connected, Failure>;

class ConnectRaceTest : public testing::Test {
 protected:
  Result race(std::vector<tcp::endpoint> endpoints) {
    Result result = tl::unexpected(Failure{Failure::Kind::cancelled, "", {}});
    const Deadline deadline(clock.now() + std::chrono::seconds(3));
    asio::co_spawn(loop, keep(result, connect_race(clock, std::move(endpoints), deadline)),
                   [](std::exception_ptr error) {
                     if (error) std::rethrow_exception(error);
                   });
    loop.run_for(std::chrono::seconds(20));
    loop.restart();
    return result;
  }

  static asio::awaitable<void> keep(Result& result, asio::awaitable<Result> race) {
    result = co_await std::move(race);
  }

  /// An endpoint that refuses connections: bound, but not listening.
  tcp::endpoint refusing(tcp::socket& holder) const {
    holder.open(tcp::v4());
    holder.bind({asio::ip::address_v4::loopback(), 0});
    return holder.local_endpoint();
  }

  ManualClock clock;
  asio::io_context loop;
  tcp::acceptor server{loop, {asio::ip::address_v4::loopback(), 0}};
};

TEST_F(ConnectRaceTest, ConnectsToTheFirst) {
  const auto socket = race({server.local_endpoint()});
  ASSERT_TRUE(socket) << socket.error().detail;
  EXPECT_EQ(socket->socket.remote_endpoint(), server.local_endpoint());
}

TEST_F(ConnectRaceTest, TheNextIsTriedAtOnceWhenOneFails) {
  tcp::socket holder(loop);
  const auto socket = race({refusing(holder), server.local_endpoint()});  // time stands still
  ASSERT_TRUE(socket) << socket.error().detail;
  EXPECT_EQ(socket->socket.remote_endpoint(), server.local_endpoint());
}

TEST_F(ConnectRaceTest, FailsWhenAllHaveFailed) {
  tcp::socket first(loop), second(loop);
  const auto socket = race({refusing(first), refusing(second)});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().kind, Failure::Kind::network);
  EXPECT_THAT(socket.error().detail, testing::HasSubstr("refused"));
}

TEST(ConnectOrder, TakesTheFamiliesByTurns) {
  const std::vector<asio::ip::address> addresses{make_address("192.0.2.1"), make_address("192.0.2.2"),
                                                 make_address("192.0.2.3"), make_address("2001:db8::1"),
                                                 make_address("2001:db8::2")};
  std::vector<std::string> order;
  for (const auto& endpoint : in_connect_order(addresses, 443)) {
    EXPECT_EQ(endpoint.port(), 443);
    order.push_back(endpoint.address().to_string());
  }
  EXPECT_THAT(order,
              testing::ElementsAre("2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3"));
}

}  // namespace
}  // namespace tributary::resolver
