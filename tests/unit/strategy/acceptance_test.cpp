// Every ordered pair of replies, in groups of interchangeable and of distinct upstreams; holds; agreement.

#include "resolver/strategy/acceptance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using testing::Sections;

const Instant began = Instant(1h);

/// What an attempt may bring, as its reply would be written; nothing if it ends without one.
struct Kind {
  const char* what;
  std::optional<Rcode> rcode;
  Sections sections;
  bool truncated = false;
  bool validated = false;
  std::optional<dns::ExtendedError> error{};
};

const Sections denial{{}, {"example. 60 IN SOA ns.example. admin.example. 1 7200 900 86400 60"}, {}};

const Kind complete{"complete", Rcode::NOERROR, {{"www.example. 300 IN A 192.0.2.1"}, {}, {}}};
const Kind nxdomain{"NXDOMAIN", Rcode::NXDOMAIN, denial};
const Kind nodata{"NODATA", Rcode::NOERROR, denial};
const Kind cname{"CNAME alone", Rcode::NOERROR, {{"www.example. 300 IN CNAME a.test."}, {}, {}}};
const Kind empty{"NODATA without SOA", Rcode::NOERROR, {}};
const Kind truncated{"truncated", Rcode::NOERROR, {}, true};
const Kind servfail{"SERVFAIL", Rcode::SERVFAIL, {}};
const Kind refused{"REFUSED", Rcode::REFUSED, {}};
const Kind formerr{"FORMERR", Rcode::FORMERR, {}};
const Kind failure{"failure", std::nullopt, {}};

// What validating upstreams say.
const Kind bogus{"SERVFAIL that blames DNSSEC",   Rcode::SERVFAIL, {}, false, false,
                 dns::ExtendedError::dnssec_bogus};
const Kind vouched{"complete with AD", Rcode::NOERROR, complete.sections, false, true};
const Kind vouched_denial{"NXDOMAIN with AD", Rcode::NXDOMAIN, denial, false, true};

const Kind* const kinds[] = {&complete,  &nxdomain, &nodata,  &cname,   &empty,
                             &truncated, &servfail, &refused, &formerr, &failure};

Judgement judged(const Kind& kind) {
  const auto www = testing::query("www.example.");
  auto header = testing::header_of(*kind.rcode);
  header.truncated = kind.truncated;
  header.authentic_data = kind.validated;
  dns::Edns edns;
  std::vector<std::uint8_t> options;
  if (kind.error) dns::append_extended_error(options, {*kind.error, ""});
  edns.options = options;
  return Judge({86400s, 3600s}).judge(www, testing::reply(www, header, kind.sections, &edns), began);
}

Grade grade_of(const Kind& kind) {
  return kind.rcode ? judged(kind).grade : Grade::useless;
}

void offer(Acceptance& acceptance, const Kind& kind, std::string_view operator_name, Instant now) {
  if (!kind.rcode) return acceptance.attempt_failed();
  acceptance.offer({judged(kind), nullptr, operator_name}, now);
}

/// What wins of two attempts, as the rules say it, when the second ends within the hold.
struct Expected {
  bool first_wins_alone;  // before the second has ended
  int winner;             // 0: nobody; 1: the first; 2: the second
};

Expected expected(Grade first, Grade second) {
  const auto wins = [](Grade grade) { return grade < Grade::truncated; };
  if (first == Grade::complete) return {true, 1};
  if (wins(second) && (!wins(first) || second < first)) return {false, 2};
  return {false, wins(first) ? 1 : 0};
}

class Pairs : public ::testing::TestWithParam<bool> {};

