#include "resolver/in_flight.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "tests/unit/cache/answers.hpp"

namespace tributary::resolver {
namespace {

using namespace std::chrono_literals;

/// An event loop with a thread of its own, as a worker has.
class Loop {
 public:
  Loop() : guard_(asio::make_work_guard(context)), thread_([this] { context.run(); }) {}
  /// Returns when as many followers have been told.
  void finish(int followers) {
    for (int now = told; now < followers; now = told) told.wait(now);
    context.stop();
    thread_.join();
  }

  std::atomic<int> told{0};
  asio::io_context context;
  SystemClock clock;
  SystemRandom random;
  Timers timers{context.get_executor(), clock};
  Nursery nursery;
  const WorkerTools tools{context.get_executor(), clock, random, timers, nursery};

 private:
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::jthread thread_;
};

Task<> follow(std::shared_ptr<InFlight::Flight> flight, cache::AnswerPtr expected, Loop* loop,
              std::atomic<int>* right) {
  const auto told = co_await InFlight::wait(flight, Deadline(loop->clock.now() + 60s), loop->tools);
  if (told == expected) ++*right;
  ++loop->told;
  loop->told.notify_all();
}

TEST(InFlightThreads, FollowersOnOtherLoopsHearOfEveryLanding) {
  constexpr int flights = 300;
  InFlight table;
  std::atomic<int> right{0};
  Loop one, two;
  for (int i = 0; i < flights; ++i) {
    const auto asked = dns::testing::question("n" + std::to_string(i) + ".test.");
    const auto answer = cache::testing::positive(asked, 300, Instant(1h));
    const cache::Key key(asked, false, 0);
    auto leader = table.join(key).leader;
    for (auto* loop : {&one, &two}) {
      asio::post(loop->context, [&right, answer, loop, flight = table.join(key).flight] {
        loop->nursery.start(follow(flight, answer, loop, &right), "a follower");
      });
    }
    leader->land(answer);
  }
  one.finish(flights);
  two.finish(flights);
  EXPECT_EQ(right, 2 * flights);
}

Task<> lead(InFlight::Leader leader, cache::AnswerPtr answer, Loop* loop) {
  Alarm soon(loop->timers);
  co_await soon.wait_until(loop->clock.now());
  leader.land(answer);
}

/// As a resolution does: whoever comes first leads, on its own worker, and waits like the others.
TEST(InFlightThreads, FlightsLandOnOneLoopForFollowersOnBoth) {
  constexpr int flights = 300;
  InFlight table;
  std::atomic<int> right{0};
  Loop one, two;
  for (int i = 0; i < flights; ++i) {
    const auto asked = dns::testing::question("n" + std::to_string(i) + ".test.");
    const auto answer = cache::testing::positive(asked, 300, Instant(1h));
    for (auto* loop : {&one, &two}) {
      asio::post(loop->context, [&table, &right, asked, answer, loop] {
        auto [leader, flight] = table.join({asked, false, 0}, &loop->tools);
        if (leader) loop->nursery.start(lead(std::move(*leader), answer, loop), "a flight");
        loop->nursery.start(follow(flight, answer, loop, &right), "a follower");
      });
    }
  }
  one.finish(flights);
  two.finish(flights);
  EXPECT_EQ(right, 2 * flights);
}

TEST(InFlightThreads, OneOfManyLeads) {
  constexpr int rounds = 2000;
  InFlight table;
  const cache::Key key(dns::testing::question("www.example."), false, 0);
  std::atomic<int> leading{0}, doubled{0}, led{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          auto joined = table.join(key);
          if (!joined.leader) continue;
          ++led;
          if (++leading > 1) ++doubled;
          --leading;
          joined.leader->land(nullptr);
        }
      });
    }
  }
  EXPECT_EQ(doubled, 0) << "two led at once";
  EXPECT_GT(led, 0);
}

}  // namespace
}  // namespace tributary::resolver
