#include "resolver/querylog/client_mask.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

struct Case {
  const char* client;
  std::uint8_t bits;
  const char* kept;
};

ClientOctets octets_of(const char* address, std::uint16_t port) {
  return ClientOctets::of({asio::ip::make_address(address), Protocol::udp, Instant(), port});
}

TEST(ClientMask, KeepsSoManyBits) {
  constexpr Case cases[] = {
      {"192.0.2.255", 32, "192.0.2.255"},
      {"192.0.2.255", 31, "192.0.2.254"},
      {"192.0.2.255", 24, "192.0.2.0"},
      {"192.0.2.255", 9, "192.0.0.0"},
      {"255.255.255.255", 20, "255.255.240.0"},
      {"255.255.255.255", 1, "128.0.0.0"},
      {"192.0.2.255", 0, "0.0.0.0"},
      {"2001:db8:ffff:ffff:ffff::1", 128, "2001:db8:ffff:ffff:ffff::1"},
      {"2001:db8:ffff:ffff:ffff::1", 127, "2001:db8:ffff:ffff:ffff::"},
      {"2001:db8:ffff:ffff:ffff::1", 56, "2001:db8:ffff:ff00::"},
      {"2001:db8:ffff:ffff:ffff::1", 48, "2001:db8:ffff::"},
      {"2001:db8:ffff:ffff:ffff::1", 0, "::"},
  };
  for (const auto& each : cases) {
    const auto masked = ClientMask{each.bits, each.bits}.masked(octets_of(each.client, 0));
    EXPECT_EQ(masked.octets, octets_of(each.kept, 0).octets) << each.client << "/" << int{each.bits};
  }
}

TEST(ClientMask, EachKindOfAddressHasItsOwn) {
  const ClientMask mask{0, 128};
  EXPECT_EQ(mask.masked(octets_of("192.0.2.1", 0)).octets[0], 0);
  EXPECT_EQ(mask.masked(octets_of("2001:db8::1", 0)).octets, octets_of("2001:db8::1", 0).octets);
}

TEST(ClientMask, ThePortIsToldWithAWholeAddressOnly) {
  const auto client = octets_of("192.0.2.1", 4242);
  EXPECT_EQ((ClientMask{32, 128}.masked(client).port), 4242);
  EXPECT_EQ((ClientMask{31, 128}.masked(client).port), 0);
}

}  // namespace
}  // namespace tributary::resolver
