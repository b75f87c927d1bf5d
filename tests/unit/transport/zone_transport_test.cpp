#include "resolver/transport/zone_transport.hpp"

#include "tests/unit/transport/plain_transport_fixture.hpp"

namespace tributary::resolver {
namespace {

dns::Zone make_zone() {
  std::vector<dns::Record> records;
  for (const auto* line : {
           "example. 3600 IN SOA ns.example. host.example. 1 7200 3600 1209600 300",
           "example. 3600 IN NS ns.example.",
           "ns.example. 3600 IN A 192.0.2.53",
           "www.example. 300 IN A 192.0.2.1",
           "alias.example. 300 IN CNAME www.example.",
           "out.example. 300 IN CNAME www.elsewhere.",
           "nowhere.example. 300 IN CNAME missing.example.",
           "below.example. 3600 IN NS ns.below.example.",
           "ns.below.example. 3600 IN A 192.0.2.54",
       }) {
    records.push_back(dns::parse_record(line).value());
  }
  return dns::Zone::make(name("example."), std::move(records)).value();
}

struct ZoneCase {
  const char* what;
  const char* owner;
  dns::Type type;
  dns::Rcode rcode;
  bool authoritative;
  std::size_t answers, authorities, additionals;
};

class ZoneTransportTest : public PlainTransportTest, public testing::WithParamInterface<ZoneCase> {
 protected:
  ZoneTransport transport_{std::make_shared<const dns::Zone>(make_zone())};
};

TEST_P(ZoneTransportTest, RepliesAsTheAuthorityWould) {
  const auto& expected = GetParam();
  const auto query = query_for(expected.owner, expected.type);
  const auto reply = ask(transport_, query);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->channel, Channel::local);
  EXPECT_TRUE(reply->from_authority);
  const auto view = dns::MessageView::parse(reply->message);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->header().response);
  EXPECT_EQ(view->question(), query.question);
  EXPECT_EQ(view->rcode(), expected.rcode);
  EXPECT_EQ(view->header().authoritative, expected.authoritative);
  EXPECT_EQ(view->record_count(dns::Section::answer), expected.answers);
  EXPECT_EQ(view->record_count(dns::Section::authority), expected.authorities);
  EXPECT_EQ(view->record_count(dns::Section::additional), expected.additionals);
}

using enum dns::Type;

const ZoneCase cases[] = {
    {"Answer", "www.example.", A, dns::Rcode::NOERROR, true, 1, 0, 0},
    {"NoData", "www.example.", AAAA, dns::Rcode::NOERROR, true, 0, 1, 0},
    {"NoName", "missing.example.", A, dns::Rcode::NXDOMAIN, true, 0, 1, 0},
    {"AliasInside", "alias.example.", A, dns::Rcode::NOERROR, true, 2, 0, 0},
    {"AliasToNothing", "nowhere.example.", A, dns::Rcode::NXDOMAIN, true, 1, 1, 0},
    {"AliasOut", "out.example.", A, dns::Rcode::NOERROR, true, 1, 0, 0},
    {"Referral", "host.below.example.", A, dns::Rcode::NOERROR, false, 0, 1, 1},
    {"Outside", "www.elsewhere.", A, dns::Rcode::REFUSED, false, 0, 0, 0},
};

INSTANTIATE_TEST_SUITE_P(All, ZoneTransportTest, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.what); });

TEST_F(ZoneTransportTest, OtherClassesAreRefused) {
  auto query = query_for("www.example.");
  query.question.klass = dns::Class::CH;
  EXPECT_EQ(rcode_of(ask(transport_, query)->message), dns::Rcode::REFUSED);
}

}  // namespace
}  // namespace tributary::resolver
