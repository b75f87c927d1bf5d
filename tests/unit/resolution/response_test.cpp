#include "resolver/response.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/cache/answers.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Section;
using Octets = std::vector<std::uint8_t>;

dns::Edns edns_with(std::uint16_t udp_payload, bool dnssec_ok = false) {
  dns::Edns edns;
  edns.udp_payload = udp_payload;
  edns.dnssec_ok = dnssec_ok;
  return edns;
}

Octets query_octets(const dns::Question& question, const std::optional<dns::Edns>& edns = {}) {
  dns::Header header;
  header.id = 0xbeef;
  header.recursion_desired = true;
  return dns::build_query(header, question, edns ? &*edns : nullptr);
}

/// A response in a buffer of exactly `limit` octets, so that a sanitizer sees what goes beyond.
Octets respond(const Octets& query, const ResponseContent& content, std::size_t limit = 1232,
               std::span<const std::uint8_t> cookie = {}) {
  Octets out(limit);
  out.resize(write_response(dns::MessageView::parse(query).value(), content, limit, out, cookie));
  return out;
}

dns::MessageView parse(const Octets& message) {
  return dns::MessageView::parse(message).value();
}

struct LimitCase {
  std::optional<std::uint16_t> udp_payload;
  Protocol protocol;
  std::size_t limit;
};

class ResponseLimitTest : public testing::TestWithParam<LimitCase> {};

TEST_P(ResponseLimitTest, IsWhatTheClientTakes) {
  const auto& expected = GetParam();
  std::optional<dns::Edns> edns;
  if (expected.udp_payload) edns = edns_with(*expected.udp_payload);
  const auto query = query_octets(dns::testing::question("www.example."), edns);
  EXPECT_EQ(response_limit(parse(query), expected.protocol), expected.limit);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, ResponseLimitTest,
    testing::Values(LimitCase{{}, Protocol::udp, 512}, LimitCase{0, Protocol::udp, 512},
                    LimitCase{511, Protocol::udp, 512}, LimitCase{512, Protocol::udp, 512},
                    LimitCase{1000, Protocol::udp, 1000}, LimitCase{1232, Protocol::udp, 1232},
                    LimitCase{4096, Protocol::udp, 1232}, LimitCase{65535, Protocol::udp, 1232},
                    LimitCase{{}, Protocol::tcp, 65535}, LimitCase{512, Protocol::tcp, 65535}));

class ResponseTest : public testing::Test {
 protected:
  const Instant now{1h};
  const dns::Question www = dns::testing::question("www.example.");
  const cache::AnswerPtr answer = cache::testing::positive(www, 300, now);
};

TEST_F(ResponseTest, KeepsWhatTheClientWrote) {
  const auto query = query_octets(dns::testing::question("wWw.ExAmPlE."));
  const auto response = respond(query, content_of(*answer, now, now));
  EXPECT_TRUE(std::ranges::equal(parse(response).question_wire(), parse(query).question_wire()));
  EXPECT_EQ(parse(response).header().id, 0xbeef);
  EXPECT_TRUE(parse(response).header().recursion_desired);
  EXPECT_FALSE(parse(response).header().checking_disabled);
}

TEST_F(ResponseTest, HasTheFlagsOfAResolver) {
  dns::Header header;
  header.checking_disabled = true;
  header.authentic_data = true;
  const auto response = respond(dns::build_query(header, www, nullptr), content_of(*answer, now, now));
  dns::Header expected;
  expected.response = true;
  expected.recursion_available = true;
  expected.checking_disabled = true;
  EXPECT_EQ(parse(response).header(), expected);
}

TEST_F(ResponseTest, TtlsFallWithAgeToZero) {
  for (const auto& [age, ttl] :
       {std::pair<Duration, std::uint32_t>{0s, 300}, {999ms, 300}, {1s, 299}, {300s, 0}, {1h, 0}}) {
    const auto response = respond(query_octets(www), content_of(*answer, now + age, now + age));
    std::vector<std::uint32_t> ttls;
    parse(response).for_each_record([&](const dns::RecordView& record) { ttls.push_back(record.ttl); });
    EXPECT_EQ(ttls, std::vector{ttl});
  }
}

TEST_F(ResponseTest, HasOptOnlyIfTheQueryHas) {
  EXPECT_FALSE(parse(respond(query_octets(www), content_of(*answer, now, now))).edns());
  for (const bool dnssec_ok : {false, true}) {
    const auto response =
        respond(query_octets(www, edns_with(4096, dnssec_ok)), content_of(*answer, now, now));
    ASSERT_TRUE(parse(response).edns());
    EXPECT_EQ(parse(response).edns()->dnssec_ok, dnssec_ok);
    EXPECT_EQ(parse(response).edns()->udp_payload, dns::udp_payload_limit);
    EXPECT_EQ(parse(response).edns()->version, 0);
  }
}

TEST_F(ResponseTest, PutsTheUpperBitsOfTheRcodeIntoOpt) {
  ResponseContent content;
  content.rcode = Rcode::BADVERS;
  EXPECT_EQ(parse(respond(query_octets(www, edns_with(1232)), content)).rcode(), Rcode::BADVERS);
}

