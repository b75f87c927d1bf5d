#include "base/call_logged.hpp"

#include <spdlog/spdlog.h>

namespace tributary {

void log_failure(std::string_view what, const std::exception_ptr& failure) noexcept {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    spdlog::error("{} ended with an error: {}", what, error.what());
  } catch (...) {
    spdlog::error("{} ended with an error that has no description", what);
  }
}

void run_logged(std::string_view what, asio::io_context& loop) noexcept {
  while (!loop.stopped()) call_logged(what, [&loop] { loop.run(); });
}

}  // namespace tributary
