#include "resolver/transport/bootstrap.hpp"

#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"
#include "tests/support/fake_dns_server.hpp"
#include "tests/support/manual_clock.hpp"

namespace tributary::resolver {
namespace {

using Result = tl::expected<std::vector<asio::ip::address>, Failure>;
using asio::ip::make_address;
using testing::UnorderedElementsAre;

class BootstrapTest : public testing::Test {
 protected:
  BootstrapTest() {
    server.on_udp = [this](const FakeDnsServer::Message& query) { return reply(query); };
  }

  /// A and AAAA of dns.test, as long as it is known.
  std::vector<FakeDnsServer::Message> reply(const FakeDnsServer::Message& query) const {
    const auto view = dns::MessageView::parse(query).value();
    auto header = view.header();
    header.response = true;
    header.rcode = known ? dns::Rcode::NOERROR : dns::Rcode::NXDOMAIN;
    dns::MessageBuilder builder(header);
    builder.question(view.question());
    dns::Record record{view.question().name, view.question().type, dns::Class::IN, ttl, {}};
    if (record.type == dns::Type::A) record.rdata = {192, 0, 2, last_octet};
    if (record.type == dns::Type::AAAA)
      record.rdata = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last_octet};
    EXPECT_TRUE(!known || builder.record(dns::Section::answer, record));
    return {builder.take()};
  }

  std::shared_ptr<std::optional<Result>> start(Bootstrap& asked) {
    auto result = std::make_shared<std::optional<Result>>();
    asio::co_spawn(loop, asked.addresses(Deadline(clock.now() + std::chrono::seconds(3))),
                   [result](std::exception_ptr error, Result found) {
                     if (error) std::rethrow_exception(error);
                     *result = std::move(found);
                   });
    return result;
  }

  void run_until(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < give_up) {
      loop.run_one_for(std::chrono::milliseconds(100));
    }
    ASSERT_TRUE(condition());
  }

  Result addresses(Bootstrap& asked) {
    const auto result = start(asked);
    run_until([&] { return result->has_value(); });
    return result->value_or(Result());
  }

  std::vector<policy::SocketAddress> servers() const { return {{server.address(), server.port()}}; }

  ManualClock clock;
  asio::io_context loop;
  FakeDnsServer server{loop};
  Bootstrap bootstrap{loop.get_executor(), clock, "dns.test", servers()};
  bool known = true;
  std::uint32_t ttl = 300;
  std::uint8_t last_octet = 1;
};

TEST_F(BootstrapTest, FindsAddressesOfBothFamilies) {
  EXPECT_THAT(addresses(bootstrap).value(),
              UnorderedElementsAre(make_address("192.0.2.1"), make_address("2001:db8::1")));
}

TEST_F(BootstrapTest, CallersShareOneLookUp) {
  const auto first = start(bootstrap), second = start(bootstrap);
  run_until([&] { return first->has_value() && second->has_value(); });
  EXPECT_EQ(first->value().value().size(), 2U);
  EXPECT_EQ(second->value().value().size(), 2U);
  EXPECT_EQ(server.over_udp.size(), 2U);  // one A, one AAAA
}

TEST_F(BootstrapTest, KeepsAddressesForTheirTtlThenLooksUpAgain) {
  ASSERT_TRUE(addresses(bootstrap));
  clock.advance(std::chrono::seconds(299));
  ASSERT_TRUE(addresses(bootstrap));
  EXPECT_EQ(server.over_udp.size(), 2U);

  last_octet = 2;
  clock.advance(std::chrono::seconds(1));
  EXPECT_THAT(addresses(bootstrap).value(), testing::Contains(make_address("192.0.2.1")));  // without waiting
  const auto renewed = [&] { return addresses(bootstrap)->front().to_string().ends_with('2'); };
  run_until(renewed);
  EXPECT_EQ(server.over_udp.size(), 4U);
}

