// Signatures that are verified elsewhere: which ones, and that the worker is told on its own thread.

#include "resolver/background_checks.hpp"

#include <thread>

#include "tests/unit/resolution/validation_fixture.hpp"

namespace tributary::resolver {
namespace {

class BackgroundChecksThreads : public ValidationTest {
 protected:
  ~BackgroundChecksThreads() override {
    checks.stop();
    nursery.clear();
  }

  dnssec::Verification verification(bool good) const {
    std::vector<std::uint8_t> octets{1, 2, 3};
    auto signature = key.signature_of(octets);
    if (!good) signature.back() ^= 1;
    return {&keys->keys.front(), octets, signature};
  }

  /// A reply with so many wrong signatures before the good one.
  Reply reply_with_wrong_signatures(int count) const {
    auto records = as_told("www.example. 300 IN A 192.0.2.1", 300, day);
    for (int i = 0; i < count; ++i) {
      auto wrong = records.back();
      wrong.rdata.back() ^= static_cast<std::uint8_t>(i + 1);
      records.insert(records.begin() + 1, wrong);
    }
    return reply(records);
  }

  /// Runs the loop until `ended` has its result.
  template <typename T>
  T result_of(const std::shared_ptr<Ended<T>>& ended) {
    const auto guard = asio::make_work_guard(loop);
    loop.restart();
    while (!ended->result && !ended->threw) loop.run_one();
    return ended->result.value();
  }

  const std::shared_ptr<const dnssec::ZoneKeys> keys =
      trust.known.keys.find(testing::name("example."), {})->keys;
  BackgroundChecks checks;
};

TEST_F(BackgroundChecksThreads, TellWhetherASignatureHolds) {
  EXPECT_TRUE(result_of(start_task(nursery, checks.verify(verification(true), keys, tools))));
  EXPECT_FALSE(result_of(start_task(nursery, checks.verify(verification(false), keys, tools))));
}

Task<std::thread::id> thread_after(BackgroundChecks* checks, dnssec::Verification verification,
                                   std::shared_ptr<const dnssec::ZoneKeys> keys, const WorkerTools* tools) {
  co_await checks->verify(std::move(verification), std::move(keys), *tools);
  co_return std::this_thread::get_id();
}

TEST_F(BackgroundChecksThreads, ResumeOnTheThreadOfTheWorker) {
  const auto ended = start_task(nursery, thread_after(&checks, verification(true), keys, &tools));
  EXPECT_EQ(result_of(ended), std::this_thread::get_id());
}

TEST_F(BackgroundChecksThreads, WhoAskedMayBeGoneBeforeTheyEnd) {
  for (int i = 0; i < 100; ++i) start_task(nursery, checks.verify(verification(true), keys, tools));
  nursery.clear();
  checks.stop();
  loop.run();
}

TEST_F(BackgroundChecksThreads, ThatWereNeverNeededNeedNoThread) {
  checks.stop();
}

/// Counts what it is given.
class Elsewhere final : public dnssec::VerifyingThread {
 public:
  int count = 0;

  Task<bool> verify(dnssec::Verification verification, std::shared_ptr<const dnssec::ZoneKeys>) override {
    ++count;
    co_return verification.holds();
  }
};

TEST_F(BackgroundChecksThreads, AreMadeOfWhatComesAfterAWrongSignature) {
  dnssec::ChainOfTrust chain(trust.anchors, trust.known, links, {}, clock);
  for (const auto& [wrong, expected] : {std::pair{0, 0}, {1, 1}, {4, 4}}) {
    Elsewhere elsewhere;
    dnssec::Validator validator(chain, [this] { return wall_clock.view().at(clock.now()); });
    validator.verify_elsewhere(elsewhere);
    const auto effort = dnssec::begin_effort(asked.question, Deadline(Instant::max()));
    const auto judged = judge.judge(asked, reply_with_wrong_signatures(wrong), clock.now());
    const auto ended = start_task(nursery, validator.validate(judged.answer, asked.question, effort));
    EXPECT_EQ(ended->result.value().kind, dnssec::Validation::Kind::secure) << wrong;
    EXPECT_EQ(elsewhere.count, expected);
  }
}

TEST_F(BackgroundChecksThreads, CountForTheBudgetAsTheOthers) {
  links.script = [this](const dns::Question& question) {
    return Judge::failure(question, {dns::ExtendedError::other, "no links"}, 0, clock.now());
  };
  AnswerValidation beside(trust, links, judge, tools, &checks, counters);
  const auto effort = dnssec::begin_effort(asked.question, Deadline(Instant::max()));
  auto judged = judge.judge(asked, reply_with_wrong_signatures(9), clock.now());
  const auto judgement = result_of(start_task(nursery, beside.validate(std::move(judged), effort)));
  EXPECT_FALSE(judgement.answer);
  EXPECT_TRUE(effort->budget->exhausted());
}

}  // namespace
}  // namespace tributary::resolver
