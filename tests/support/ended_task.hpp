#pragma once

#include <memory>
#include <optional>

#include "base/nursery.hpp"

namespace tributary {

/// What a task that a test has started has come to.
template <typename T>
struct Ended {
  std::optional<T> result;
  bool threw = false;
};

/// Runs `task` in `nursery`; what is returned tells when it has ended.
template <typename T>
std::shared_ptr<Ended<T>> start_task(Nursery& nursery, Task<T> task) {
  struct Keep {
    static Task<> result_of(Task<T> kept, std::shared_ptr<Ended<T>> ended) {
      try {
        ended->result.emplace(co_await std::move(kept));
      } catch (...) {
        ended->threw = true;
      }
    }
  };
  auto ended = std::make_shared<Ended<T>>();
  nursery.start(Keep::result_of(std::move(task), ended), "a test's task");
  return ended;
}

}  // namespace tributary
