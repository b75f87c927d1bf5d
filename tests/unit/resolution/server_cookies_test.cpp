#include "resolver/server_cookies.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using Octets = std::vector<std::uint8_t>;

Octets from_hex(std::string_view text) {
  Octets out;
  for (; !text.empty(); text.remove_prefix(2))
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(0, 2)), nullptr, 16)));
  return out;
}

struct Vector {
  const char *client, *secret, *option;
};

class ServerCookieHashTest : public testing::TestWithParam<Vector> {};

/// RFC 9018, Appendix A: queries and responses.
TEST_P(ServerCookieHashTest, IsTheOneOfTheRfc) {
  SipKey secret;
  std::ranges::copy(from_hex(GetParam().secret), secret.begin());
  const auto option = from_hex(GetParam().option);
  const auto hash =
      server_cookie_hash(secret, std::span(option).first<16>(), asio::ip::make_address(GetParam().client));
  EXPECT_TRUE(std::ranges::equal(hash, std::span(option).subspan(16)));
}

constexpr const char* secret = "e5e973e5a6b2a43f48e7dc849e37bfcf";
constexpr const char* rolled_over = "445536bcd2513298075a5d379663c962";
constexpr const char* v6_client = "2001:db8:220:1:59de:d0f4:8769:82b8";

INSTANTIATE_TEST_SUITE_P(
    Rfc9018, ServerCookieHashTest,
    testing::Values(Vector{"198.51.100.100", secret, "2464c4abcf10c957010000005cf79f111f8130c3eee29480"},
                    Vector{"198.51.100.100", secret, "2464c4abcf10c957010000005cf7a871d4a564a1442aca77"},
                    Vector{"203.0.113.203", secret, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5"},
                    Vector{"203.0.113.203", secret, "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e"},
                    Vector{v6_client, "dd3bdf9344b678b185a6f5cb60fca715",
                           "22681ab97d52c298010000005cf7c57926556bd0934c72f8"},
                    Vector{v6_client, rolled_over, "22681ab97d52c298010000005cf7c609a6bb79d16625507a"}));

class ServerCookiesTest : public testing::Test {
 protected:
  ServerCookies::Option fresh(Instant at) const { return cookies.reply(client_cookie, client, at); }
  bool good(std::span<const std::uint8_t> data, Instant at) const { return cookies.good(data, client, at); }

  const Instant now{1h};
  const asio::ip::address client = asio::ip::make_address("192.0.2.1");
  const Octets client_cookie{1, 2, 3, 4, 5, 6, 7, 8};
  // The computer was started at noon, so that it is far from the end of a day.
  const ServerCookies cookies{SipKey{7}, 100 * 24h + 12h};
};

TEST_F(ServerCookiesTest, GivesTheClientItsOwnAndATimestampedOne) {
  const ServerCookies in_2019(SipKey{7}, 1559731985s - now.time_since_epoch());
  const auto option = in_2019.reply(client_cookie, client, now);
  const auto head = from_hex(
      "0102030405060708"
      "01"
      "000000"
      "5cf79f11");
  EXPECT_TRUE(std::ranges::equal(std::span(option).first<16>(), head));
}

TEST_F(ServerCookiesTest, AreGoodForAnHour) {
  const auto option = fresh(now);
  EXPECT_TRUE(good(option, now));
  EXPECT_TRUE(good(option, now + 1h));
  EXPECT_FALSE(good(option, now + 1h + 1s));
}

TEST_F(ServerCookiesTest, MayComeFromFiveMinutesAhead) {
  const auto option = fresh(now);
  EXPECT_TRUE(good(option, now - 5min));
  EXPECT_FALSE(good(option, now - 5min - 1s));
}

TEST_F(ServerCookiesTest, AreGivenBackForHalfAnHour) {
  const auto option = fresh(now);
  EXPECT_EQ(cookies.reply(option, client, now + 30min), option);
  const auto renewed = cookies.reply(option, client, now + 30min + 1s);
  EXPECT_EQ(renewed, fresh(now + 30min + 1s));
  EXPECT_NE(renewed, option);
}

TEST_F(ServerCookiesTest, BelongToOneAddress) {
  EXPECT_FALSE(cookies.good(fresh(now), asio::ip::make_address("192.0.2.2"), now));
  EXPECT_FALSE(cookies.good(fresh(now), asio::ip::make_address("::ffff:192.0.2.1"), now));
}

TEST_F(ServerCookiesTest, BelongToOneProcess) {
  const ServerCookies others{SipKey{8}, 100 * 24h + 12h};
  EXPECT_FALSE(others.good(fresh(now), client, now));
}

TEST_F(ServerCookiesTest, EveryChangedOctetMakesABadOneThatIsReplaced) {
  const auto option = fresh(now);
  for (std::size_t at = 0; at < option.size(); ++at) {
    auto changed = option;
    changed[at] ^= 1;
    EXPECT_FALSE(good(changed, now)) << at;
    const auto reply = cookies.reply(changed, client, now);
    EXPECT_TRUE(good(reply, now)) << at;
    EXPECT_TRUE(std::ranges::equal(std::span(reply).first<8>(), std::span(changed).first<8>())) << at;
  }
}

TEST_F(ServerCookiesTest, OtherLengthsAreNotOurs) {
  const auto option = fresh(now);
  Octets longer(option.begin(), option.end());
  longer.push_back(0);
  EXPECT_FALSE(good(longer, now));
  EXPECT_FALSE(good(std::span(option).first(16), now));
  EXPECT_FALSE(good(client_cookie, now));
  EXPECT_EQ(cookies.reply(longer, client, now), option);
}

TEST_F(ServerCookiesTest, OfYesterdayStayGoodUnderTodaysSecret) {
  const auto midnight = Instant{12h};
  const auto option = fresh(midnight - 1s);
  EXPECT_TRUE(good(option, midnight + 10min));
  EXPECT_EQ(cookies.reply(option, client, midnight + 10min), option);
}

TEST_F(ServerCookiesTest, TheSecretChangesDaily) {
  constexpr std::uint32_t day = 24 * 60 * 60;
  EXPECT_EQ(cookies.secret_at(day), cookies.secret_at(2 * day - 1));
  EXPECT_NE(cookies.secret_at(day), cookies.secret_at(day - 1));
  EXPECT_NE(cookies.secret_at(day), cookies.secret_at(2 * day));
}

struct LengthCase {
  std::size_t length;
  bool possible;
};

class CookieLengthTest : public testing::TestWithParam<LengthCase> {};

TEST_P(CookieLengthTest, IsThatOfOneOrTwoCookies) {
  EXPECT_EQ(ServerCookies::possible(Octets(GetParam().length)), GetParam().possible);
}

INSTANTIATE_TEST_SUITE_P(Lengths, CookieLengthTest,
                         testing::Values(LengthCase{0, false}, LengthCase{7, false}, LengthCase{8, true},
                                         LengthCase{9, false}, LengthCase{15, false}, LengthCase{16, true},
                                         LengthCase{24, true}, LengthCase{40, true}, LengthCase{41, false}));

}  // namespace
}  // namespace tributary::resolver
