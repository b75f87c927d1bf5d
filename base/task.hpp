#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/frame_pool.hpp"

namespace tributary {

template <typename T>
class Task;

namespace detail {

/// What every Task's coroutine has: who waits for it, and how it failed.
struct TaskPromiseBase {
  struct ResumeWaiter {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      return ended.promise().waiter;
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  ResumeWaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() { failure = std::current_exception(); }
  void rethrow() const {
    if (failure) std::rethrow_exception(failure);
  }

  static void* operator new(std::size_t size) { return frame_pool::take(size); }
  static void operator delete(void* frame, std::size_t size) { frame_pool::give_back(frame, size); }

  std::coroutine_handle<> waiter;
  std::exception_ptr failure;
};

template <typename T>
struct TaskPromise : TaskPromiseBase {
  Task<T> get_return_object();
  template <typename Value>
  void return_value(Value&& value) {
    result.emplace(std::forward<Value>(value));
  }
  T take() {
    rethrow();
    return *std::move(result);
  }

  std::optional<T> result;
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() {}
  void take() { rethrow(); }
};

}  // namespace detail

/// A step in the life of a query, which may have to wait: a coroutine that gives a T to the coroutine that
/// awaits it.
///
/// It begins when it is awaited, is resumed at once by whoever has what it waits for (an Alarm, an upstream's
/// reply), and hands its result straight to its waiter: no event loop in between, and no allocation once
/// frames are there to be reused (frame_pool). Nobody awaits the outermost one: a Nursery runs it.
///
/// The Task owns its frame: destroying it destroys what is suspended, children included. All on one thread.
template <typename T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  /// Awaited once.
  auto operator co_await() && noexcept {
    struct Awaiter {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
        frame.promise().waiter = waiter;
        return frame;
      }
      T await_resume() { return frame.promise().take(); }

      std::coroutine_handle<promise_type> frame;
    };
    return Awaiter{frame_};
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <typename T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace detail
}  // namespace tributary
