#include "resolver/daemon/network_state.hpp"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <gtest/gtest.h>

#include "tests/unit/daemon/route_messages.hpp"

namespace tributary::resolver {
namespace {

const Octets ours{192, 0, 2, 7};
const Octets ours_too{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};

constexpr unsigned up = IFF_UP | IFF_RUNNING;

class NetworkStateTest : public testing::Test {
 protected:
  bool added(const AddressFacts& facts) { return state.take(address_message(RTM_NEWADDR, facts)); }
  bool removed(const AddressFacts& facts) { return state.take(address_message(RTM_DELADDR, facts)); }
  bool link(std::uint32_t number, unsigned flags) {
    return state.take(link_message(RTM_NEWLINK, number, flags));
  }

  NetworkState state;
};

TEST_F(NetworkStateTest, AnAddressComesAndGoes) {
  for (const auto& address : {ours, ours_too}) {
    EXPECT_TRUE(added({.octets = address}));
    EXPECT_TRUE(removed({.octets = address}));
    EXPECT_FALSE(removed({.octets = address})) << "it was not there";
  }
}

TEST_F(NetworkStateTest, ARenewedLifetimeIsNoChange) {
  added({.octets = ours_too});
  EXPECT_FALSE(added({.octets = ours_too, .valid_seconds = 7200}));
  EXPECT_FALSE(added({.octets = ours_too, .flags = IFA_F_DEPRECATED})) << "connections live on";
}

TEST_F(NetworkStateTest, TheSameAddressOfAnotherLinkIsAnother) {
  added({.octets = ours, .link = 2});
  EXPECT_TRUE(added({.octets = ours, .link = 3}));
  EXPECT_TRUE(removed({.octets = ours, .link = 2}));
}

TEST_F(NetworkStateTest, AddressesOfTheLinkAloneDoNotCount) {
  for (const auto scope : {RT_SCOPE_LINK, RT_SCOPE_HOST}) {
    EXPECT_FALSE(added({.octets = ours_too, .scope = static_cast<std::uint8_t>(scope)}));
    EXPECT_FALSE(removed({.octets = ours_too, .scope = static_cast<std::uint8_t>(scope)}));
  }
}

TEST_F(NetworkStateTest, ATentativeAddressCountsOnceItIsOurs) {
  EXPECT_FALSE(added({.octets = ours_too, .flags = IFA_F_TENTATIVE}));
  EXPECT_TRUE(added({.octets = ours_too}));
  EXPECT_TRUE(added({.octets = ours_too, .flags = IFA_F_TENTATIVE | IFA_F_DADFAILED})) << "it is lost";
  EXPECT_TRUE(added({.octets = ours_too, .flags = IFA_F_TENTATIVE | IFA_F_OPTIMISTIC})) << "RFC 4429";
}

TEST_F(NetworkStateTest, ATemporaryAddressCountsWhenItGoes) {
  EXPECT_FALSE(added({.octets = ours_too, .flags = IFA_F_TEMPORARY}));
  EXPECT_TRUE(removed({.octets = ours_too, .flags = IFA_F_TEMPORARY})) << "with the connections that had it";
  EXPECT_TRUE(added({.octets = ours, .flags = IFA_F_SECONDARY})) << "the same bit, of IPv4";
}

TEST_F(NetworkStateTest, ALinkCountsIfItHasAnAddress) {
  EXPECT_FALSE(link(2, up));
  EXPECT_FALSE(link(2, 0));
  link(2, up);
  added({.octets = ours, .link = 2});
  EXPECT_FALSE(link(2, up)) << "a scan";
  EXPECT_TRUE(link(2, IFF_UP)) << "no carrier";
  EXPECT_TRUE(link(2, up));
  EXPECT_FALSE(link(3, up)) << "a container's";
  EXPECT_TRUE(state.take(link_message(RTM_DELLINK, 2, 0)));
}

TEST_F(NetworkStateTest, TakesSeveralMessagesAtOnce) {
  auto messages = link_message(RTM_NEWLINK, 2, up);
  for (const auto& more : {address_message(RTM_NEWADDR, {.octets = ours}), route_message(RTM_NEWROUTE, {})})
    messages.insert(messages.end(), more.begin(), more.end());
  EXPECT_TRUE(state.take(messages));
  EXPECT_FALSE(state.take(messages));
}

TEST_F(NetworkStateTest, WhatIsCutOffIsPassedOver) {
  const auto whole = address_message(RTM_NEWADDR, {.octets = ours});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(state.take({whole.data(), size})) << size << " octets";
}

TEST(Way, IsReadFromTheAnswer) {
  EXPECT_EQ(way_in(route_message(RTM_NEWROUTE, {.link = 3, .gateway = ours})), (Way{3, ours}));
  EXPECT_EQ(way_in(route_message(RTM_NEWROUTE, {.link = 3, .gateway = {}})), (Way{3, {}}));
  EXPECT_EQ(way_in(route_message(RTM_NEWROUTE, {.kind = RTN_LOCAL, .link = 1, .gateway = {}})), (Way{1, {}}));
}

TEST(Way, ThereIsNone) {
  EXPECT_EQ(way_in({}), std::nullopt);
  EXPECT_EQ(way_in(route_message(NLMSG_ERROR, {})), std::nullopt);
  EXPECT_EQ(way_in(route_message(RTM_NEWROUTE, {.kind = RTN_UNREACHABLE})), std::nullopt);
}

}  // namespace
}  // namespace tributary::resolver
