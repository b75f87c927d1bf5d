#include "resolver/dnssec/rrset.hpp"

#include <gtest/gtest.h>

#include "dns/message_builder.hpp"
#include "tests/unit/dns/reply_message.hpp"
#include "tests/unit/dnssec/samples.hpp"

namespace tributary::dnssec {
namespace {

using dns::Rcode;
using dns::Section;
using dns::testing::Lines;
using dns::testing::question;
using dns::testing::reply_message;

std::vector<Rrset> read_answer(const Lines& lines) {
  const auto message = reply_message(question("www.example."), Rcode::NOERROR, lines);
  return read_rrsets(dns::MessageView::parse(message).value(), Section::answer).value();
}

TEST(RrsetsOfAMessage, AreGroupedInTheOrderOfTheirFirstRecords) {
  const auto sets = read_answer({
      "www.example. 300 IN A 192.0.2.1",
      "ns.example. 300 IN A 192.0.2.9",
      "WWW.example. 200 IN A 192.0.2.2",
      "www.example. 400 IN AAAA 2001:db8::1",
  });
  ASSERT_EQ(sets.size(), 3u);
  EXPECT_EQ(sets[0].owner, name("www.example."));
  EXPECT_EQ(sets[0].rdata.size(), 2u);
  EXPECT_EQ(sets[0].ttl, 200u);
  EXPECT_EQ(sets[1].owner, name("ns.example."));
  EXPECT_EQ(sets[2].type, dns::Type::AAAA);
}

TEST(RrsetsOfAMessage, HaveTheSignaturesThatCoverThem) {
  const auto sets = read_answer({
      "www.example. 300 IN RRSIG A 13 2 300 4 1 1 example. AQID",
      "www.example. 300 IN A 192.0.2.1",
      "WWW.example. 100 IN RRSIG A 15 2 300 4 1 2 example. AQID",
      "www.example. 300 IN RRSIG AAAA 13 2 300 4 1 3 example. AQID",
      "www.example. 300 IN RRSIG RRSIG 13 2 300 4 1 3 example. AQID",
      "other.example. 300 IN RRSIG A 13 2 300 4 1 4 example. AQID",
  });
  ASSERT_EQ(sets.size(), 1u);
  ASSERT_EQ(sets[0].signatures.size(), 2u);
  EXPECT_EQ(Rrsig::read(sets[0].signatures[0])->key_tag, 1);
  EXPECT_EQ(Rrsig::read(sets[0].signatures[1])->key_tag, 2);
  EXPECT_EQ(sets[0].ttl, 100u) << "a signature's TTL counts";
}

TEST(RrsetsOfAMessage, AreThoseOfOneSection) {
  const auto message = reply_message(
      question("www.example."), Rcode::NOERROR, {"www.example. 300 IN A 192.0.2.1"},
      {"example. 300 IN NS ns.example.", "example. 300 IN RRSIG A 13 1 300 4 1 1 example. AQID"});
  const auto view = dns::MessageView::parse(message).value();
  const auto answer = read_rrsets(view, Section::answer), authority = read_rrsets(view, Section::authority);
  ASSERT_EQ(answer->size(), 1u);
  EXPECT_EQ(answer->front().type, dns::Type::A);
  ASSERT_EQ(authority->size(), 1u);
  EXPECT_EQ(authority->front().type, dns::Type::NS);
  EXPECT_TRUE(read_rrsets(view, Section::additional)->empty());
}

TEST(RrsetsOfAMessage, AreOfClassIn) {
  EXPECT_TRUE(read_answer({"www.example. 300 CH A 192.0.2.1"}).empty());
}

TEST(RrsetsOfAMessage, HaveNamesUncompressed) {
  const auto sets = read_answer({"www.example. 300 IN CNAME Target.example."});
  const auto target = name("target.example.");
  EXPECT_TRUE(dns::equal_ignoring_case(sets.at(0).rdata.at(0), target.wire()));
}

TEST(RrsetsOfAMessage, AreNoneIfRdataIsMalformed) {
  auto message = reply_message(question("www.example."), Rcode::NOERROR, {"www.example. 300 IN A 192.0.2.1"});
  message.pop_back();
  message[message.size() - 4] = 3;  // RDLENGTH
  EXPECT_FALSE(read_rrsets(dns::MessageView::parse(message).value(), Section::answer));
}

TEST(RrsetsOfAMessage, MayBeAsManyAsFit) {
  dns::MessageBuilder builder{dns::Header{}};
  builder.question(question("www.example."));
  unsigned count = 0;
  for (; count < 60'000; ++count)
    if (!builder.record(
            Section::answer,
            {name("."), dns::Type{static_cast<std::uint16_t>(1000 + count)}, dns::Class::IN, 0, {}}))
      break;
  const auto message = builder.take();
  EXPECT_GT(count, 5'000u);
  EXPECT_EQ(read_rrsets(dns::MessageView::parse(message).value(), Section::answer)->size(), count);
}

}  // namespace
}  // namespace tributary::dnssec
