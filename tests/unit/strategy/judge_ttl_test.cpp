// TTLs and lifetimes of answers; failures; joined chains.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/strategy/replies.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::Rcode;
using dns::Type;
using testing::answer_of;
using testing::authority_of;
using testing::Lines;
using testing::normal;
using testing::query;
using testing::reply;

const Instant now = Instant(1h);
Judge judge({3600s, 900s});
const Query www = query("www.example.");

std::string address(unsigned ttl, int last = 1) {
  return "www.example. " + std::to_string(ttl) + " IN A 192.0.2." + std::to_string(last);
}

std::string soa(unsigned ttl, unsigned minimum) {
  return "example. " + std::to_string(ttl) + " IN SOA ns.example. admin.example. 1 7200 900 86400 " +
         std::to_string(minimum);
}

cache::AnswerPtr judged(Reply from, std::chrono::seconds age = 0s, const Query& asked = www) {
  from.age = age;
  return judge.judge(asked, from, now).answer;
}

cache::AnswerPtr answer(const Lines& lines, std::chrono::seconds age = 0s) {
  return judged(reply(www, Rcode::NOERROR, {lines, {}, {}}), age);
}

TEST(Ttl, OfASetIsItsLeast) {
  const auto settled = answer({address(300, 1), address(20, 2), address(250, 3)});
  EXPECT_EQ(answer_of(settled), normal({address(20, 1), address(20, 2), address(20, 3)}));
  EXPECT_EQ(settled->lifetime(), 20s);
}

TEST(Ttl, OfASetIsItsLeastThoughOthersStandBetween) {
  const auto settled = answer({address(300, 1), "mail.example. 5 IN A 192.0.2.9", address(20, 2)});
  EXPECT_EQ(answer_of(settled), normal({address(20, 1), address(20, 2)}));
}

TEST(Ttl, OfOtherSetsStays) {
  const auto settled = answer({"www.example. 60 IN CNAME a.example.", "a.example. 300 IN A 192.0.2.1"});
  EXPECT_EQ(answer_of(settled),
            normal({"www.example. 60 IN CNAME a.example.", "a.example. 300 IN A 192.0.2.1"}));
  EXPECT_EQ(settled->lifetime(), 60s);
}

