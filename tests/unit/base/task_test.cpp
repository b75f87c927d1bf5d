#include "base/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "base/nursery.hpp"
#include "tests/support/ended_task.hpp"

namespace tributary {
namespace {

/// What a task waits for until the test lets it go on.
class Gate {
 public:
  auto passed() {
    struct Awaiter {
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> waiter) { gate.waiter_ = waiter; }
      void await_resume() const {}

      Gate& gate;
    };
    return Awaiter{*this};
  }
  void open() { std::exchange(waiter_, nullptr).resume(); }

 private:
  std::coroutine_handle<> waiter_;
};

Task<std::string> word(Gate* gate, std::string text) {
  co_await gate->passed();
  co_return text;
}
Task<std::string> two_words(Gate* gate) {
  const auto first = co_await word(gate, "one");
  const auto second = co_await word(gate, "two");
  co_return first + " " + second;
}
Task<std::string> failing(Gate* gate) {
  co_await gate->passed();
  throw std::runtime_error("as the test wants it");
}
Task<std::string> passing_on(Gate* gate) {
  co_return co_await failing(gate);
}
Task<int> depth(int levels) {
  if (levels == 0) co_return 0;
  co_return 1 + co_await depth(levels - 1);
}

TEST(Task, BeginsWhenItIsAwaited) {
  Gate gate;
  { const auto never = word(&gate, "unused"); }
  SUCCEED() << "and is destroyed without having begun";
}

TEST(Task, HandsItsResultToTheOneThatAwaitsIt) {
  Nursery nursery;
  Gate gate;
  const auto ended = start_task(nursery, two_words(&gate));
  gate.open();
  EXPECT_FALSE(ended->result);
  gate.open();
  EXPECT_EQ(ended->result, "one two");
}

TEST(Task, PassesExceptionsOn) {
  Nursery nursery;
  Gate gate;
  const auto ended = start_task(nursery, passing_on(&gate));
  gate.open();
  EXPECT_TRUE(ended->threw);
}

TEST(Task, MayBeNestedDeeply) {
  Nursery nursery;
  EXPECT_EQ(start_task(nursery, depth(100))->result, 100);
}

Task<> hold(Gate* gate, std::shared_ptr<int> held) {
  co_await gate->passed();
  ++*held;
}
Task<> hold_through_a_child(Gate* gate, std::shared_ptr<int> held) {
  co_await hold(gate, held);
}

TEST(Nursery, DestroysWhatIsSuspendedWhenItEnds) {
  const auto held = std::make_shared<int>(0);
  Gate first, second;
  {
    Nursery nursery;
    nursery.start(hold_through_a_child(&first, held), "one");
    nursery.start(hold(&second, held), "another");
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 0);
}

TEST(Nursery, ForgetsWhatHasEnded) {
  const auto held = std::make_shared<int>(0);
  Gate first, second, third;
  Nursery nursery;
  for (auto* gate : {&first, &second, &third}) nursery.start(hold(gate, held), "a task");
  second.open();
  EXPECT_EQ(held.use_count(), 3);
  third.open();
  first.open();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 3);
}

Task<> throwing() {
  throw std::runtime_error("as the test wants it");
  co_return;
}

TEST(Nursery, OutlivesATaskThatThrows) {
  Nursery nursery;
  nursery.start(throwing(), "a task");
  Gate gate;
  const auto ended = start_task(nursery, word(&gate, "still there"));
  gate.open();
  EXPECT_EQ(ended->result, "still there");
}

}  // namespace
}  // namespace tributary
