#include "base/spawn.hpp"

#include <spdlog/spdlog.h>
#include <asio/co_spawn.hpp>

#include <string>

namespace tributary {

void spawn(asio::any_io_executor executor, asio::awaitable<void> task, std::string_view what) {
  asio::co_spawn(executor, std::move(task), [name = std::string(what)](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::error("{} ended with an error: {}", name, error.what());
    } catch (...) {
      spdlog::error("{} ended with an error that has no description", name);
    }
  });
}

}  // namespace tributary
