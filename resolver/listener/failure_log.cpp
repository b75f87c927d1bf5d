#include "resolver/listener/failure_log.hpp"

#include <spdlog/spdlog.h>

namespace tributary::resolver {

void log_failure(std::string_view activity, const std::exception_ptr& failure, ListenerCounters& counters) {
  if (!failure) return;
  counters.failures.add();
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    spdlog::error("{} failed: {}", activity, error.what());
  } catch (...) {
    spdlog::error("{} failed", activity);
  }
}

}  // namespace tributary::resolver