TEST_P(Pairs, TheBetterWinsWhicheverComesFirst) {
  for (const auto* first : kinds) {
    for (const auto* second : kinds) {
      SCOPED_TRACE(std::string(first->what) + ", then " + second->what);
      const auto rule = expected(grade_of(*first), grade_of(*second));
      Acceptance acceptance({GetParam()});
      offer(acceptance, *first, "one", began);
      EXPECT_EQ(acceptance.decide({1, false}, began + 10ms) != nullptr, rule.first_wins_alone);
      if (rule.first_wins_alone) continue;
      offer(acceptance, *second, "one", began + 10ms);
      const auto* winner = acceptance.decide({0, false}, began + 10ms);
      ASSERT_EQ(winner != nullptr, rule.winner != 0);
      EXPECT_EQ(acceptance.best(), winner);
      if (winner == nullptr) continue;
      const auto right = judged(rule.winner == 1 ? *first : *second);
      EXPECT_EQ(winner->judgement.grade, right.grade);
      EXPECT_EQ(winner->judgement.rcode, right.rcode);
      EXPECT_TRUE(std::ranges::equal(winner->judgement.answer->message(), right.answer->message()));
    }
  }
}

TEST_P(Pairs, NothingButACompleteReplyWinsWhileAnotherAttemptIsPending) {
  for (const auto* kind : kinds) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *kind, "one", began);
    EXPECT_EQ(acceptance.decide({1, false}, began) != nullptr, kind == &complete) << kind->what;
    EXPECT_EQ(acceptance.decide({1, true}, began) != nullptr, kind == &complete) << kind->what;
  }
}

TEST_P(Pairs, ErrorsNeverWin) {
  for (const auto* kind : {&truncated, &servfail, &refused, &formerr, &failure}) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *kind, "one", began);
    offer(acceptance, *kind, "two", began);
    EXPECT_EQ(acceptance.decide({0, false}, began + 1h), nullptr) << kind->what;
    EXPECT_EQ(acceptance.best(), nullptr) << kind->what;
    EXPECT_FALSE(acceptance.held_until()) << kind->what;
  }
}

TEST_P(Pairs, WhatIsHeldWinsWhenItsTimeIsOver) {
  const Duration hold = GetParam() ? 50ms : 400ms;
  for (const auto* kind : {&nxdomain, &nodata, &cname, &empty}) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *kind, "one", began);
    EXPECT_EQ(acceptance.held_until(), began + hold) << kind->what;
    EXPECT_EQ(acceptance.decide({1, true}, began + hold - 1ns), nullptr) << kind->what;
    EXPECT_TRUE(acceptance.decide({1, true}, began + hold)) << kind->what;
  }
}

TEST_P(Pairs, ASecondOperatorsAgreementEndsTheHold) {
  for (const auto* kind : {&nxdomain, &nodata, &cname, &empty}) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *kind, "one", began);
    offer(acceptance, *kind, "one", began + 1ms);
    EXPECT_EQ(acceptance.decide({1, true}, began + 1ms), nullptr) << kind->what;
    offer(acceptance, *kind, "two", began + 2ms);
    EXPECT_TRUE(acceptance.decide({1, true}, began + 2ms)) << kind->what;
  }
}

TEST_P(Pairs, AnUpstreamWithoutOperatorIsAVoiceOfItsOwn) {
  Acceptance acceptance({GetParam()});
  offer(acceptance, nxdomain, "", began);
  offer(acceptance, nxdomain, "", began);
  EXPECT_TRUE(acceptance.decide({1, true}, began));
}

TEST_P(Pairs, DifferentRepliesAreNoAgreement) {
  const std::pair<const Kind*, const Kind*> pairs[] = {{&nxdomain, &nodata}, {&nodata, &nxdomain},
                                                       {&cname, &empty},     {&empty, &cname},
                                                       {&nxdomain, &empty},  {&nxdomain, &servfail}};
  for (const auto& [first, second] : pairs) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *first, "one", began);
    offer(acceptance, *second, "two", began);
    EXPECT_EQ(acceptance.decide({1, false}, began), nullptr) << first->what << ", then " << second->what;
  }
}

TEST_P(Pairs, AgreementOnAWorseReplyDoesNotSpeakForABetterOne) {
  Acceptance acceptance({GetParam()});
  offer(acceptance, empty, "one", began);
  offer(acceptance, empty, "two", began);
  offer(acceptance, nxdomain, "three", began);
  EXPECT_EQ(acceptance.decide({1, false}, began), nullptr);
}

