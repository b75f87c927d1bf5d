// What grade a reply gets, and whether its answer may be kept.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using testing::Lines;
using testing::query;
using testing::reply;
using testing::Sections;

constexpr auto soa = "example. 600 IN SOA ns.example. admin.example. 1 7200 900 86400 60";
constexpr auto address = "www.example. 300 IN A 192.0.2.1";
const Instant now = Instant(1h);
Judge judge({86400s, 3600s});

struct Case {
  const char* what;
  Rcode rcode;
  Sections sections;
};

class Grades : public ::testing::Test {
 protected:
  Judgement judged(const Case& given) {
    SCOPED_TRACE(given.what);
    return judge.judge(www, reply(www, given.rcode, given.sections), now);
  }

  const Query www = query("www.example.");
};

TEST_F(Grades, Complete) {
  const Case cases[] = {
      {"one record", Rcode::NOERROR, {{address}, {}, {}}},
      {"several", Rcode::NOERROR, {{address, "www.example. 300 IN A 192.0.2.2"}, {}, {}}},
      {"in another case", Rcode::NOERROR, {{"WWW.exaMPle. 300 IN A 192.0.2.1"}, {}, {}}},
      {"NS in the authority section", Rcode::NOERROR, {{address}, {"example. 300 IN NS ns.example."}, {}}},
      {"a SOA besides", Rcode::NOERROR, {{address}, {soa}, {}}},
      {"a chain",
       Rcode::NOERROR,
       {{"www.example. 300 IN CNAME a.example.", "a.example. 300 IN A 192.0.2.1"}, {}, {}}},
  };
  for (const auto& each : cases) {
    const auto judgement = judged(each);
    EXPECT_EQ(judgement.grade, Grade::complete) << each.what;
    ASSERT_TRUE(judgement.answer) << each.what;
    EXPECT_EQ(judgement.answer->rank(), cache::Rank::clear) << each.what;
    EXPECT_EQ(judgement.answer->lifetime(), 300s) << each.what;
    EXPECT_EQ(judgement.answer->stored(), now) << each.what;
    EXPECT_FALSE(judgement.answer->continues_at()) << each.what;
  }
}

TEST_F(Grades, Negative) {
  const Case cases[] = {
      {"NXDOMAIN", Rcode::NXDOMAIN, {{}, {soa}, {}}},
      {"NODATA", Rcode::NOERROR, {{}, {soa}, {}}},
      {"NODATA with NS (RFC 2308 §2.2, type 1)", Rcode::NOERROR, {{}, {"example. 9 IN NS a.", soa}, {}}},
      {"SOA of the root", Rcode::NXDOMAIN, {{}, {". 600 IN SOA a. b. 1 7200 900 86400 60"}, {}}},
      {"at the end of a chain", Rcode::NXDOMAIN, {{"www.example. 300 IN CNAME a.example."}, {soa}, {}}},
      {"records of another type", Rcode::NOERROR, {{"www.example. 300 IN AAAA 2001:db8::1"}, {soa}, {}}},
  };
  for (const auto& each : cases) {
    const auto judgement = judged(each);
    EXPECT_EQ(judgement.grade, Grade::negative) << each.what;
    ASSERT_TRUE(judgement.answer) << each.what;
    EXPECT_EQ(judgement.answer->rank(), cache::Rank::negative) << each.what;
    EXPECT_EQ(judgement.answer->rcode(), each.rcode) << each.what;
    EXPECT_EQ(judgement.answer->lifetime(), 60s) << each.what;
  }
}

