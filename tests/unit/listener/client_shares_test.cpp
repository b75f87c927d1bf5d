#include "resolver/listener/client_shares.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace tributary::resolver {
namespace {

constexpr Instant now{std::chrono::seconds(1000)};

class ClientSharesTest : public testing::Test {
 protected:
  static std::string address(std::size_t number) {
    return "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 1);
  }
  /// How many queries the client gets places for, if it wants as many as it can have; they stay.
  std::size_t take_all(const std::string& client) {
    std::size_t count = 0;
    while (take(client)) ++count;
    return count;
  }
  bool take(const std::string& client) {
    auto place = shares.admit(asio::ip::make_address(client), now);
    if (place) places.push_back(std::move(*place));
    return place.has_value();
  }

  ClientShares shares{10'000, 1000};
  std::deque<ClientShares::Place> places;
};

TEST_F(ClientSharesTest, OneClientGetsNoMoreThanItsLimit) {
  EXPECT_EQ(take_all("192.0.2.1"), 1000U);
  EXPECT_EQ(shares.admit(asio::ip::make_address("192.0.2.1"), now).error(),
            ClientShares::Refusal::per_client);
}

TEST_F(ClientSharesTest, APlaceThatIsGivenBackCanBeTakenAgain) {
  take_all("192.0.2.1");
  places.pop_front();
  EXPECT_TRUE(take("192.0.2.1"));
  EXPECT_FALSE(take("192.0.2.1"));
}

TEST_F(ClientSharesTest, ManyAbusersLeaveRoomForOthers) {
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < 100; ++i) more = take(address(i)) || more;
  }
  for (std::size_t i = 100; i < 120; ++i) {
    for (int query = 0; query < 10; ++query) EXPECT_TRUE(take(address(i))) << i << " " << query;
  }
}

TEST_F(ClientSharesTest, ThoseWhoWantAllComeToEqualShares) {
  std::vector<std::size_t> had(40);
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < had.size(); ++i) {
      const bool one_more = take(address(i));
      had[i] += one_more;
      more = more || one_more;
    }
  }
  for (const auto count : had) EXPECT_NEAR(static_cast<double>(count), 10'000.0 / 48, 2);
}

TEST_F(ClientSharesTest, TheEndIsNobodysShare) {
  for (std::size_t i = 0; i < 1000; ++i) take_all(address(i));
  EXPECT_LE(places.size(), 10'000U);
  EXPECT_EQ(shares.admit(asio::ip::make_address("192.0.2.1"), now).error(), ClientShares::Refusal::total);
}

TEST_F(ClientSharesTest, TheAddressesOfOneNetworkOfIPv6AreOneClient) {
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_TRUE(take("2001:db8:1:2::" + std::to_string(i + 1)));
  EXPECT_FALSE(take("2001:db8:1:2:ffff::1"));
  EXPECT_TRUE(take("2001:db8:1:3::1"));
}

TEST_F(ClientSharesTest, AnIPv4AddressIsTheSameClientOnASocketForBoth) {
  take_all("192.0.2.1");
  EXPECT_FALSE(take("::ffff:192.0.2.1"));
  EXPECT_TRUE(take("::ffff:192.0.2.2"));
}

TEST_F(ClientSharesTest, AnotherLimitHoldsFromThenOn) {
  shares.set_per_client(10);
  EXPECT_EQ(take_all("192.0.2.1"), 10U);
  shares.set_per_client(20);
  EXPECT_EQ(take_all("192.0.2.1"), 10U);
}

}  // namespace
}  // namespace tributary::resolver