TEST_P(Pairs, ABadReplyAsksForAnother) {
  for (const auto* kind : kinds) {
    const bool denies = kind == &nxdomain || kind == &nodata;
    Acceptance acceptance({GetParam()});
    EXPECT_FALSE(acceptance.wants_another());
    offer(acceptance, *kind, "one", began);
    EXPECT_EQ(acceptance.wants_another(), denies ? !GetParam() : kind != &complete) << kind->what;
    acceptance.another_asked();
    EXPECT_FALSE(acceptance.wants_another());
  }
}

TEST_P(Pairs, RemembersTheFirstError) {
  Acceptance acceptance({GetParam()});
  EXPECT_EQ(acceptance.first_error(), nullptr);
  offer(acceptance, refused, "one", began);
  offer(acceptance, servfail, "two", began);
  ASSERT_TRUE(acceptance.first_error());
  EXPECT_EQ(acceptance.first_error()->judgement.rcode, Rcode::REFUSED);
}

INSTANTIATE_TEST_SUITE_P(Acceptance, Pairs, ::testing::Bool(), [](const auto& instance) {
  return instance.param ? "Interchangeable" : "Distinct";
});

TEST(Acceptance, ADenialWinsAtOnceWhenNothingIsInFlightAndSourcesAreInterchangeable) {
  for (const auto* kind : {&nxdomain, &nodata}) {
    Acceptance interchangeable({true}), distinct({false});
    offer(interchangeable, *kind, "one", began);
    offer(distinct, *kind, "one", began);
    EXPECT_TRUE(interchangeable.decide({0, true}, began)) << kind->what;
    EXPECT_EQ(distinct.decide({0, true}, began), nullptr) << kind->what;
    EXPECT_TRUE(distinct.decide({0, false}, began)) << kind->what;
  }
}

TEST(Acceptance, AWeakReplyWaitsForThoseNotAskedYet) {
  for (const auto* kind : {&cname, &empty}) {
    Acceptance acceptance({true});
    offer(acceptance, *kind, "one", began);
    EXPECT_EQ(acceptance.decide({0, true}, began), nullptr) << kind->what;
    EXPECT_TRUE(acceptance.decide({0, false}, began)) << kind->what;
  }
}

// ---- Upstreams that validate.

TEST_P(Pairs, WhatNobodyVouchesForNeverWinsBesideAClaimThatItIsBogus) {
  for (const auto* kind : {&complete, &nxdomain, &nodata, &cname, &empty}) {
    SCOPED_TRACE(kind->what);
    Acceptance acceptance({GetParam()});
    offer(acceptance, bogus, "one", began);
    offer(acceptance, *kind, "two", began + 1ms);
    EXPECT_TRUE(acceptance.wants_another());
    EXPECT_EQ(acceptance.decide({0, false}, began + 1h), nullptr);
    EXPECT_EQ(acceptance.best(), nullptr);
    EXPECT_FALSE(acceptance.held_until());
    ASSERT_TRUE(acceptance.bogus_claim());
    EXPECT_EQ(acceptance.bogus_claim()->operator_name, "one");
  }
}

TEST_P(Pairs, AClaimThatItIsBogusOverrulesWhatWasHeld) {
  for (const auto* kind : {&nxdomain, &nodata, &cname, &empty}) {
    Acceptance acceptance({GetParam()});
    offer(acceptance, *kind, "one", began);
    offer(acceptance, bogus, "two", began + 1ms);
    EXPECT_EQ(acceptance.decide({0, false}, began + 1h), nullptr) << kind->what;
  }
}

TEST_P(Pairs, WhatAnUpstreamVouchesForOverrulesAClaimThatItIsBogus) {
  for (const auto* kind : {&vouched, &vouched_denial}) {
    for (const bool claim_first : {true, false}) {
      Acceptance acceptance({GetParam()});
      offer(acceptance, claim_first ? bogus : *kind, "one", began);
      offer(acceptance, claim_first ? *kind : bogus, "two", began);
      const auto* winner = acceptance.decide({0, false}, began);
      ASSERT_TRUE(winner) << kind->what;
      EXPECT_TRUE(winner->judgement.validated);
    }
  }
}

