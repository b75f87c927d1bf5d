#include "resolver/admin/admin_server.hpp"

#include <sys/stat.h>

#include <atomic>
#include <deque>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <httplib.h>

#include "resolver/admin/unix_listener.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/admin/admin_fixture.hpp"

namespace tributary::resolver {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using ::testing::StartsWith;

constexpr auto token = "0123456789abcdef";

policy::SocketAddress loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
}

HttpResponse text(std::string body) {
  return {200, "text/plain", std::move(body), {}};
}

class AdminServerTest : public ::testing::Test {
 protected:
  HttpRoutes routes() {
    HttpRoutes out;
    out.add({"GET", "/count", [this](const HttpRequest&) { return text(std::to_string(++count)); }});
    out.add({"GET", "/large", [](const HttpRequest&) { return text(std::string(1 << 20, 'x')); }});
    out.add(
        {"GET", "/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("as told"); }});
    out.add({"GET", "/slow", [this](const HttpRequest&) { return text(slow()); }, HttpRoute::Pace::slow});
    out.add({"POST", "/echo/{word}",
             [](const HttpRequest& request) { return text(request.parameters.at("word") + request.body); }});
    return out;
  }
  std::string slow() {
    slow_began.set_value();
    slow_may_end.get_future().wait();
    return "slow";
  }
  std::unique_ptr<AdminServer> start(AdminServer::Places places) {
    auto started = AdminServer::start(places, routes());
    if (!started) throw std::runtime_error(started.error());
    return *std::move(started);
  }
  std::string exchange(const std::string& octets) {
    RawClient raw(server->port());
    raw.send(octets);
    return raw.receive();
  }
  httplib::Headers bearer() const { return {{"Authorization", std::string("Bearer ") + token}}; }

  TemporaryFolder folder;
  std::atomic<int> count{0};
  std::promise<void> slow_began, slow_may_end;
  std::unique_ptr<AdminServer> server = start({loopback(0), folder / "admin.sock", token});
  httplib::Client client{"127.0.0.1", server->port()};
};

TEST_F(AdminServerTest, AnswersManyRequestsOverOneConnection) {
  client.set_keep_alive(true);
  for (const auto* expected : {"1", "2", "3"}) {
    const auto response = client.Get("/count");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, expected);
    EXPECT_EQ(response->get_header_value("Connection"), "keep-alive");
  }
}

TEST_F(AdminServerTest, AnswersWhatComesAllAtOnce) {
  const std::string request = "GET /count HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const auto answers =
      exchange(request + request + "GET /count HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(count, 3);
  EXPECT_THAT(answers, ::testing::EndsWith("\r\n\r\n3"));
}

TEST_F(AdminServerTest, TakesBodiesAndPlacesInThePath) {
  const auto response = client.Post("/echo/hello", bearer(), " world", "application/json");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello world");
}

TEST_F(AdminServerTest, WaitsWithTheBodyUntilItIsWanted) {
  RawClient raw(server->port());
  raw.send(
      "POST /echo/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\nConnection: "
      "close\r\n"
      "Content-Type: application/json\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
  raw.send("b");
  const auto answer = raw.receive();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, ::testing::EndsWith("ab"));
}

TEST_F(AdminServerTest, RefusesOversizeBodies) {
  const auto response =
      client.Post("/echo/a", bearer(), std::string(HttpRoute::usual_body + 1, 'x'), "application/json");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
  EXPECT_THAT(response->body, HasSubstr(R"({"error":{"message":"the request is too large"}})"));
}

TEST_F(AdminServerTest, TellsWhatIsNotThereAndWhatIsNotAllowed) {
  const auto missing = client.Get("/../etc/passwd");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->status, 404);
  const auto wrong = client.Get("/echo/a");
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->status, 405);
  EXPECT_EQ(wrong->get_header_value("Allow"), "POST");
}

TEST_F(AdminServerTest, RefusesChangesWithoutTheToken) {
  const auto response = client.Post("/echo/a", "", "application/json");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(response->get_header_value("WWW-Authenticate"), "Bearer");
}