TEST_F(Grades, WeakAndNotKeptWithoutSoa) {
  const Case cases[] = {
      {"NXDOMAIN", Rcode::NXDOMAIN, {}},
      {"NODATA", Rcode::NOERROR, {}},
      {"NXDOMAIN with NS", Rcode::NXDOMAIN, {{}, {"example. 300 IN NS ns.example."}, {}}},
      {"NXDOMAIN at the end of a chain", Rcode::NXDOMAIN, {{"www.example. 300 IN CNAME a.example."}, {}, {}}},
      {"SOA of another zone", Rcode::NXDOMAIN, {{}, {"test. 600 IN SOA a. b. 1 2 3 4 60"}, {}}},
      {"SOA of a zone below", Rcode::NXDOMAIN, {{}, {"a.www.example. 600 IN SOA a. b. 1 2 3 4 60"}, {}}},
      {"SOA of a zone that only looks like it",
       Rcode::NXDOMAIN,
       {{}, {"ple. 600 IN SOA a. b. 1 2 3 4 60"}, {}}},
      {"SOA of another class", Rcode::NXDOMAIN, {{}, {"example. 600 CH SOA a. b. 1 2 3 4 60"}, {}}},
      {"SOA in the wrong section", Rcode::NXDOMAIN, {{}, {}, {soa}}},
      {"SOA of the zone where the chain began",
       Rcode::NXDOMAIN,
       {{"www.example. 300 IN CNAME a.test."}, {soa}, {}}},
      {"records of another owner", Rcode::NOERROR, {{"other.example. 300 IN A 192.0.2.1"}, {}, {}}},
      {"records of another class", Rcode::NOERROR, {{"www.example. 300 CH A 192.0.2.1"}, {}, {}}},
      {"a delegation elsewhere", Rcode::NOERROR, {{}, {"test. 300 IN NS ns.test."}, {}}},
  };
  for (const auto& each : cases) {
    const auto judgement = judged(each);
    EXPECT_EQ(judgement.grade, Grade::weak) << each.what;
    ASSERT_TRUE(judgement.answer) << each.what;
    EXPECT_EQ(judgement.answer->rank(), cache::Rank::incomplete) << each.what;
    EXPECT_EQ(judgement.answer->rcode(), each.rcode) << each.what;
    EXPECT_EQ(judgement.answer->lifetime(), 0s) << each.what;
    EXPECT_FALSE(judgement.answer->continues_at()) << each.what;
  }
}

TEST_F(Grades, WeakButKeptIfTheChainGoesOn) {
  const Case cases[] = {
      {"a CNAME alone", Rcode::NOERROR, {{"www.example. 300 IN CNAME a.test."}, {}, {}}},
      {"with a referral",
       Rcode::NOERROR,
       {{"www.example. 300 IN CNAME a.test."}, {"test. 9 IN NS ns.test."}, {}}},
      {"with the SOA of where it began", Rcode::NOERROR, {{"www.example. 300 IN CNAME a.test."}, {soa}, {}}},
  };
  for (const auto& each : cases) {
    const auto judgement = judged(each);
    EXPECT_EQ(judgement.grade, Grade::weak) << each.what;
    ASSERT_TRUE(judgement.answer) << each.what;
    EXPECT_EQ(judgement.answer->continues_at(), testing::name("a.test.")) << each.what;
    EXPECT_EQ(judgement.answer->lifetime(), 300s) << each.what;
  }
}

TEST_F(Grades, Useless) {
  const Case cases[] = {
      {"SERVFAIL", Rcode::SERVFAIL, {}},
      {"REFUSED", Rcode::REFUSED, {}},
      {"FORMERR", Rcode::FORMERR, {}},
      {"NOTIMP", Rcode::NOTIMP, {}},
      {"YXDOMAIN", Rcode::YXDOMAIN, {}},
      {"SERVFAIL with records", Rcode::SERVFAIL, {{address}, {}, {}}},
      {"a referral",
       Rcode::NOERROR,
       {{}, {"example. 300 IN NS ns.example."}, {"ns.example. 300 IN A 192.0.2.53"}}},
      {"a referral upwards", Rcode::NOERROR, {{}, {". 300 IN NS a.root-servers.net."}, {}}},
      {"NXDOMAIN with records of the name", Rcode::NXDOMAIN, {{address}, {soa}, {}}},
      {"a chain that leads to itself", Rcode::NOERROR, {{"www.example. 300 IN CNAME www.example."}, {}, {}}},
      {"a chain in a circle",
       Rcode::NOERROR,
       {{"www.example. 300 IN CNAME a.example.", "a.example. 300 IN CNAME WWW.example."}, {}, {}}},
  };
  for (const auto& each : cases) {
    const auto judgement = judged(each);
    EXPECT_EQ(judgement.grade, Grade::useless) << each.what;
    EXPECT_FALSE(judgement.answer) << each.what;
    EXPECT_FALSE(judgement.reason.empty()) << each.what;
  }
}

