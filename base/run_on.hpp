#pragma once

#include <future>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace tributary {

/// Has the event loop of `loop` call `work`. The future has what that returns or throws; nothing while the
/// loop does not run.
template <typename Work>
auto run_on(asio::io_context& loop, Work work) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto result = task.get_future();
  asio::post(loop, std::move(task));
  return result;
}

}  // namespace tributary
