#include "resolver/in_flight.hpp"

#include <gtest/gtest.h>
#include <asio/io_context.hpp>

#include "tests/support/manual_clock.hpp"
#include "tests/unit/cache/answers.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

class InFlightTest : public testing::Test {
 protected:
  /// What somebody who waits is told; nothing while waiting.
  using Told = std::shared_ptr<std::optional<cache::AnswerPtr>>;

  Told wait(const std::shared_ptr<InFlight::Flight>& flight, Duration patience = 4s) {
    auto told = std::make_shared<std::optional<cache::AnswerPtr>>();
    nursery.start(keep(InFlight::wait(flight, Deadline(clock.now() + patience), tools), told), "a wait");
    poll();
    return told;
  }
  static Task<> keep(Task<cache::AnswerPtr> wait, Told told) { *told = co_await std::move(wait); }
  void poll() {
    loop.restart();
    loop.poll();
  }

  const dns::Question www = dns::testing::question("www.example.");
  const cache::Key key{www, false, 0};
  ManualClock clock;
  const cache::AnswerPtr answer = cache::testing::positive(www, 300, clock.now());
  InFlight table;
  SystemRandom random;
  asio::io_context loop;
  Timers timers{loop.get_executor(), clock};
  Nursery nursery;
  const WorkerTools tools{loop.get_executor(), clock, random, timers, nursery};
};

TEST_F(InFlightTest, TheFirstLeadsAndTheOthersFollow) {
  const auto first = table.join(key);
  const auto second = table.join(key);
  EXPECT_TRUE(first.leader);
  EXPECT_FALSE(second.leader);
  EXPECT_EQ(first.flight, second.flight);
}

TEST_F(InFlightTest, AnotherQuestionIsAnotherFlight) {
  const auto first = table.join(key);
  const auto other = table.join({www, true, 0});
  EXPECT_TRUE(other.leader);
  EXPECT_NE(first.flight, other.flight);
}

TEST_F(InFlightTest, FollowersGetTheAnswerOfTheLeader) {
  auto first = table.join(key);
  const auto a = wait(table.join(key).flight), b = wait(table.join(key).flight);
  EXPECT_FALSE(a->has_value());
  first.leader->land(answer);
  poll();
  EXPECT_EQ(*a, answer);
  EXPECT_EQ(*b, answer);
}

TEST_F(InFlightTest, WhoComesAfterTheLandingHearsOfItAtOnce) {
  auto first = table.join(key);
  first.leader->land(answer);
  EXPECT_EQ(*wait(first.flight), answer);
}

TEST_F(InFlightTest, AfterTheLandingANewFlightStarts) {
  auto first = table.join(key);
  first.leader->land(answer);
  const auto second = table.join(key);
  EXPECT_TRUE(second.leader);
  EXPECT_NE(first.flight, second.flight);
}

TEST_F(InFlightTest, ALeaderThatGivesUpEndsTheFlightWithoutAnswer) {
  auto first = std::make_unique<InFlight::Joined>(table.join(key));
  const auto follower = wait(table.join(key).flight);
  first.reset();
  poll();
  ASSERT_TRUE(follower->has_value());
  EXPECT_EQ(**follower, nullptr);
  EXPECT_TRUE(table.join(key).leader);
}

TEST_F(InFlightTest, ALeaderLandsOnce) {
  auto first = table.join(key);
  first.leader->land(answer);
  const auto second = table.join(key);
  first.leader.reset();  // must not end the flight of the second
  EXPECT_FALSE(table.join(key).leader);
  EXPECT_EQ(first.flight->answer(), answer);
}

TEST_F(InFlightTest, AMovedLeaderHasNoDuty) {
  auto first = table.join(key);
  const auto second = std::make_optional(std::move(*first.leader));
  first.leader.reset();
  EXPECT_FALSE(table.join(key).leader);
}

TEST_F(InFlightTest, NobodyWaitsBeyondTheDeadline) {
  auto first = table.join(key);
  const auto follower = wait(table.join(key).flight, 2s);
  clock.advance(2s);
  poll();
  ASSERT_TRUE(follower->has_value());
  EXPECT_EQ(**follower, nullptr);
  first.leader->land(answer);  // wakes nobody
  poll();
  EXPECT_EQ(**follower, nullptr);
}

// ---- Those who wait on the leader's own worker.

TEST_F(InFlightTest, OnTheLeadersWorkerTheyAreWokenAtOnce) {
  auto first = table.join(key, &tools);
  const auto a = wait(table.join(key, &tools).flight), b = wait(first.flight);
  first.leader->land(answer);
  EXPECT_EQ(*a, answer);
  EXPECT_EQ(*b, answer);
  EXPECT_EQ(**wait(first.flight), answer) << "after the landing, without waiting";
}

TEST_F(InFlightTest, OnTheLeadersWorkerTheirDeadlineCountsToo) {
  auto first = table.join(key, &tools);
  const auto impatient = wait(first.flight, 1s), patient = wait(first.flight, 2s);
  clock.advance(1s);
  poll();
  EXPECT_EQ(**impatient, nullptr);
  EXPECT_FALSE(patient->has_value());
  first.leader->land(answer);
  EXPECT_EQ(**impatient, nullptr);
  EXPECT_EQ(**patient, answer);
}

TEST_F(InFlightTest, ALeaderThatGivesUpResumesNobodyBeforeTheEventLoopRuns) {
  auto first = std::make_unique<InFlight::Joined>(table.join(key, &tools));
  const auto follower = wait(first->flight);
  first.reset();
  EXPECT_FALSE(follower->has_value());
  poll();
  ASSERT_TRUE(follower->has_value());
  EXPECT_EQ(**follower, nullptr);
}

TEST_F(InFlightTest, WhoIsDestroyedWhileWaitingIsNotWoken) {
  auto first = table.join(key, &tools);
  const auto gone = wait(first.flight);
  nursery.clear();
  first.leader->land(answer);
  EXPECT_FALSE(gone->has_value());
}

// ---- Elsewhere.

TEST_F(InFlightTest, CallsEachOnce) {
  auto first = table.join(key);
  int before = 0, after = 0;
  first.flight->when_landed([&] { ++before; });
  EXPECT_EQ(before, 0);
  first.leader->land(answer);
  first.flight->when_landed([&] { ++after; });
  first.leader->land(nullptr);
  EXPECT_EQ(before, 1);
  EXPECT_EQ(after, 1);
}

TEST_F(InFlightTest, WakesWithoutALockHeld) {
  auto first = table.join(key);
  bool led = false;
  first.flight->when_landed([&] { led = table.join(key).leader.has_value(); });  // hangs if a lock is held
  first.leader->land(answer);
  EXPECT_TRUE(led);
}

}  // namespace
}  // namespace tributary::resolver
