#pragma once

#include <exception>
#include <string_view>

#include "resolver/counters.hpp"

namespace tributary::resolver {

/// Logs and counts that `activity` ended with an exception; `failure` may be null: then nothing happened.
void log_failure(std::string_view activity, const std::exception_ptr& failure, ListenerCounters& counters);

}  // namespace tributary::resolver
