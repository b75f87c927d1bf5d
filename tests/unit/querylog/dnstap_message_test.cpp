#include "resolver/querylog/dnstap_message.hpp"

#include <gtest/gtest.h>

#include "tests/unit/querylog/querylog_fixture.hpp"

namespace tributary::resolver::testing {
namespace {

using namespace std::string_literals;

std::string encoded(const Sample& sample) {
  std::string out;
  DnstapEncoder("me", "v1").append(sample.logged(), out);
  return out;
}

// Written out by hand from dnstap.proto. 1795352400 is 0x6b02e750: the groups of seven bits d0 ce 8b d8 06.
const std::string seconds = "\xd0\xce\x8b\xd8\x06";
const std::string sender = "\x0a\x02me\x12\x02v1";
const std::string is_message = "\x78\x01";

TEST(DnstapEncoder, WritesTheQueryAndTheResponse) {
  Sample sample;
  sample.query = {'Q', '!'};
  sample.reply = {'R', '!', '!'};
  const auto query = "\x08\x05\x10\x01\x18\x01\x22\x04\xc0\0\x02\x01\x30\x92\x21"s + "\x40" + seconds +
                     "\x4d\x15\xcd\x5b\x07" + "\x52\x02Q!";
  // 8.204 ms later: 131,660,789 ns are 0x07d8fbf5.
  const auto response = "\x08\x06\x10\x01\x18\x01\x22\x04\xc0\0\x02\x01\x30\x92\x21"s + "\x40" + seconds +
                        "\x4d\x15\xcd\x5b\x07" + "\x60" + seconds + "\x6d\xf5\xfb\xd8\x07" + "\x72\x03R!!";
  const auto frame = [](const std::string& message) {
    const auto envelope = sender + "\x72" + static_cast<char>(message.size()) + message + is_message;
    return "\0\0\0"s + static_cast<char>(envelope.size()) + envelope;
  };
  EXPECT_EQ(encoded(sample), frame(query) + frame(response));
}

TEST(DnstapEncoder, KnowsIPv6AndTcp) {
  Sample sample;
  sample.facts.client =
      ClientOctets::of({asio::ip::make_address("2001:db8::1"), Protocol::tcp, Instant(), 53});
  sample.facts.protocol = Protocol::tcp;
  EXPECT_NE(encoded(sample).find("\x10\x02\x18\x02\x22\x10\x20\x01\x0d\xb8"s + std::string(11, '\0') +
                                 "\x01\x30\x35"),
            std::string::npos);
}

TEST(DnstapEncoder, LeavesOutAPortThatIsNotTold) {
  Sample sample;
  sample.facts.client.port = 0;
  EXPECT_NE(encoded(sample).find("\x22\x04\xc0\0\x02\x01\x40"s + seconds), std::string::npos);
}

TEST(DnstapEncoder, LongMessagesHaveLongLengths) {
  Sample sample;
  sample.query = Octets(65535, 'q');
  const auto text = encoded(sample);
  EXPECT_NE(text.find("\x52\xff\xff\x03" + std::string(65535, 'q')), std::string::npos);
}

}  // namespace
}  // namespace tributary::resolver::testing
