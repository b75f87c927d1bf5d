// The clock is set, or anchors are replaced: what was found before is judged again.

#include "tests/unit/resolution/validation_fixture.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;
using dns::ExtendedError;

class JudgedAnewTest : public ValidationTest {
 protected:
  JudgedAnewTest() {
    trust.known.clear();
    links.script = [this](const dns::Question& question) {
      ++asked_for_links;
      if (on_link) std::exchange(on_link, nullptr)();
      return dnskeys(question);
    };
  }

  /// As a validated answer about the zone's keys.
  cache::AnswerPtr dnskeys(const dns::Question& question) {
    auto set = test::dnskey_set(question.name, {key});
    test::sign(set, key,
               {.signer = question.name,
                .inception = static_cast<std::uint32_t>(today - 20 * day),
                .expiration = static_cast<std::uint32_t>(today + 400 * day)});
    dns::Header header;
    header.response = true;
    dns::MessageBuilder builder(header);
    builder.question(question);
    for (const auto& record : test::records_of(set))
      EXPECT_TRUE(builder.record(dns::Section::answer, record));
    const auto judged = judge.judge({question}, {.message = builder.take()}, clock.now());
    return Judge::seal(*judged.answer, cache::Security::secure, {}, clock.now());
  }
  void judge_anew() {
    clock.advance(1ms);
    trust.judge_anew([this] { return clock.now(); });
    clock.advance(1ms);
  }

  std::function<void()> on_link;
  unsigned asked_for_links = 0;
};

const auto* const line = "www.example. 300 IN A 192.0.2.1";

TEST_F(JudgedAnewTest, AStepOfTheClockWhileALinkIsAskedForBeginsValidationAnew) {
  on_link = [this] { judge_anew(); };
  const auto judgement = validated(reply(as_told(line, 300, day)));
  ASSERT_TRUE(judgement.answer) << judgement.reason;
  EXPECT_EQ(judgement.answer->security(), cache::Security::secure);
  EXPECT_EQ(asked_for_links, 2u) << "what was heard before the step is not kept";
  EXPECT_FALSE(validation.outdated(*judgement.answer));
}

TEST_F(JudgedAnewTest, AStepBeyondTheSignaturesLifeMakesItExpired) {
  on_link = [this] {
    const auto offset = std::chrono::seconds(today + 100 * day) - clock.now().time_since_epoch();
    wall_clock.publish({dnssec::ClockState::synced, true, 2, offset});
    judge_anew();
    trust.known.delegations.store(asked.question.name, {dnssec::Delegation::Kind::not_a_cut, {}, {}},
                                  Instant::max(), trust.known.delegations.generation());
  };
  const auto judgement = validated(reply(as_told(line, 300, day)));
  EXPECT_FALSE(judgement.answer);
  ASSERT_TRUE(judgement.error);
  EXPECT_EQ(judgement.error->code, ExtendedError::signature_expired);
}

TEST_F(JudgedAnewTest, WhatWasFoundBeforeIsOutdatedAndMayStandAgain) {
  const auto before = validated(reply(as_told(line, 300, day))).answer;
  clock.advance(10s);
  judge_anew();
  ASSERT_TRUE(validation.outdated(*before));
  const auto effort = dnssec::begin_effort(asked.question, Deadline(Instant::max()));
  const auto ended = start_task(nursery, validation.validate_again(before, effort));
  ASSERT_TRUE(ended->result && *ended->result);
  const auto& after = **ended->result;
  EXPECT_FALSE(validation.outdated(*after));
  EXPECT_EQ(after->lifetime(), 290s) << "it is as old as it was";
}

TEST_F(JudgedAnewTest, ALinkThatCannotBeHadBlamesNobody) {
  links.script = [this](const dns::Question& question) {
    return Judge::failure(question, {ExtendedError::no_reachable_authority, "nobody answered"}, 0,
                          clock.now());
  };
  const auto judgement = validated(reply(as_told(line, 300, day)));
  EXPECT_TRUE(judgement.undecided);
  EXPECT_FALSE(judgement.bogus);
  EXPECT_EQ(counters.indeterminate.get(), 1u);
  EXPECT_EQ(counters.bogus.get(), 0u);
}

}  // namespace
}  // namespace tributary::resolver