TEST_F(Grades, TruncatedIsNoAnswer) {
  for (const auto rcode : {Rcode::NOERROR, Rcode::NXDOMAIN, Rcode::SERVFAIL}) {
    auto header = testing::header_of(rcode);
    header.truncated = true;
    const auto judgement = judge.judge(www, reply(www, header, {{address}, {}, {}}), now);
    EXPECT_EQ(judgement.grade, Grade::truncated);
    EXPECT_FALSE(judgement.answer);
  }
}

TEST_F(Grades, MalformedIsUseless) {
  auto cut = reply(www, Rcode::NOERROR, {{address}, {}, {}});
  cut.message.pop_back();
  EXPECT_EQ(judge.judge(www, cut, now).grade, Grade::useless);
  auto empty = cut;
  empty.message.clear();
  EXPECT_EQ(judge.judge(www, empty, now).grade, Grade::useless);
}

TEST_F(Grades, BadRdataIsUseless) {
  dns::MessageBuilder builder(testing::header_of(Rcode::NOERROR));
  builder.question(www.question);
  ASSERT_TRUE(
      builder.record(dns::Section::answer, {www.question.name, Type::A, dns::Class::IN, 300, {1, 2, 3}}));
  Reply bad;
  bad.message = builder.take();
  EXPECT_EQ(judge.judge(www, bad, now).grade, Grade::useless);
}

TEST_F(Grades, AnAuthorityWithoutAaIsLame) {
  auto header = testing::header_of(Rcode::NOERROR);
  header.authoritative = false;
  auto lame = reply(www, header, {{address}, {}, {}});
  EXPECT_EQ(judge.judge(www, lame, now).grade, Grade::complete) << "a resolver need not set AA";
  lame.from_authority = true;
  EXPECT_EQ(judge.judge(www, lame, now).grade, Grade::useless);

  header.rcode = Rcode::NXDOMAIN;
  lame = reply(www, header, {{}, {soa}, {}});
  lame.from_authority = true;
  EXPECT_EQ(judge.judge(www, lame, now).grade, Grade::useless);
}

TEST_F(Grades, AnAuthorityWithAaIsBelieved) {
  auto good = reply(www, Rcode::NOERROR, {{address}, {}, {}});
  good.from_authority = true;
  EXPECT_EQ(judge.judge(www, good, now).grade, Grade::complete);
}

TEST_F(Grades, TheChannelMakesTheRank) {
  auto from = reply(www, Rcode::NOERROR, {{address}, {}, {}});
  const std::pair<Channel, cache::Rank> cases[] = {{Channel::clear, cache::Rank::clear},
                                                   {Channel::authenticated, cache::Rank::authenticated},
                                                   {Channel::local, cache::Rank::authenticated}};
  for (const auto& [channel, rank] : cases) {
    from.channel = channel;
    const auto judgement = judge.judge(www, from, now);
    EXPECT_EQ(judgement.answer->rank(), rank);
    EXPECT_EQ(judgement.answer->is_local(), channel == Channel::local);
  }
}

TEST_F(Grades, TellsTheExtendedErrorOfARefusal) {
  const dns::ExtendedErrorOption bogus{dns::ExtendedError::dnssec_bogus, "no"};
  std::vector<std::uint8_t> options;
  dns::append_extended_error(options, bogus);
  dns::Edns edns;
  edns.options = options;
  const auto judgement = judge.judge(www, reply(www, testing::header_of(Rcode::SERVFAIL), {}, &edns), now);
  EXPECT_EQ(judgement.error, bogus);
  EXPECT_EQ(judgement.rcode, Rcode::SERVFAIL);
}

TEST_F(Grades, ReadsTheExtendedRcode) {
  dns::Edns edns;
  const auto judgement = judge.judge(www, reply(www, testing::header_of(Rcode::BADVERS), {}, &edns), now);
  EXPECT_EQ(judgement.grade, Grade::useless);
  EXPECT_EQ(judgement.rcode, Rcode::BADVERS);
}

}  // namespace
}  // namespace tributary::resolver
