#include "base/nursery.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <bit>

namespace tributary {
namespace {

/// Where memory is short thousands end so: told are the first, the second, the fourth, the eighth and so on.
void tell_failure(const char* what, const char* error) {
  static std::atomic<std::uint64_t> failures{0};
  const auto count = ++failures;
  if (std::has_single_bit(count))
    spdlog::error("{} ended with an error: {} (the {}. so far)", what, error, count);
}

}  // namespace

/// The coroutine around a task: begins at once, and takes itself off the list when it ends or is destroyed.
struct Nursery::Root {
  struct promise_type : Place {
    promise_type(Nursery* nursery, const Task<>&, const char*)
        : Place{nursery->first_, &nursery->first_, std::coroutine_handle<promise_type>::from_promise(*this)} {
      if (next != nullptr) next->link = &next;
      nursery->first_ = this;
    }
    ~promise_type() {
      *link = next;
      if (next != nullptr) next->link = link;
    }
    promise_type(const promise_type&) = delete;
    promise_type& operator=(const promise_type&) = delete;

    static void* operator new(std::size_t size) { return frame_pool::take(size); }
    static void operator delete(void* frame, std::size_t size) { frame_pool::give_back(frame, size); }

    Root get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Nursery::Root Nursery::run(Nursery*, Task<> task, const char* what) {
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    tell_failure(what, error.what());
  } catch (...) {
    tell_failure(what, "it has no description");
  }
}

void Nursery::start(Task<> task, const char* what) {
  run(this, std::move(task), what);
}

void Nursery::clear() {
  while (first_ != nullptr) first_->frame.destroy();
}

}  // namespace tributary