TEST(Ttl, IsCutToTheLimit) {
  const auto cut = answer({address(100'000)});
  EXPECT_EQ(answer_of(cut), normal({address(3600)}));
  EXPECT_EQ(cut->lifetime(), 3600s);
}

TEST(Ttl, LosesTheAgeOfTheReply) {
  const auto aged = answer({address(300)}, 100s);
  EXPECT_EQ(answer_of(aged), normal({address(200)}));
  EXPECT_EQ(aged->lifetime(), 200s);
}

TEST(Ttl, NeverFallsBelowZero) {
  for (const auto age : {300s, 301s, std::chrono::seconds::max()}) {
    const auto aged = answer({address(300)}, age);
    EXPECT_EQ(answer_of(aged), normal({address(0)}));
    EXPECT_EQ(aged->lifetime(), 0s);
  }
}

TEST(Ttl, DoesNotGrowByANegativeAge) {
  EXPECT_EQ(answer_of(answer({address(300)}, -100s)), normal({address(300)}));
}

/// RFC 2181 §8.
TEST(Ttl, WithTheHighestBitIsZero) {
  for (const std::uint32_t ttl : {0x80000000u, 0xFFFFFFFFu}) {
    dns::MessageBuilder builder(testing::header_of(Rcode::NOERROR));
    builder.question(www.question);
    ASSERT_TRUE(builder.record(dns::Section::answer,
                               {www.question.name, Type::A, dns::Class::IN, ttl, {192, 0, 2, 1}}));
    Reply wild;
    wild.message = builder.take();
    EXPECT_EQ(answer_of(judged(wild)), normal({address(0)}));
  }
}

/// RFC 2308 §5: the lesser of the SOA's TTL and its MINIMUM.
TEST(Ttl, OfADenialComesFromTheSoa) {
  struct Case {
    unsigned ttl, minimum, expected;
    std::chrono::seconds age;
  };
  for (const auto& [ttl, minimum, expected, age] : {Case{600, 60, 60, 0s},
                                                    {60, 600, 60, 0s},
                                                    {86400, 86400, 900, 0s},
                                                    {600, 300, 200, 100s},
                                                    {60, 0, 0, 0s}}) {
    for (const auto rcode : {Rcode::NXDOMAIN, Rcode::NOERROR}) {
      const auto denial = judged(reply(www, rcode, {{}, {soa(ttl, minimum)}, {}}), age);
      EXPECT_EQ(authority_of(denial), normal({soa(expected, minimum)}));
      EXPECT_EQ(denial->lifetime(), std::chrono::seconds(expected));
    }
  }
}

TEST(Ttl, OfADenialIsNoLongerThanThatOfTheChainBeforeIt) {
  const auto denial =
      judged(reply(www, Rcode::NXDOMAIN, {{"www.example. 30 IN CNAME a.example."}, {soa(600, 600)}, {}}));
  EXPECT_EQ(denial->lifetime(), 30s);
}

TEST(Ttl, OffsetsNameEveryTtl) {
  const auto settled = answer({address(20, 1), address(20, 2)});
  ASSERT_EQ(settled->ttl_offsets().size(), 2u);
  for (const auto offset : settled->ttl_offsets()) EXPECT_EQ(settled->message()[offset + 3u], 20);
}

// ---- What a cache told, as it is held against what it told before.

/// Not from an authority: `header_of` sets AA.
Reply from_cache(const testing::Sections& sections, Rcode rcode = Rcode::NOERROR) {
  auto header = testing::header_of(rcode);
  header.authoritative = false;
  return reply(www, header, sections);
}

std::uint32_t told_ttl(const Reply& from) {
  return judge.judge(www, from, now).told_ttl;
}

TEST(ToldTtl, IsTheLeastOfTheFirstSetBeforeItIsCut) {
  EXPECT_EQ(told_ttl(from_cache({{address(100'000)}, {}, {}})), 100'000u);
  EXPECT_EQ(told_ttl(from_cache({{address(300, 1), address(20, 2)}, {}, {}})), 20u);
  EXPECT_EQ(
      told_ttl(from_cache({{"www.example. 60 IN CNAME a.example.", "a.example. 30 IN A 192.0.2.1"}, {}, {}})),
      60u);
}

TEST(ToldTtl, LosesTheAgeOfTheReply) {
  auto aged = from_cache({{address(300)}, {}, {}});
  aged.age = 100s;
  EXPECT_EQ(told_ttl(aged), 200u);
  aged.age = 301s;
  EXPECT_EQ(told_ttl(aged), 0u);
}

TEST(ToldTtl, IsNoneWhereNothingCountsDown) {
  const testing::Sections sections{{address(300)}, {}, {}};
  EXPECT_EQ(told_ttl(reply(www, Rcode::NOERROR, sections)), 0u) << "AA";
  auto local = from_cache(sections);
  local.channel = Channel::local;
  EXPECT_EQ(told_ttl(local), 0u);
  EXPECT_EQ(told_ttl(from_cache({{}, {soa(300, 300)}, {}}, Rcode::NXDOMAIN)), 0u);
  EXPECT_EQ(told_ttl(from_cache({}, Rcode::SERVFAIL)), 0u);
}

// ---- Failures (RFC 9520 §3.2).

TEST(JudgeFailure, IsRememberedTwiceAsLongEachTime) {
  const std::pair<unsigned, std::chrono::seconds> cases[] = {
      {0, 5s}, {1, 10s}, {2, 20s}, {3, 40s}, {4, 80s}, {5, 160s}, {6, 300s}, {7, 300s}, {40, 300s}};
  for (const auto& [before, lifetime] : cases) {
    const auto failure = Judge::failure(www.question, {}, before, now);
    EXPECT_EQ(failure->lifetime(), lifetime) << before;
    EXPECT_EQ(failure->failures(), before + 1);
  }
}

TEST(JudgeFailure, IsAnEmptyServfailThatTellsWhy) {
  const dns::ExtendedErrorOption why{dns::ExtendedError::network_error, "cable"};
  const auto failure = Judge::failure(www.question, why, 0, now);
  const auto view = dns::MessageView::parse(failure->message()).value();
  EXPECT_EQ(view.rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(view.question(), www.question);
  EXPECT_TRUE(failure->ttl_offsets().empty());
  EXPECT_EQ(failure->error(), why);
  EXPECT_EQ(failure->rank(), cache::Rank::failure);
  EXPECT_EQ(failure->stored(), now);
}

// ---- Joined chains.

class Joined : public ::testing::Test {
 protected:
  const cache::AnswerPtr alias = answer({"www.example. 300 IN CNAME a.test."});
  const Query target = query("a.test.");

  cache::AnswerPtr found(Instant at, Rcode rcode, const testing::Sections& sections) const {
    return judge.judge(target, reply(target, rcode, sections), at).answer;
  }
};

TEST_F(Joined, IsOneAnswerWhoseTtlsHaveAged) {
  const auto rest = found(now + 10s, Rcode::NOERROR, {{"a.test. 60 IN A 192.0.2.1"}, {}, {}});
  const auto whole = Judge::joined(www.question, *alias, *rest, now + 40s);
  EXPECT_EQ(answer_of(whole), normal({"www.example. 260 IN CNAME a.test.", "a.test. 30 IN A 192.0.2.1"}));
  EXPECT_EQ(dns::MessageView::parse(whole->message())->question(), www.question);
  EXPECT_EQ(whole->rcode(), Rcode::NOERROR);
  EXPECT_EQ(whole->age(now + 40s), 0u);
  EXPECT_FALSE(whole->continues_at());
}

TEST_F(Joined, IsNotKept) {
  const auto rest = found(now, Rcode::NOERROR, {{"a.test. 60 IN A 192.0.2.1"}, {}, {}});
  EXPECT_EQ(Judge::joined(www.question, *alias, *rest, now)->lifetime(), 0s);
}

TEST_F(Joined, TtlsEndAtZero) {
  const auto rest = found(now, Rcode::NOERROR, {{"a.test. 60 IN A 192.0.2.1"}, {}, {}});
  const auto whole = Judge::joined(www.question, *alias, *rest, now + 100s);
  EXPECT_EQ(answer_of(whole), normal({"www.example. 200 IN CNAME a.test.", "a.test. 0 IN A 192.0.2.1"}));
}

TEST_F(Joined, ADenialAtTheEndDeniesTheWhole) {
  const std::string test_soa = "test. 60 IN SOA a.test. b.test. 1 2 3 4 60";
  const auto rest = found(now, Rcode::NXDOMAIN, {{}, {test_soa}, {}});
  const auto whole = Judge::joined(www.question, *alias, *rest, now + 10s);
  EXPECT_EQ(whole->rcode(), Rcode::NXDOMAIN);
  EXPECT_EQ(answer_of(whole), normal({"www.example. 290 IN CNAME a.test."}));
  EXPECT_EQ(authority_of(whole), normal({"test. 50 IN SOA a.test. b.test. 1 2 3 4 60"}));
}

TEST_F(Joined, GoesOnWhereTheRestGoesOn) {
  const auto rest = found(now, Rcode::NOERROR, {{"a.test. 60 IN CNAME b.test."}, {}, {}});
  EXPECT_EQ(Judge::joined(www.question, *alias, *rest, now)->continues_at(), testing::name("b.test."));
}

TEST_F(Joined, AFailureAtTheEndFailsTheWhole) {
  const dns::ExtendedErrorOption why{dns::ExtendedError::no_reachable_authority, "silence"};
  const auto rest = Judge::failure(target.question, why, 0, now);
  const auto whole = Judge::joined(www.question, *alias, *rest, now);
  EXPECT_EQ(whole->rank(), cache::Rank::failure);
  EXPECT_EQ(whole->rcode(), Rcode::SERVFAIL);
  EXPECT_EQ(whole->error(), why);
  EXPECT_EQ(answer_of(whole), Lines{});
  EXPECT_FALSE(whole->continues_at());
}

TEST_F(Joined, KeepsTheProofsOfBothParts) {
  const std::string first_proof = "www.example. 60 IN NSEC z.example. A RRSIG NSEC";
  const std::string second_proof = "a.test. 60 IN NSEC z.test. A RRSIG NSEC";
  const auto first = query("www.example."), second = query("a.test.");
  const auto head = judge.judge(
      first, reply(first, Rcode::NOERROR, {{"www.example. 300 IN CNAME a.test."}, {first_proof}, {}}), now);
  const auto rest = judge.judge(
      second, reply(second, Rcode::NOERROR, {{"a.test. 60 IN A 192.0.2.1"}, {second_proof}, {}}), now);
  const auto whole = Judge::joined(first.question, *head.answer, *rest.answer, now);
  EXPECT_EQ(authority_of(whole), normal({first_proof, second_proof}));
}

TEST_F(Joined, IsNullIfItDoesNotFitAMessage) {
  const auto text = query("www.example.", Type::TXT), rest_of_text = query("a.test.", Type::TXT);
  Lines many;
  for (int i = 0; i < 274; ++i)
    many.push_back("a.test. 60 IN TXT \"" + std::to_string(1000 + i) + std::string(221, 'x') + "\"");
  const auto rest =
      judge.judge(rest_of_text, reply(rest_of_text, Rcode::NOERROR, {many, {}, {}}), now).answer;
  ASSERT_TRUE(rest);
  const std::string label(63, 'a');
  Lines links{"www.example. 60 IN CNAME 0." + label + "." + label + "." + label + ".test."};
  for (int i = 0; i < 9; ++i)
    links.push_back(std::to_string(i) + "." + label + "." + label + "." + label + ".test. 60 IN CNAME " +
                    std::to_string(i + 1) + "." + label + "." + label + "." + label + ".test.");
  links.push_back("9." + label + "." + label + "." + label + ".test. 60 IN CNAME a.test.");
  const auto head = judge.judge(text, reply(text, Rcode::NOERROR, {links, {}, {}}), now).answer;
  ASSERT_TRUE(head);
  ASSERT_GT(head->message().size() + rest->message().size(), 65'535u + 100);
  EXPECT_EQ(Judge::joined(text.question, *head, *rest, now), nullptr);
}

}  // namespace
}  // namespace tributary::resolver
