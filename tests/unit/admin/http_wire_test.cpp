#include "resolver/admin/http_wire.hpp"

#include <gmock/gmock.h>

namespace tributary::resolver {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using State = HttpRequestReader::State;

/// Reads head and body, however large.
State read_all(HttpRequestReader& reader, std::string octets) {
  reader.read(octets);
  return reader.read(octets);
}

TEST(HttpRequestReader, ReadsMethodPathAndParameters) {
  HttpRequestReader reader;
  ASSERT_EQ(
      read_all(reader,
               "GET /api/v1/query?name=a%2Eb+c&type=A&name=d&empty HTTP/1.1\r\nHost: localhost:9153\r\n\r\n"),
      State::done);
  EXPECT_EQ(reader.request().method, "GET");
  EXPECT_EQ(reader.request().path, "/api/v1/query");
  EXPECT_THAT(reader.request().parameters,
              ElementsAre(Pair("empty", ""), Pair("name", "a.b c"), Pair("type", "A")));
  EXPECT_EQ(reader.head().host, "localhost:9153");
  EXPECT_TRUE(reader.head().keep_alive);
}

TEST(HttpRequestReader, ReadsOctetByOctet) {
  HttpRequestReader reader;
  std::string unread;
  for (const char c : std::string("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")) {
    ASSERT_NE(reader.state(), State::done);
    unread += c;
    reader.read(unread);
  }
  EXPECT_EQ(reader.state(), State::done);
  EXPECT_EQ(reader.request().body, "hello");
}

TEST(HttpRequestReader, LeavesTheNextRequestUnread) {
  HttpRequestReader reader;
  std::string octets = "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_EQ(reader.read(octets), State::done);
  EXPECT_EQ(octets, "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(HttpRequestReader, ReadsChunks) {
  HttpRequestReader reader;
  EXPECT_EQ(read_all(reader,
                     "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
            State::done);
  EXPECT_EQ(reader.request().body, "abcde");
}

TEST(HttpRequestReader, TakesHeadForGetWithoutABody) {
  HttpRequestReader reader;
  ASSERT_EQ(read_all(reader, "HEAD /health HTTP/1.0\r\n\r\n"), State::done);
  EXPECT_EQ(reader.request().method, "GET");
  EXPECT_FALSE(reader.head().wants_body || reader.head().keep_alive || reader.head().version_1_1);
}

TEST(HttpRequestReader, RefusesWhatIsMalformed) {
  for (const auto* octets :
       {"\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /?a=%2 HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost h\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"}) {
    HttpRequestReader reader;
    EXPECT_EQ(read_all(reader, octets), State::malformed) << octets;
  }
}

TEST(HttpRequestReader, RefusesALongHead) {
  HttpRequestReader reader;
  EXPECT_EQ(read_all(reader, "GET /" + std::string(HttpRequestReader::largest_head, 'a')), State::too_large);
}

TEST(HttpRequestReader, RefusesABodyAboveItsLimit) {
  HttpRequestReader announced;
  std::string octets = "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n";
  ASSERT_EQ(announced.read(octets), State::body);
  EXPECT_EQ(announced.limit_body(10), State::too_large);

  HttpRequestReader chunked;
  octets = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n";
  ASSERT_EQ(chunked.read(octets), State::body);
  ASSERT_EQ(chunked.limit_body(10), State::body);
  EXPECT_EQ(chunked.read(octets), State::too_large);
}

TEST(HttpWire, WritesResponses) {
  HttpResponse response{404, "text/plain", "no", {{"Allow", "GET"}}};
  const auto octets = to_wire(response, true, true);
  EXPECT_THAT(octets, ::testing::StartsWith("HTTP/1.1 404 Not Found\r\n"));
  for (const auto* header : {"Content-Length: 2\r\n", "Allow: GET\r\n", "Connection: keep-alive\r\n"})
    EXPECT_THAT(octets, HasSubstr(header));
  EXPECT_THAT(octets, ::testing::EndsWith("\r\n\r\nno"));
  EXPECT_THAT(to_wire(response, false, false), ::testing::EndsWith("Connection: close\r\n\r\n"));
}

TEST(HttpWire, ReadsWhatTheOtherSideWrites) {
  const HttpRequest request{"POST", "/api/v1/upstreams/a b/probe", {{"q", "a&b=c"}}, "{}"};
  HttpRequestReader reader;
  ASSERT_EQ(read_all(reader, to_wire(request, "localhost", "secret")), State::done);
  EXPECT_EQ(reader.request().path, request.path);
  EXPECT_EQ(reader.request().parameters, request.parameters);
  EXPECT_EQ(reader.request().body, request.body);
  EXPECT_EQ(reader.head().authorization, "Bearer secret");
  EXPECT_EQ(reader.head().content_type, "application/json");
  EXPECT_FALSE(reader.head().keep_alive);

  const auto response =
      read_response(to_wire(HttpResponse{503, "application/json", "{\"a\": 1}", {}}, false, true));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "{\"a\": 1}");
}

TEST(HttpWire, TellsACutOffResponse) {
  EXPECT_FALSE(read_response("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  EXPECT_FALSE(read_response("SSH-2.0-OpenSSH_9.2\r\n"));
}

}  // namespace
}  // namespace tributary::resolver
