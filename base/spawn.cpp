#include "base/spawn.hpp"

#include <asio/co_spawn.hpp>

#include <string>

#include "base/call_logged.hpp"

namespace tributary {

void spawn(asio::any_io_executor executor, asio::awaitable<void> task, std::string_view what) {
  asio::co_spawn(executor, std::move(task), [name = std::string(what)](const std::exception_ptr& failure) {
    if (failure) log_failure(name, failure);
  });
}

}  // namespace tributary
