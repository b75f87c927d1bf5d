#pragma once

#include <future>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace tributary {

/// Begins to run `work` on `loop`, on the thread of its event loop. When that ends first, waiting goes on for
/// ever.
template <typename Work>
auto run_on(asio::io_context& loop, Work work) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto result = task.get_future();
  asio::post(loop, std::move(task));
  return result;
}

}  // namespace tributary