TEST_F(AdminServerTest, RefusesStrangeHosts) {
  EXPECT_THAT(exchange("GET /count HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_EQ(count, 0);
}

TEST_F(AdminServerTest, AnswersMalformedRequestsAndHangsUp) {
  for (const auto* octets : {"hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\r\n\r\n"})
    EXPECT_THAT(exchange(octets), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << octets;
  EXPECT_THAT(exchange("GET /" + std::string(64 << 10, 'a') + " HTTP/1.1\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(AdminServerTest, AFailingHandlerIsAnError) {
  const auto response = client.Get("/broken");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
}

TEST_F(AdminServerTest, HangsUpOnSlowClients) {
  server.reset();
  server = start({loopback(0), std::nullopt, token, std::chrono::milliseconds(20)});
  EXPECT_EQ(exchange("GET /count HTT"), "");
  EXPECT_EQ(exchange(""), "");
}

TEST_F(AdminServerTest, WhoKeepsItWaitingForLongestMakesWay) {
  std::deque<RawClient> silent;
  while (silent.size() < 40) silent.emplace_back(server->port());  // more than it serves at once
  EXPECT_THAT(exchange("GET /count HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              ::testing::EndsWith("1"));
  EXPECT_EQ(silent.front().receive(), "") << "long before its time is over";
}

// Suites named ...Threads run under the thread sanitizer; the HTTP library's static objects look like races
// to it.
TEST_F(AdminServerTest, AnswersQuicklyWhileSomethingTakesLong) {
  RawClient raw(server->port());
  raw.send("GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  slow_began.get_future().wait();
  const auto response = client.Get("/count");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "1");
  slow_may_end.set_value();
  EXPECT_THAT(raw.receive(), ::testing::EndsWith("slow"));
}

TEST_F(AdminServerTest, SaysWhatStandsInTheWayOfATakenPort) {
  const auto second = AdminServer::start({loopback(server->port()), std::nullopt, {}}, {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("admin address 127.0.0.1:" + std::to_string(server->port())));
  EXPECT_THAT(second.error(), HasSubstr("Address already in use"));
  EXPECT_THAT(second.error(), HasSubstr("admin.listen"));
}

TEST_F(AdminServerTest, LeavesItsPlacesWhenItStops) {
  const auto port = server->port();
  ASSERT_TRUE(client.Get("/count"));
  client.stop();
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(folder / "admin.sock"));
  EXPECT_TRUE(AdminServer::start({loopback(port), std::nullopt, {}}, {}));
}

TEST_F(AdminServerTest, ServesSeveralAtOnce) {
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&good, port = server->port()] {
        for (int request = 0; request < 5; ++request) {
          httplib::Client one("127.0.0.1", port);
          const auto response = one.Get("/large");
          if (response && response->body.size() == 1 << 20) ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, 20);
}

// ---- Over the Unix socket.

TEST_F(AdminServerTest, TheUnixSocketNeedsNoToken) {
  httplib::Client local((folder / "admin.sock").string());
  local.set_address_family(AF_UNIX);
  const auto response = local.Post("/echo/a", "b", "text/plain");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "ab");
}

TEST_F(AdminServerTest, TheUnixSocketIsForOwnerAndGroup) {
  struct stat status {};
  ASSERT_EQ(::stat((folder / "admin.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0660u);
}

TEST_F(AdminServerTest, ALiveSocketIsNotTakenAway) {
  const auto second = AdminServer::start({std::nullopt, folder / "admin.sock", {}}, {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("another daemon answers on it"));
  EXPECT_TRUE(std::filesystem::exists(folder / "admin.sock"));
}

TEST(UnixListener, ReplacesWhatADeadProcessHasLeft) {
  const TemporaryFolder folder;
  asio::io_context loop;
  {
    // Closed without unlinking, as by a kill.
    asio::local::stream_protocol::acceptor dead(
        loop, asio::local::stream_protocol::endpoint((folder / "s").string()));
  }
  ASSERT_TRUE(std::filesystem::exists(folder / "s"));
  EXPECT_TRUE(UnixListener::open(loop, folder / "s"));
}

TEST(UnixListener, LeavesOtherFilesAlone) {
  const TemporaryFolder folder;
  asio::io_context loop;
  std::ofstream(folder / "precious") << "data";
  const auto opened = UnixListener::open(loop, folder / "precious");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), HasSubstr("no socket"));
  EXPECT_TRUE(std::filesystem::exists(folder / "precious"));
}

TEST(UnixListener, TellsThatItsFolderIsMissing) {
  const TemporaryFolder folder;
  asio::io_context loop;
  const auto opened = UnixListener::open(loop, folder / "missing" / "s");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), "admin socket \"" + (folder / "missing" / "s").string() +
                                "\" cannot be used: there is no folder " + (folder / "missing").string() +
                                "; make it, or choose another file");
}

TEST(UnixListener, TellsAPathThatIsTooLong) {
  asio::io_context loop;
  const auto opened = UnixListener::open(loop, "/" + std::string(200, 'x'));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), HasSubstr("longer than 107 octets"));
}

}  // namespace
}  // namespace tributary::resolver
