// What clients that use DNS cookies (RFC 7873) see.

#include <algorithm>

#include "tests/unit/resolution/resolution_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;

class ClientCookiesTest : public ResolutionTest {
 protected:
  ClientCookiesTest() { world_knows["www.example. A"] = {"www.example. 7200 IN A 192.0.2.1"}; }

  Octets ask_with(const Octets& cookie, Protocol protocol = Protocol::udp) {
    return ask(query_with_cookie("www.example.", cookie), protocol).value();
  }
  bool good(const Octets& cookie) const { return cookies.good(cookie, client, clock.now()); }

  const Octets client_cookie{1, 2, 3, 4, 5, 6, 7, 8};
  const asio::ip::address stranger = asio::ip::make_address("192.0.2.1");
};

TEST_F(ClientCookiesTest, AClientCookieGetsAServerCookieWithTheAnswer) {
  for (const char* from : {"upstream", "cache"}) {
    for (const auto protocol : {Protocol::udp, Protocol::tcp}) {
      const auto response = ask_with(client_cookie, protocol);
      const auto cookie = cookie_of(response);
      EXPECT_EQ(answers(response).size(), 1u) << from;
      EXPECT_TRUE(good(cookie)) << from;
      EXPECT_TRUE(std::ranges::equal(std::span(cookie).first(8), client_cookie)) << from;
    }
  }
}

TEST_F(ClientCookiesTest, AGoodOneComesBack) {
  const auto cookie = cookie_of(ask_with(client_cookie));
  clock.advance(30min);
  EXPECT_EQ(cookie_of(ask_with(cookie)), cookie);
}

TEST_F(ClientCookiesTest, AnOldOneIsRenewed) {
  const auto cookie = cookie_of(ask_with(client_cookie));
  clock.advance(30min + 1s);
  EXPECT_TRUE(good(cookie));
  const auto renewed = cookie_of(ask_with(cookie));
  EXPECT_NE(renewed, cookie);
  EXPECT_TRUE(good(renewed));
}

TEST_F(ClientCookiesTest, ABadOneIsAnsweredWithAGoodOne) {
  for (const std::size_t length : {16u, 24u, 40u}) {
    const auto response = ask_with(Octets(length, 9));
    EXPECT_EQ(parse(response).rcode(), Rcode::NOERROR);
    EXPECT_EQ(answers(response).size(), 1u);
    EXPECT_TRUE(good(cookie_of(response)));
  }
}

TEST_F(ClientCookiesTest, AnImpossibleOneIsAFormatError) {
  const auto response = ask_with(Octets(9));
  EXPECT_EQ(parse(response).rcode(), Rcode::FORMERR);
  EXPECT_EQ(cookie_of(response), Octets());
  EXPECT_TRUE(world->asked.empty());
}

TEST_F(ClientCookiesTest, WhoSendsNoneGetsNone) {
  EXPECT_EQ(cookie_of(ask("www.example.").value()), Octets());
}

TEST_F(ClientCookiesTest, ARefusedClientGetsNoMoreThanItSent) {
  client = stranger;
  for (const std::size_t length : {8u, 9u, 16u, 24u, 40u}) {
    const auto query = query_with_cookie("www.example.", Octets(length, 9));
    const auto response = ask(query).value();
    EXPECT_EQ(parse(response).rcode(), Rcode::REFUSED);
    EXPECT_FALSE(parse(response).header().truncated);
    EXPECT_LE(response.size(), query.size());
    EXPECT_EQ(good(cookie_of(response)), length >= 24) << length;
  }
}

TEST_F(ClientCookiesTest, ARefusedClientWithAGoodCookieGetsMore) {
  client = stranger;
  const auto query = query_with_cookie("www.example.", cookie_of(ask_with(client_cookie, Protocol::tcp)));
  const auto response = ask(query).value();
  EXPECT_EQ(parse(response).rcode(), Rcode::REFUSED);
  EXPECT_GT(response.size(), query.size());
  ASSERT_TRUE(error_of(response));
  EXPECT_EQ(error_of(response)->code, dns::ExtendedError::prohibited);
}

TEST_F(ClientCookiesTest, ACookieOfAnotherAddressProvesNothing) {
  const auto cookie = cookie_of(ask_with(client_cookie));
  client = stranger;
  EXPECT_FALSE(error_of(ask_with(cookie)));
}

}  // namespace
}  // namespace tributary::resolver::testing
