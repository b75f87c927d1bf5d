#include "policy/own_address.hpp"

#include <gtest/gtest.h>

namespace tributary::policy {
namespace {

SocketAddress at(const char* address, std::uint16_t port = 53) {
  return {asio::ip::make_address(address), port};
}

struct Case {
  const char* listen;
  const char* server;
  bool leads_to_us;
};

class ListenerAt : public testing::TestWithParam<Case> {};

TEST_P(ListenerAt, IsFoundByAddressOrWildcard) {
  const std::vector<ListenConfig> listeners{{ListenProtocol::udp, at(GetParam().listen)}};
  const auto* const found = listener_at(at(GetParam().server), listeners);
  EXPECT_EQ(found, GetParam().leads_to_us ? &listeners[0] : nullptr);
}

INSTANTIATE_TEST_SUITE_P(Addresses, ListenerAt,
                         testing::Values(Case{"127.0.0.1", "127.0.0.1", true},
                                         Case{"127.0.0.1", "127.0.0.2", false},
                                         Case{"0.0.0.0", "127.0.0.1", true},
                                         Case{"0.0.0.0", "127.0.0.53", true},
                                         Case{"0.0.0.0", "192.0.2.1", false}, Case{"0.0.0.0", "::1", false},
                                         Case{"::", "::1", true}, Case{"::", "127.0.0.1", false},
                                         Case{"::", "2001:db8::1", false}));

TEST(ListenerAt, OfAnotherPortIsNone) {
  EXPECT_EQ(listener_at(at("127.0.0.1", 5353), {{ListenProtocol::udp, at("127.0.0.1")}}), nullptr);
}

TEST(IsOfThisHost, LoopbackIsAndDocumentationIsNot) {
  EXPECT_TRUE(is_of_this_host(asio::ip::make_address("127.3.2.1")));
  EXPECT_TRUE(is_of_this_host(asio::ip::make_address("::1")));
  EXPECT_FALSE(is_of_this_host(asio::ip::make_address("192.0.2.1")));
  EXPECT_FALSE(is_of_this_host(asio::ip::make_address("2001:db8::1")));
}

TEST(CircleText, NamesTheListenerAndWhatToDo) {
  EXPECT_EQ(circle_text({ListenProtocol::tcp, at("0.0.0.0")}),
            " is an address that Tributary listens on itself (tcp 0.0.0.0:53): it would ask itself without "
            "end; name "
            "another server");
}

}  // namespace
}  // namespace tributary::policy
