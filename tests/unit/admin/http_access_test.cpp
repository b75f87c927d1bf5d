#include "resolver/admin/http_access.hpp"

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

constexpr auto token = "0123456789abcdef";

HttpHead head_for(const std::string& host) {
  HttpHead head;
  head.host = host;
  return head;
}

int status(HttpDoor door, std::string_view method, const HttpHead& head,
           std::string_view expected_token = token) {
  const auto refused = refusal(door, method, head, expected_token);
  return refused ? refused->status : 200;
}

TEST(HttpAccess, AsksForALoopbackHost) {
  for (const auto* host : {"localhost", "localhost:9153", "127.0.0.1", "127.3.2.1:80", "[::1]", "[::1]:9153"})
    EXPECT_EQ(status(HttpDoor::loopback, "GET", head_for(host)), 200) << host;
  for (const auto* host : {"", "evil.example", "evil.example:9153", "127.0.0.1.evil.example", "192.0.2.1",
                           "[::2]", "[", "localhost.evil.example", "[::1].evil.example", "[::1]x:80"})
    EXPECT_EQ(status(HttpDoor::loopback, "GET", head_for(host)), 403) << host;
}

TEST(HttpAccess, AnOldClientNeedNotNameAHost) {
  HttpHead head;
  head.version_1_1 = false;
  EXPECT_EQ(status(HttpDoor::loopback, "GET", head), 200);
}

TEST(HttpAccess, ChangesNeedTheToken) {
  auto head = head_for("localhost");
  head.content_type = "application/json";
  EXPECT_EQ(status(HttpDoor::loopback, "POST", head), 401);
  for (const auto* wrong : {"Bearer 0123456789abcdeF", "Bearer ", "0123456789abcdef",
                            "Basic 0123456789abcdef", "Bearer 0123456789abcdef0"}) {
    head.authorization = wrong;
    EXPECT_EQ(status(HttpDoor::loopback, "POST", head), 401) << wrong;
  }
  head.authorization = std::string("Bearer ") + token;
  EXPECT_EQ(status(HttpDoor::loopback, "POST", head), 200);
  EXPECT_EQ(status(HttpDoor::loopback, "DELETE", head_for("localhost")), 401);
}

TEST(HttpAccess, WithoutATokenNothingIsChangedOverTcp) {
  auto head = head_for("localhost");
  head.content_type = "application/json";
  head.authorization = "Bearer ";
  EXPECT_EQ(status(HttpDoor::loopback, "POST", head, ""), 403);
}

TEST(HttpAccess, AWebPageCannotSendWhatChanges) {
  auto head = head_for("localhost");
  head.authorization = std::string("Bearer ") + token;
  for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}) {
    head.content_type = type;
    EXPECT_EQ(status(HttpDoor::loopback, "POST", head), 400) << type;
  }
  head.content_type = "application/json; charset=utf-8";
  EXPECT_EQ(status(HttpDoor::loopback, "POST", head), 200);
}

TEST(HttpAccess, TheUnixSocketAsksForNothing) {
  EXPECT_EQ(status(HttpDoor::unix_socket, "POST", head_for("evil.example"), ""), 200);
}

}  // namespace
}  // namespace tributary::resolver