TEST_F(BootstrapTest, ATinyTtlIsKeptForAMinute) {
  ttl = 0;
  ASSERT_TRUE(addresses(bootstrap));
  clock.advance(std::chrono::seconds(59));
  ASSERT_TRUE(addresses(bootstrap));
  EXPECT_EQ(server.over_udp.size(), 2U);
}

TEST_F(BootstrapTest, UsesExpiredAddressesWhileLookingUpFails) {
  ASSERT_TRUE(addresses(bootstrap));
  known = false;
  clock.advance(std::chrono::hours(1));
  for (std::size_t failed = 2; failed <= 3; ++failed) {
    run_until([&] {
      EXPECT_EQ(addresses(bootstrap).value().size(), 2U);
      return server.over_udp.size() >= failed * 2;
    });
  }
}

TEST_F(BootstrapTest, LooksUpAgainWhenAddressesAreDistrusted) {
  ASSERT_TRUE(addresses(bootstrap));
  bootstrap.distrust();
  ASSERT_TRUE(addresses(bootstrap));
  run_until([&] { return server.over_udp.size() == 4; });
}

TEST_F(BootstrapTest, AnUnknownNameHasNoAddress) {
  known = false;
  const auto result = addresses(bootstrap);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Failure::Kind::no_address);
  EXPECT_THAT(result.error().detail, testing::StartsWith("dns.test cannot be looked up: "));
}

TEST_F(BootstrapTest, ASilentServerEndsAtTheDeadline) {
  server.on_udp = nullptr;
  const auto result = start(bootstrap);
  run_until([&] { return !server.over_udp.empty(); });
  clock.advance(std::chrono::seconds(3));
  run_until([&] { return result->has_value(); });
  EXPECT_EQ(result->value().error().kind, Failure::Kind::timeout);
}

TEST_F(BootstrapTest, AddressLiteralsAreNotLookedUp) {
  Bootstrap literal(loop.get_executor(), clock, "2001:db8::5", {});
  EXPECT_THAT(addresses(literal).value(), testing::ElementsAre(make_address("2001:db8::5")));
  EXPECT_TRUE(server.over_udp.empty());
}

TEST_F(BootstrapTest, MayBeDestroyedWhileLookingUp) {
  server.on_udp = nullptr;
  auto temporary = std::make_unique<Bootstrap>(loop.get_executor(), clock, "dns.test", servers());
  const auto result = start(*temporary);
  run_until([&] { return !server.over_udp.empty(); });
  clock.advance(std::chrono::seconds(3));
  run_until([&] { return result->has_value(); });  // nobody waits any more, the look-up goes on
  temporary.reset();
  loop.run_for(std::chrono::milliseconds(1));
}

TEST_F(BootstrapTest, AServerThatDropsAaaaCostsFiftyMilliseconds) {
  server.on_udp = [this](const FakeDnsServer::Message& query) {
    const bool dropped = dns::MessageView::parse(query)->question().type == dns::Type::AAAA;
    return dropped ? std::vector<FakeDnsServer::Message>() : reply(query);
  };
  const auto result = start(bootstrap);
  run_until([&] { return server.over_udp.size() == 2; });
  for (int round = 0; round < 20; ++round) loop.poll();
  EXPECT_FALSE(result->has_value());
  clock.advance(Bootstrap::resolution_delay);
  run_until([&] { return result->has_value(); });
  EXPECT_THAT(result->value().value(), testing::ElementsAre(make_address("192.0.2.1")));
}

TEST_F(BootstrapTest, AChangeOfTheNetworkAsksAgain) {
  server.on_udp = nullptr;
  const auto result = start(bootstrap);
  run_until([&] { return server.over_udp.size() == 2; });
  server.on_udp = [this](const FakeDnsServer::Message& query) { return reply(query); };
  bootstrap.network_changed();
  run_until([&] { return result->has_value(); });
  EXPECT_TRUE(result->value());
}

}  // namespace
}  // namespace tributary::resolver
