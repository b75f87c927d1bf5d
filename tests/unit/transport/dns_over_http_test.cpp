#include "resolver/transport/dns_over_http.hpp"

#include <gmock/gmock.h>

#include "dns/message_builder.hpp"
#include "dns/message_view.hpp"

namespace tributary::resolver {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

Query query_for(const std::string& name) {
  Query query;
  query.question.name = dns::Name::parse(name).value();
  query.question.type = dns::Type::AAAA;
  return query;
}

Http2Response response_to(const Query& query, std::uint16_t id = 0, bool is_response = true) {
  dns::Header header;
  header.id = id;
  header.response = is_response;
  Http2Response response;
  response.status = 200;
  response.content_type = "application/dns-message";
  response.body = dns::build_query(header, query.question, nullptr);
  return response;
}

TEST(DohRequest, CarriesTheQueryWithIdZero) {
  auto query = query_for("www.example.");
  query.checking_disabled = true;
  const auto request = make_doh_request(query, policy::HttpMethod::post, "dns.test", "/dns-query");
  const auto message = dns::MessageView::parse(request.body);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->header().id, 0);
  EXPECT_FALSE(message->header().response);
  EXPECT_TRUE(message->header().recursion_desired);
  EXPECT_TRUE(message->header().checking_disabled);
  EXPECT_EQ(message->question(), query.question);
  EXPECT_TRUE(message->edns()->dnssec_ok);
  EXPECT_EQ(message->edns()->udp_payload, 1232);
  EXPECT_FALSE(message->edns()->options.find(dns::OptionCode::cookie));
}

TEST(DohRequest, IsPaddedToAMultipleOf128) {
  for (std::size_t length = 1; length <= 60; ++length) {
    for (const auto& name :
         {std::string(length, 'a') + ".", std::string(60, 'b') + "." + std::string(length, 'a')}) {
      const auto request = make_doh_request(query_for(name), policy::HttpMethod::post, "dns.test", "/");
      EXPECT_EQ(request.body.size() % 128, 0U) << name;
    }
  }
}

TEST(DohRequest, GetExtendsAPathThatHasAQueryPart) {
  const auto query = query_for("www.example.");
  const auto plain = make_doh_request(query, policy::HttpMethod::get, "dns.test", "/q");
  const auto extended = make_doh_request(query, policy::HttpMethod::get, "dns.test", "/q?key=1");
  EXPECT_THAT(plain.path, testing::StartsWith("/q?dns=AAAB"));
  EXPECT_THAT(extended.path, testing::StartsWith("/q?key=1&dns=AAAB"));
}

TEST(DohResponse, BecomesAReply) {
  const auto query = query_for("www.example.");
  auto response = response_to(query);
  response.content_type = "Application/DNS-Message ; charset=utf-8";
  response.age = "250";
  const auto message = response.body;
  const auto reply = read_doh_response(response, query);
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_EQ(reply->message, message);
  EXPECT_EQ(reply->age, seconds(250));
  EXPECT_EQ(reply->channel, Channel::authenticated);
}

TEST(DohResponse, AgeIsReadWithCare) {
  const auto query = query_for("www.example.");
  const struct {
    const char* age;
    seconds expected;
  } cases[] = {{"0", seconds(0)},      {"99999999999999999999", seconds(0x7fffffff)},
               {"-5", seconds(0)},     {"soon", seconds(0)},
               {"12, 13", seconds(0)}, {"", seconds(0)}};
  for (const auto& one : cases) {
    auto response = response_to(query);
    response.age = one.age;
    EXPECT_EQ(read_doh_response(response, query)->age, one.expected) << one.age;
  }
}

TEST(DohResponse, IsRefusedWhenItIsNoReplyToTheQuery) {
  const auto query = query_for("www.example.");
  const auto with = [&](auto change) {
    auto response = response_to(query);
    change(response);
    return response;
  };
  const struct {
    const char* detail;
    Http2Response response;
  } cases[] = {
      {"HTTP status 404", with([](auto& r) { r.status = 404; })},
      {"HTTP status 204", with([](auto& r) { r.status = 204; })},
      {"content type is \"text/html\"", with([](auto& r) { r.content_type = "text/html"; })},
      {"content type is \"\"", with([](auto& r) { r.content_type.clear(); })},
      {"not a DNS message", with([](auto& r) { r.body.pop_back(); })},
      {"not a DNS message", with([](auto& r) { r.body.clear(); })},
      {"no reply", response_to(query, 1)},
      {"no reply", response_to(query, 0, false)},
      {"another question", response_to(query_for("www.example.org."))},
  };
  for (const auto& one : cases) {
    const auto reply = read_doh_response(one.response, query);
    ASSERT_FALSE(reply) << one.detail;
    EXPECT_EQ(reply.error().kind, Failure::Kind::protocol);
    EXPECT_THAT(reply.error().detail, HasSubstr(one.detail));
  }
}

TEST(DohResponse, TellsWhenToComeBack) {
  const char* const now = "Sun, 06 Nov 1994 08:49:37 GMT";
  const struct {
    int status;
    std::optional<std::string> retry_after, date;
    std::optional<Duration> expected;
  } cases[] = {
      {429, "120", std::nullopt, seconds(120)},
      {503, "Sun, 06 Nov 1994 08:50:37 GMT", now, seconds(60)},
      {503, "Sunday, 06-Nov-94 08:50:37 GMT", now, seconds(60)},
      {503, "Sun Nov  6 08:50:37 1994", now, seconds(60)},
      {503, "Sun, 06 Nov 1994 08:40:00 GMT", now, seconds(0)},
      {503, "Sun, 06 Nov 1994 08:50:37 GMT", std::nullopt, std::nullopt},
      {503, "tomorrow", now, std::nullopt},
      {429, std::nullopt, now, std::nullopt},
  };
  for (const auto& one : cases) {
    Http2Response response;
    response.status = one.status;
    response.retry_after = one.retry_after;
    response.date = one.date;
    const auto reply = read_doh_response(response, query_for("www.example."));
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, Failure::Kind::rate_limited);
    EXPECT_EQ(reply.error().retry_after, one.expected) << one.retry_after.value_or("-");
  }
}

}  // namespace
}  // namespace tributary::resolver
