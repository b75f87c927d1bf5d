#include "resolver/transport/http2_session.hpp"

#include <map>

#include <gtest/gtest.h>

namespace tributary::resolver {
namespace {

using Octets = std::vector<std::uint8_t>;

// RFC 9113 §6
enum FrameType : std::uint8_t {
  data = 0,
  headers = 1,
  rst_stream = 3,
  settings = 4,
  push_promise = 5,
  ping = 6,
  go_away = 7,
  continuation = 9,
};
constexpr std::uint8_t end_stream = 1, ack = 1, end_headers = 4;

Octets u32(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Octets frame(FrameType type, std::uint8_t flags, std::uint32_t stream, const Octets& payload) {
  const auto size = u32(static_cast<std::uint32_t>(payload.size()));
  return Octets{size[1], size[2], size[3], type, flags} + u32(stream) + payload;
}

/// A field in HPACK without compression (RFC 7541 §6.2.2). Requires: both below 127 octets.
Octets field(const std::string& name, const std::string& value) {
  Octets out{0, static_cast<std::uint8_t>(name.size())};
  out.insert(out.end(), name.begin(), name.end());
  out.push_back(static_cast<std::uint8_t>(value.size()));
  out.insert(out.end(), value.begin(), value.end());
  return out;
}

const Octets status_200{0x88};
const Octets pong_payload(8, 0);

class Http2SessionTest : public testing::Test {
 protected:
  Http2SessionTest() { EXPECT_TRUE(session.feed(frame(settings, 0, 0, {}))); }

  std::uint32_t submit() {
    const auto stream = session.submit({"POST", "dns.test", "/dns-query", {}, {1, 2, 3}});
    EXPECT_TRUE(stream);
    return static_cast<std::uint32_t>(stream.value_or(0));
  }

  /// Types of the frames that are ready to be sent.
  std::vector<int> sent() {
    const auto output = session.take_output();
    std::vector<int> types;
    const std::string_view magic = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    std::size_t at = output.size() > 0 && output[0] == 'P' ? magic.size() : 0;
    for (; at + 9 <= output.size();
         at += 9U + output[at + 1] * 256U + output[at + 2]) {  // all are below 65,536 octets
      types.push_back(output[at + 3]);
    }
    return types;
  }

  const StreamResult& result(std::uint32_t stream) { return results.at(static_cast<std::int32_t>(stream)); }

  std::map<Http2Session::StreamId, StreamResult> results;
  Http2Session session{[this](Http2Session::StreamId id, StreamResult result) {
    EXPECT_TRUE(results.emplace(id, std::move(result)).second) << "reported twice";
  }};
};

TEST_F(Http2SessionTest, ReportsACompleteResponse) {
  const auto id = submit();
  const auto block =
      status_200 + field("content-type", "a/b") + field("age", "5") + field("retry-after", "7");
  EXPECT_TRUE(session.feed(frame(headers, end_headers, id, block)));
  EXPECT_TRUE(results.empty());
  EXPECT_TRUE(session.feed(frame(data, 0, id, {1, 2})));
  EXPECT_TRUE(session.feed(frame(data, end_stream, id, {3})));
  ASSERT_TRUE(result(id));
  EXPECT_EQ(result(id)->status, 200);
  EXPECT_EQ(result(id)->content_type, "a/b");
  EXPECT_EQ(result(id)->age, "5");
  EXPECT_EQ(result(id)->retry_after, "7");
  EXPECT_EQ(result(id)->body, (Octets{1, 2, 3}));
}

TEST_F(Http2SessionTest, SkipsInformationalResponsesAndTrailers) {
  const auto id = submit();
  EXPECT_TRUE(session.feed(frame(headers, end_headers, id, field(":status", "103") + field("age", "1"))));
  EXPECT_TRUE(session.feed(frame(headers, end_headers, id, status_200)));
  EXPECT_TRUE(session.feed(frame(headers, end_headers | end_stream, id, field("age", "9"))));
  ASSERT_TRUE(result(id));
  EXPECT_EQ(result(id)->status, 200);
  EXPECT_EQ(result(id)->age, std::nullopt);
}

TEST_F(Http2SessionTest, TakesOctetsInAnyPortions) {
  const auto id = submit();
  for (const auto octet : frame(headers, end_headers, id, status_200) + frame(data, end_stream, id, {7})) {
    EXPECT_TRUE(session.feed(Octets{octet}));
  }
  EXPECT_EQ(result(id)->body, Octets{7});
}

TEST_F(Http2SessionTest, AGoAwayLeavesLaterStreamsUnprocessed) {
  const auto first = submit(), second = submit();
  EXPECT_TRUE(session.feed(frame(go_away, 0, 0, u32(first) + u32(0))));
  EXPECT_EQ(result(second).error(), StreamError::unprocessed);
  EXPECT_FALSE(session.accepts_requests());
  EXPECT_FALSE(session.finished());
  EXPECT_TRUE(session.feed(frame(headers, end_headers | end_stream, first, status_200)));
  EXPECT_TRUE(result(first));
  session.take_output();
  EXPECT_TRUE(session.finished());
}

TEST_F(Http2SessionTest, TellsARefusedStreamFromAResetOne) {
  const auto refused = submit(), reset = submit();
  EXPECT_TRUE(session.feed(frame(rst_stream, 0, refused, u32(7))));
  EXPECT_TRUE(session.feed(frame(rst_stream, 0, reset, u32(2))));
  EXPECT_EQ(result(refused).error(), StreamError::unprocessed);
  EXPECT_EQ(result(reset).error(), StreamError::reset);
  EXPECT_TRUE(session.accepts_requests());
}

TEST_F(Http2SessionTest, KnowsTheServersLimitOfStreams) {
  EXPECT_TRUE(session.feed(frame(settings, 0, 0, Octets{0, 3} + u32(2))));
  const auto first = submit();
  EXPECT_TRUE(session.has_room());
  submit();
  EXPECT_FALSE(session.has_room());
  EXPECT_TRUE(session.accepts_requests());
  EXPECT_TRUE(session.feed(frame(rst_stream, 0, first, u32(7))));
  EXPECT_TRUE(session.has_room());
}

TEST_F(Http2SessionTest, ADroppedRequestIsResetAndNotReported) {
  const auto id = submit();
  sent();
  session.drop(static_cast<std::int32_t>(id));
  EXPECT_EQ(sent(), std::vector<int>{rst_stream});
  EXPECT_TRUE(session.feed(frame(headers, end_headers | end_stream, id, status_200)));
  EXPECT_TRUE(results.empty());
}

TEST_F(Http2SessionTest, AnswersPingsAndSendsThem) {
  sent();
  EXPECT_TRUE(session.feed(frame(ping, 0, 0, pong_payload)));
  EXPECT_EQ(sent(), std::vector<int>{ping});
  session.ping();
  EXPECT_EQ(sent(), std::vector<int>{ping});
}

TEST_F(Http2SessionTest, RefusesABodyBeyondTheLimit) {
  const auto id = submit();
  EXPECT_TRUE(session.feed(frame(headers, end_headers, id, status_200)));
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(session.feed(frame(data, 0, id, Octets(16383))));
    EXPECT_TRUE(results.empty());
  }
  EXPECT_TRUE(session.feed(frame(data, 0, id, Octets(4))));
  EXPECT_EQ(result(id).error(), StreamError::too_large);
}

TEST_F(Http2SessionTest, RefusesAHeaderListBeyondTheLimit) {
  const auto id = submit();
  auto block = status_200;
  for (std::size_t i = 0; i * 34 < Http2Session::max_header_list; ++i) block = block + field("a", "b");
  EXPECT_TRUE(session.feed(frame(headers, end_headers | end_stream, id, block)));
  EXPECT_EQ(result(id).error(), StreamError::too_large);
  EXPECT_TRUE(session.accepts_requests());
}

TEST_F(Http2SessionTest, FloodsEndTheSession) {
  const struct {
    const char* what;
    Octets octets;
  } floods[] = {
      {"PING", frame(ping, 0, 0, pong_payload)},
      {"SETTINGS", frame(settings, 0, 0, {})},
      {"PING acknowledgements", frame(ping, ack, 0, pong_payload)},
      {"empty DATA", frame(data, 0, 1, {})},
      {"RST_STREAM", frame(rst_stream, 0, 1, u32(2))},
  };
  for (const auto& flood : floods) {
    Http2Session flooded([](Http2Session::StreamId, const StreamResult&) {});
    ASSERT_TRUE(flooded.feed(frame(settings, 0, 0, {})));
    ASSERT_TRUE(flooded.submit({"GET", "dns.test", "/", {}, {}}));
    ASSERT_TRUE(flooded.feed(frame(headers, end_headers, 1, status_200)));
    bool ended = false;
    for (std::size_t i = 0; !ended && i < Http2Session::max_frames_per_response; ++i) {
      ended = !flooded.feed(flood.octets);
      flooded.take_output();
    }
    EXPECT_TRUE(ended || flooded.finished()) << flood.what;
  }
}

TEST_F(Http2SessionTest, ManyResponsesAreNoFlood) {
  for (std::size_t i = 0; i < Http2Session::max_frames_per_response; ++i) {
    const auto id = submit();
    ASSERT_TRUE(session.feed(frame(headers, end_headers, id, status_200) + frame(data, end_stream, id, {1})));
  }
  EXPECT_TRUE(session.accepts_requests());
}

TEST_F(Http2SessionTest, RefusesWhatNoHonestServerSends) {
  auto continued = frame(headers, 0, 1, status_200);
  for (int i = 0; i < 20; ++i) continued = continued + frame(continuation, 0, 1, field("a", "b"));
  Octets many_settings;
  for (int i = 0; i < 40; ++i) many_settings = many_settings + Octets{0, 3} + u32(100);
  const struct {
    const char* what;
    Octets octets;
  } attacks[] = {
      {"CONTINUATION without end", continued},
      {"40 settings in one frame", frame(settings, 0, 0, many_settings)},
      {"server push", frame(push_promise, end_headers, 1, u32(2) + status_200)},
      {"a frame beyond the size limit", frame(data, 0, 1, Octets(20000))},
      {"HTTP/1.1", Octets{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4', '0', '0', '\r', '\n'}},
  };
  for (const auto& attack : attacks) {
    Http2Session attacked([](Http2Session::StreamId, const StreamResult&) {});
    ASSERT_TRUE(attacked.feed(frame(settings, 0, 0, {}) + frame(settings, ack, 0, {})));
    ASSERT_TRUE(attacked.submit({"GET", "dns.test", "/", {}, {}}));
    const bool fed = attacked.feed(attack.octets).has_value();
    attacked.take_output();
    EXPECT_TRUE(!fed || !attacked.accepts_requests()) << attack.what;
  }
}

}  // namespace
}  // namespace tributary::resolver
