#pragma once

#include <memory>
#include <optional>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>

#include "base/task.hpp"

namespace tributary {

/// Runs `work`, a coroutine of the event loop, for a Task: the way from the life of a query to the streams of
/// TCP and TLS. When the waiting task is destroyed, `work` goes on to its end and its result is dropped.
template <typename T>
Task<T> on_event_loop(asio::any_io_executor executor, asio::awaitable<T> work) {
  struct Outcome {
    std::optional<T> result;
    std::exception_ptr failure;
    std::coroutine_handle<> waiter;
  };
  struct Awaiter {
    explicit Awaiter(std::shared_ptr<Outcome> its_outcome) : outcome(std::move(its_outcome)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { outcome->waiter = nullptr; }

    bool await_ready() const { return outcome->result || outcome->failure; }
    void await_suspend(std::coroutine_handle<> waiter) { outcome->waiter = waiter; }
    void await_resume() const {}

    std::shared_ptr<Outcome> outcome;
  };

  const auto outcome = std::make_shared<Outcome>();
  auto ended = [outcome](std::exception_ptr failure, T result) {
    outcome->failure = std::move(failure);
    if (!outcome->failure) outcome->result.emplace(std::move(result));
    if (outcome->waiter) std::exchange(outcome->waiter, nullptr).resume();
  };
  asio::co_spawn(std::move(executor), std::move(work), std::move(ended));
  Awaiter awaiter(outcome);
  co_await awaiter;
  if (outcome->failure) std::rethrow_exception(outcome->failure);
  co_return std::move(*outcome->result);
}

}  // namespace tributary
