#include "resolver/listener/listen_socket.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/ip/v6_only.hpp>

#include "resolver/listener/port_owner.hpp"

namespace tributary::resolver {
namespace {

using policy::ListenConfig;
using policy::ListenProtocol;
using policy::SocketAddress;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

SocketAddress address(const std::string& text, std::uint16_t port = 0) {
  return {asio::ip::make_address(text), port};
}

std::string own_command() {
  std::ifstream file("/proc/self/comm");
  std::string command;
  std::getline(file, command);
  return command;
}

struct Collision {
  const char* held;
  const char* wanted;
};

class ListenSocketCollision : public testing::TestWithParam<Collision> {
 protected:
  static auto names_this_process(const char* protocol, const SocketAddress& wanted) {
    return AllOf(StartsWith(protocol + wanted.to_text() + " is taken by " + own_command()),
                 HasSubstr("(pid " + std::to_string(getpid()) + ")"), HasSubstr(": listen on "),
                 HasSubstr("stop it"));
  }
  asio::io_context loop;
};

TEST_P(ListenSocketCollision, OfUdpNamesTheProcess) {
  const auto held = open_udp(loop.get_executor(), address(GetParam().held));
  ASSERT_TRUE(held) << held.error();
  const auto wanted = address(GetParam().wanted, held->local_endpoint().port());
  const auto free = check_free({ListenProtocol::udp, wanted});
  ASSERT_FALSE(free);
  EXPECT_THAT(free.error(), names_this_process("udp ", wanted));
}

TEST_P(ListenSocketCollision, OfTcpNamesTheProcess) {
  const auto held = open_tcp(loop.get_executor(), address(GetParam().held));
  ASSERT_TRUE(held) << held.error();
  const auto wanted = address(GetParam().wanted, held->local_endpoint().port());
  const auto free = check_free({ListenProtocol::tcp, wanted});
  ASSERT_FALSE(free);
  EXPECT_THAT(free.error(), names_this_process("tcp ", wanted));
}

INSTANTIATE_TEST_SUITE_P(Addresses, ListenSocketCollision,
                         testing::Values(Collision{"127.0.0.1", "127.0.0.1"},
                                         Collision{"0.0.0.0", "127.0.0.1"}, Collision{"127.0.0.1", "0.0.0.0"},
                                         Collision{"::1", "::1"}, Collision{"::", "::1"}));

TEST(ListenSocket, KnowsADualStackSocketThatHoldsAnIpv4Port) {
  asio::io_context loop;
  asio::ip::udp::socket both(loop, asio::ip::udp::v6());
  both.set_option(asio::ip::v6_only(false));
  both.bind({asio::ip::address_v6::any(), 0});
  const auto owner =
      find_port_owner({ListenProtocol::udp, address("127.0.0.1", both.local_endpoint().port())});
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, getpid());
}

TEST(ListenSocket, FindsNoOwnerOfAFreePort) {
  asio::io_context loop;
  const auto udp = open_udp(loop.get_executor(), address("127.0.0.1"));
  ASSERT_TRUE(udp);
  EXPECT_FALSE(find_port_owner({ListenProtocol::udp, address("127.0.0.2", udp->local_endpoint().port())}));
}

TEST(ListenSocket, SharesThePortBetweenWorkers) {
  asio::io_context loop;
  const auto first = open_udp(loop.get_executor(), address("127.0.0.1"));
  ASSERT_TRUE(first);
  EXPECT_TRUE(open_udp(loop.get_executor(), address("127.0.0.1", first->local_endpoint().port())));
  const auto first_tcp = open_tcp(loop.get_executor(), address("127.0.0.1"));
  ASSERT_TRUE(first_tcp);
  EXPECT_TRUE(open_tcp(loop.get_executor(), address("127.0.0.1", first_tcp->local_endpoint().port())));
}

TEST(ListenSocket, ListensOnBothWildcards) {
  asio::io_context loop;
  const auto v4 = open_udp(loop.get_executor(), address("0.0.0.0"));
  ASSERT_TRUE(v4);
  EXPECT_TRUE(check_free({ListenProtocol::udp, address("::", v4->local_endpoint().port())}));
}

TEST(ListenSocket, FindsAFreePortFree) {
  EXPECT_TRUE(check_free({ListenProtocol::udp, address("127.0.0.1")}));
  EXPECT_TRUE(check_free({ListenProtocol::tcp, address("127.0.0.1")}));
}

TEST(ListenSocket, SaysThatTheAddressIsNotOnThisHost) {
  asio::io_context loop;
  const auto udp = open_udp(loop.get_executor(), address("192.0.2.1"));
  ASSERT_FALSE(udp);
  EXPECT_THAT(udp.error(), AllOf(StartsWith("udp 192.0.2.1:0: "), HasSubstr("no such address")));
  const auto tcp = check_free({ListenProtocol::tcp, address("2001:db8::1")});
  ASSERT_FALSE(tcp);
  EXPECT_THAT(tcp.error(), AllOf(StartsWith("tcp [2001:db8::1]:0: "), HasSubstr("no such address")));
}

}  // namespace
}  // namespace tributary::resolver
