#pragma once

#include <exception>
#include <string_view>
#include <utility>

#include <asio/io_context.hpp>

namespace tributary {

/// Logs that `what` ended with an exception.
void log_failure(std::string_view what, const std::exception_ptr& failure) noexcept;

/// Calls `work`; an exception that leaves it is logged with `what`. For what runs on a thread: the process
/// ends with an exception that leaves one, and memory may be short at any time.
template <typename Work>
void call_logged(std::string_view what, Work&& work) noexcept {
  try {
    std::forward<Work>(work)();
  } catch (...) {
    log_failure(what, std::current_exception());
  }
}

/// Runs `loop` until it is stopped or has nothing left to do. What an event throws ends that event, and is
/// logged with `what`.
void run_logged(std::string_view what, asio::io_context& loop) noexcept;

}  // namespace tributary