TEST_F(ResponseTest, WhatDoesNotFitIsLeftOutWhole) {
  const auto query = query_octets(www);
  const auto size = respond(query, content_of(*answer, now, now)).size();
  EXPECT_FALSE(parse(respond(query, content_of(*answer, now, now), size)).header().truncated);
  const auto cut = respond(query, content_of(*answer, now, now), size - 1);
  EXPECT_TRUE(parse(cut).header().truncated);
  EXPECT_EQ(parse(cut).record_count(Section::answer), 0u);
  EXPECT_EQ(parse(cut).question(), www);
}

TEST_F(ResponseTest, OptCountsForTheLimit) {
  const auto query = query_octets(www, edns_with(1232));
  const auto size = respond(query, content_of(*answer, now, now)).size();
  EXPECT_FALSE(parse(respond(query, content_of(*answer, now, now), size)).header().truncated);
  const auto cut = respond(query, content_of(*answer, now, now), size - 1);
  EXPECT_TRUE(parse(cut).header().truncated);
  EXPECT_TRUE(parse(cut).edns());
}

TEST_F(ResponseTest, AnErrorLosesItsTextBeforeItIsLost) {
  const dns::ExtendedErrorOption error{dns::ExtendedError::network_error, "no upstream could be reached"};
  ResponseContent content;
  content.rcode = Rcode::SERVFAIL;
  content.error.emplace(error);
  const auto query = query_octets(www, edns_with(1232));
  const auto whole = respond(query, content).size();
  const auto error_at = [&](std::size_t limit) {
    const auto response = respond(query, content, limit);
    EXPECT_FALSE(parse(response).header().truncated);
    return dns::extended_error(parse(response).edns()->options);
  };
  EXPECT_EQ(error_at(whole), error);
  EXPECT_EQ(error_at(whole - 1), (dns::ExtendedErrorOption{error.code, ""}));
  const auto bare = whole - error.text.size();
  EXPECT_EQ(error_at(bare), (dns::ExtendedErrorOption{error.code, ""}));
  EXPECT_EQ(error_at(bare - 1), std::nullopt);
}

TEST_F(ResponseTest, NoErrorIsToldWithoutEdns) {
  const dns::ExtendedErrorOption error{dns::ExtendedError::network_error, "no upstream could be reached"};
  ResponseContent content;
  content.error.emplace(error);
  EXPECT_EQ(respond(query_octets(www), content).size(), query_octets(www).size());
}

TEST_F(ResponseTest, AFailureTellsItsError) {
  const dns::ExtendedErrorOption error{dns::ExtendedError::network_error, "no upstream could be reached"};
  const auto failure = Judge::failure(www, error, 0, now);
  const auto response = respond(query_octets(www, edns_with(1232)), content_of(*failure, now, now));
  EXPECT_EQ(parse(response).rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(dns::extended_error(parse(response).edns()->options), error);
}

TEST_F(ResponseTest, ACookieCountsForTheLimitAndGoesBeforeTheError) {
  const dns::ExtendedErrorOption error{dns::ExtendedError::stale_answer, "old"};
  const Octets cookie(24, 7);
  auto content = content_of(*answer, now, now);
  content.error.emplace(error);
  const auto query = query_octets(www, edns_with(1232));
  const auto options_at = [&](std::size_t limit) {
    const auto response = respond(query, content, limit, cookie);
    const auto options = parse(response).edns()->options;
    EXPECT_TRUE(std::ranges::equal(options.find(dns::OptionCode::cookie).value(), cookie));
    return std::pair(parse(response).header().truncated, dns::extended_error(options).has_value());
  };
  const auto whole = respond(query, content, 1232, cookie).size();
  const auto error_size = 6 + error.text.size();
  EXPECT_EQ(options_at(whole), std::pair(false, true));
  EXPECT_EQ(options_at(whole - error_size), std::pair(false, false));
  EXPECT_EQ(options_at(whole - error_size - 1), std::pair(true, true));  // there is room without the records
}

TEST_F(ResponseTest, NoCookieIsSentWithoutEdns) {
  const Octets cookie(24, 7);
  EXPECT_EQ(respond(query_octets(www), content_of(*answer, now, now), 1232, cookie),
            respond(query_octets(www), content_of(*answer, now, now)));
}

TEST(HeaderResponse, AnswersWithTheHeaderAlone) {
  dns::Header query;
  query.id = 0x1234;
  query.opcode = dns::Opcode::NOTIFY;
  query.recursion_desired = true;
  Octets out(dns::header_size, 0xff);
  ASSERT_EQ(write_header_response(query, Rcode::NOTIMP, out), dns::header_size);
  const auto header = dns::read_header(out);
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->response);
  EXPECT_EQ(header->id, 0x1234);
  EXPECT_EQ(header->opcode, dns::Opcode::NOTIFY);
  EXPECT_TRUE(header->recursion_desired);
  EXPECT_EQ(header->rcode, Rcode::NOTIMP);
  EXPECT_TRUE(std::all_of(out.begin() + 4, out.end(), [](auto octet) { return octet == 0; }));
}

}  // namespace
}  // namespace tributary::resolver
