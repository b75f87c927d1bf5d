#pragma once

#include <exception>
#include <string_view>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

namespace tributary {

/// Runs `task` on `executor` beside everything else. An exception that leaves it is logged with `what`;
/// nothing is lost silently, and nothing else is affected.
void spawn(asio::any_io_executor executor, asio::awaitable<void> task, std::string_view what);

}  // namespace tributary