TEST(Acceptance, OnlyErrorsOfValidationClaimThatItIsBogus) {
  using dns::ExtendedError;
  for (std::uint16_t code = 0; code < 30; ++code) {
    auto kind = bogus;
    kind.error = ExtendedError{code};
    EXPECT_EQ(claims_bogus(judged(kind)), code >= 5 && code <= 12) << code;
    kind.rcode = Rcode::REFUSED;
    EXPECT_FALSE(claims_bogus(judged(kind))) << code;
  }
  EXPECT_FALSE(claims_bogus(judged(servfail)));
}

TEST(Acceptance, OfTwoThatCameTogetherTheBetterProtectedWins) {
  for (const bool clear_first : {true, false}) {
    Acceptance acceptance({true});
    for (const bool clear : {clear_first, !clear_first}) {
      const auto www = testing::query("www.example.");
      auto reply = testing::reply(www, Rcode::NOERROR, complete.sections);
      reply.channel = clear ? Channel::clear : Channel::authenticated;
      acceptance.offer({Judge({86400s, 3600s}).judge(www, reply, began), nullptr, "", {}}, began);
    }
    EXPECT_EQ(acceptance.decide({0, false}, began)->judgement.answer->rank(), cache::Rank::authenticated);
  }
}

// ---- Quorum.

const Kind other{"another address", Rcode::NOERROR, {{"www.example. 300 IN A 198.51.100.1"}, {}, {}}};
const Kind near{"a near address", Rcode::NOERROR, {{"www.example. 60 IN A 192.0.2.77"}, {}, {}}};

TEST(Quorum, WinsAsSoonAsItAgrees) {
  Acceptance acceptance({true, 2});
  offer(acceptance, complete, "one", began);
  EXPECT_EQ(acceptance.decide({0, false}, began + 1h), nullptr);
  EXPECT_FALSE(acceptance.held_until());
  offer(acceptance, other, "two", began);
  EXPECT_EQ(acceptance.decide({0, false}, began + 1h), nullptr);
  EXPECT_EQ(acceptance.best(), nullptr);
  EXPECT_TRUE(acceptance.wants_another());
  offer(acceptance, near, "three", began);
  const auto* winner = acceptance.decide({9, true}, began);
  ASSERT_TRUE(winner);
  EXPECT_EQ(winner->operator_name, "one");
  EXPECT_EQ(testing::answer_of(winner->judgement.answer), testing::normal(complete.sections.answer))
      << "one reply, not the union";
}

TEST(Quorum, AnOperatorHasOneVoice) {
  Acceptance acceptance({true, 2});
  offer(acceptance, complete, "one", began);
  offer(acceptance, complete, "one", began);
  EXPECT_EQ(acceptance.decide({0, false}, began), nullptr);
  offer(acceptance, complete, "two", began);
  EXPECT_TRUE(acceptance.decide({0, false}, began));
}

TEST(Quorum, ErrorsDoNotAgree) {
  Acceptance acceptance({true, 2});
  offer(acceptance, servfail, "one", began);
  offer(acceptance, servfail, "two", began);
  offer(acceptance, truncated, "three", began);
  offer(acceptance, truncated, "four", began);
  EXPECT_EQ(acceptance.decide({0, false}, began), nullptr);
  EXPECT_EQ(acceptance.best(), nullptr);
}

TEST(Quorum, AgreesOnDenials) {
  for (const auto* kind : {&nxdomain, &nodata, &empty, &cname}) {
    Acceptance acceptance({false, 2});
    offer(acceptance, *kind, "one", began);
    offer(acceptance, *kind, "two", began);
    EXPECT_TRUE(acceptance.decide({1, true}, began)) << kind->what;
  }
}

TEST(Quorum, AClaimThatItIsBogusSilencesThoseWhoDoNotVouch) {
  Acceptance acceptance({true, 2});
  offer(acceptance, bogus, "one", began);
  offer(acceptance, complete, "two", began);
  offer(acceptance, complete, "three", began);
  EXPECT_EQ(acceptance.decide({0, false}, began), nullptr);
  offer(acceptance, vouched, "four", began);
  offer(acceptance, vouched, "five", began);
  EXPECT_TRUE(acceptance.decide({0, false}, began));
}

}  // namespace
}  // namespace tributary::resolver
