#include "resolver/transport/outgoing_query.hpp"

#include <bit>
#include <set>

#include "tests/unit/transport/plain_transport_fixture.hpp"

namespace tributary::resolver {
namespace {

class OutgoingQueryTest : public testing::Test {
 protected:
  OutgoingQuery outgoing(const Manner& manner = {}) {
    return OutgoingQuery(query_for("www.example."), manner, random_);
  }
  static dns::MessageView parsed(const OutgoingQuery& query) {
    return dns::MessageView::parse(query.wire()).value();
  }

  SystemRandom random_;
};

Manner with(auto change) {
  Manner manner;
  change(manner);
  return manner;
}

TEST_F(OutgoingQueryTest, CarriesTheQuestionAndTheFlags) {
  Query query = query_for("www.example.", dns::Type::AAAA);
  query.checking_disabled = true;
  const OutgoingQuery outgoing(query, {}, random_);
  const auto view = parsed(outgoing);
  EXPECT_EQ(view.question(), query.question);
  EXPECT_FALSE(view.header().response);
  EXPECT_TRUE(view.header().recursion_desired);
  EXPECT_TRUE(view.header().checking_disabled);
  EXPECT_TRUE(view.edns()->dnssec_ok);
  EXPECT_EQ(view.edns()->udp_payload, 1232);
}

TEST_F(OutgoingQueryTest, LeavesOutWhatTheMannerLeavesOut) {
  const auto query = outgoing(with([](Manner& manner) {
    manner.recursion_desired = false;
    manner.edns = false;
  }));
  const auto view = parsed(query);
  EXPECT_FALSE(view.header().recursion_desired);
  EXPECT_FALSE(view.edns());
}

TEST_F(OutgoingQueryTest, CarriesTheCookie) {
  const Message cookie{1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(cookie_in(wire_of(outgoing(with([&](Manner& manner) { manner.cookie = Cookie(cookie); })))),
            cookie);
}

TEST_F(OutgoingQueryTest, IdsUseEveryBitEvenly) {
  constexpr int draws = 2000;
  std::array<int, 16> ones{};
  std::set<std::uint16_t> ids;
  for (int i = 0; i < draws; ++i) {
    const auto id = outgoing().id();
    ids.insert(id);
    for (std::size_t bit = 0; bit < 16; ++bit) ones[bit] += id >> bit & 1;
  }
  EXPECT_GT(ids.size(), 1900U);  // 1,970 are to be expected
  // Seven standard deviations of 22.4 each.
  for (const int count : ones) EXPECT_NEAR(count, draws / 2, 157);
}

TEST_F(OutgoingQueryTest, EachLetterIsUpperCaseHalfOfTheTime) {
  constexpr int draws = 1000;
  const auto lower = query_for("www.example.").question.name;
  std::vector<int> upper(lower.wire().size());
  for (int i = 0; i < draws; ++i) {
    const auto query = outgoing();
    for (std::size_t at = 0; at < upper.size(); ++at) {
      upper[at] += query.wire()[dns::header_size + at] != lower.wire()[at];
    }
  }
  for (std::size_t at = 0; at < upper.size(); ++at) {
    const bool letter = lower.wire()[at] >= 'a';
    EXPECT_NEAR(upper[at], letter ? draws / 2 : 0, letter ? 110 : 0) << "octet " << at;
  }
}

TEST_F(OutgoingQueryTest, KeepsTheCallersCaseWhenToldTo) {
  const auto mixed = query_for("wWw.ExAmple.");
  const OutgoingQuery query(mixed, with([](Manner& manner) { manner.random_case = false; }), random_);
  EXPECT_TRUE(parsed(query).question().name.identical(mixed.question.name));
}

struct MatchCase {
  const char* what;
  Message (*reply)(const Message& query);
  Match match;
};

class OutgoingQueryMatch : public testing::TestWithParam<MatchCase> {};

Message with_octet(Message message, std::size_t at, int flipped) {
  message[at] = static_cast<std::uint8_t>(message[at] ^ flipped);
  return message;
}

TEST_P(OutgoingQueryMatch, TellsWhatCameBack) {
  SystemRandom random;
  const OutgoingQuery query(query_for("www.example."), {}, random);
  EXPECT_EQ(query.match(GetParam().reply(wire_of(query))), GetParam().match);
}

const MatchCase match_cases[] = {
    {"Reply", [](const Message& query) { return reply_to(query); }, Match::reply},
    {"WrongId", [](const Message& query) { return with_id_changed(reply_to(query)); }, Match::wrong_id},
    {"NoResponse", [](const Message& query) { return query; }, Match::wrong_id},
    {"OtherOpcode", [](const Message& query) { return with_octet(reply_to(query), 2, 0x20); },
     Match::wrong_id},
    {"OneLetterInOtherCase", [](const Message& query) { return with_octet(reply_to(query), 13, 0x20); },
     Match::wrong_case},
    {"OtherName", [](const Message& query) { return with_octet(reply_to(query), 13, 0x01); },
     Match::wrong_question},
    {"OtherType", [](const Message& query) { return with_octet(reply_to(query), 26, 0x04); },
     Match::wrong_question},
    {"OtherClass", [](const Message& query) { return with_octet(reply_to(query), 28, 0x02); },
     Match::wrong_question},
    {"Empty", [](const Message&) { return Message(); }, Match::malformed},
    {"ShortHeader", [](const Message& query) { return Message(query.begin(), query.begin() + 11); },
     Match::malformed},
    {"CutOff",
     [](const Message& query) {
       auto reply = reply_to(query);
       reply.pop_back();
       return reply;
     },
     Match::malformed},
    {"BareFormerr", [](const Message& query) { return bare_error_to(query, dns::Rcode::FORMERR); },
     Match::bare_error},
    {"BareRefused", [](const Message& query) { return bare_error_to(query, dns::Rcode::REFUSED); },
     Match::bare_error},
    {"BareNoerror", [](const Message& query) { return bare_error_to(query, dns::Rcode::NOERROR); },
     Match::malformed},
    {"BareNxdomain", [](const Message& query) { return bare_error_to(query, dns::Rcode::NXDOMAIN); },
     Match::malformed},
    {"BareErrorWithWrongId",
     [](const Message& query) { return with_id_changed(bare_error_to(query, dns::Rcode::FORMERR)); },
     Match::wrong_id},
};

INSTANTIATE_TEST_SUITE_P(All, OutgoingQueryMatch, testing::ValuesIn(match_cases),
                         [](const auto& test) { return std::string(test.param.what); });

TEST_F(OutgoingQueryTest, CaseDoesNotMatterWithoutRandomCase) {
  const auto query = outgoing(with([](Manner& manner) { manner.random_case = false; }));
  EXPECT_EQ(query.match(with_octet(reply_to(wire_of(query)), 13, 0x20)), Match::reply);
}

TEST_F(OutgoingQueryTest, EdnsIsDeclinedByErrorsWithoutOpt) {
  const auto query = outgoing();
  const auto declined = [&](const Answer& answer) {
    return query.edns_declined_by({Match::reply, reply_to(wire_of(query), answer), {}});
  };
  EXPECT_TRUE(declined({.rcode = dns::Rcode::FORMERR, .edns = false, .records = {}}));
  EXPECT_TRUE(declined({.rcode = dns::Rcode::NOTIMP, .edns = false, .records = {}}));
  EXPECT_FALSE(declined({.rcode = dns::Rcode::FORMERR, .edns = true, .records = {}}));
  EXPECT_FALSE(declined({.rcode = dns::Rcode::SERVFAIL, .edns = false, .records = {}}));
  EXPECT_FALSE(declined({.edns = false}));
}

TEST_F(OutgoingQueryTest, TheReplyHasTheQuestionInTheCallersCase) {
  const auto asked = query_for("wWw.example.");
  const OutgoingQuery query(asked, {}, random_);
  const auto reply = query.to_reply({Match::reply, reply_to(wire_of(query)), {}}, true);
  const auto view = dns::MessageView::parse(reply.message).value();
  EXPECT_TRUE(view.question().name.identical(asked.question.name));
  EXPECT_EQ(view.record_count(dns::Section::answer), 1U);
  EXPECT_TRUE(reply.from_authority);
}

TEST_F(OutgoingQueryTest, ABareErrorBecomesAReplyWithTheQuestion) {
  const auto query = outgoing();
  const auto reply =
      query.to_reply({Match::bare_error, bare_error_to(wire_of(query), dns::Rcode::REFUSED), {}}, false);
  const auto view = dns::MessageView::parse(reply.message).value();
  EXPECT_EQ(view.rcode(), dns::Rcode::REFUSED);
  EXPECT_EQ(view.question(), query_for("www.example.").question);
}

}  // namespace
}  // namespace tributary::resolver
