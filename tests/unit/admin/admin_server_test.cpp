#include "resolver/admin/admin_server.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <httplib.h>

namespace tributary::resolver {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

policy::SocketAddress loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
}

class AdminServerTest : public ::testing::Test {
 protected:
  std::atomic<int> scrapes{0};
  std::unique_ptr<AdminServer> server = AdminServer::start(loopback(0), [this] {
                                          return "scrape " + std::to_string(++scrapes) + "\n";
                                        }).value();
  httplib::Client client{"127.0.0.1", server->port()};
};

TEST_F(AdminServerTest, IsHealthyWhileItRuns) {
  const auto response = client.Get("/health");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "ok\n");
}

TEST_F(AdminServerTest, MakesTheMetricsForEachScrape) {
  for (const auto* expected : {"scrape 1\n", "scrape 2\n"}) {
    const auto response = client.Get("/metrics");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, expected);
    EXPECT_THAT(response->get_header_value("Content-Type"), StartsWith("text/plain; version=0.0.4"));
  }
}

TEST_F(AdminServerTest, KnowsNothingElse) {
  for (const auto* path : {"/", "/metrics/", "/status", "/../etc/passwd"}) {
    const auto response = client.Get(path);
    ASSERT_TRUE(response) << path;
    EXPECT_EQ(response->status, 404) << path;
  }
  const auto posted = client.Post("/metrics", "", "text/plain");
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->status, 404);
}

TEST_F(AdminServerTest, SaysWhatStandsInTheWayOfATakenPort) {
  const auto second = AdminServer::start(loopback(server->port()), [] { return ""; });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("admin address 127.0.0.1:" + std::to_string(server->port())));
  EXPECT_THAT(second.error(), HasSubstr("Address already in use"));
  EXPECT_THAT(second.error(), HasSubstr("admin.listen"));
}

TEST_F(AdminServerTest, LeavesItsPortWhenItStops) {
  const auto port = server->port();
  ASSERT_TRUE(client.Get("/health"));
  client.stop();
  server.reset();
  EXPECT_TRUE(AdminServer::start(loopback(port), [] { return ""; }));
}

// Not for the thread sanitizer: it cannot see into the HTTP library, and takes its static objects for races.
TEST(AdminServer, ServesSeveralAtOnceAndStops) {
  std::atomic<int> good{0};
  auto server = AdminServer::start(loopback(0), [] { return std::string(10'000, 'x'); }).value();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&good, port = server->port()] {
        for (int request = 0; request < 10; ++request) {
          httplib::Client client("127.0.0.1", port);
          const auto response = client.Get("/metrics");
          if (response && response->body.size() == 10'000) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 40);
  server.reset();
}

}  // namespace
}  // namespace tributary::resolver
