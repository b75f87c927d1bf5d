#pragma once

#include <optional>
#include <string_view>

#include <asio/io_context.hpp>

#include "base/time.hpp"

namespace tributary::resolver {

/// Tells the service manager that started this process its state, such as "READY=1" (sd_notify(3)): one
/// datagram to the socket that the variable NOTIFY_SOCKET names. Does nothing without one, or when nobody
/// listens there. `loop` need not run.
void tell_service_manager(asio::io_context& loop, std::string_view state);

/// How long the service manager waits for "WATCHDOG=1" before it ends this process (sd_watchdog_enabled(3));
/// nothing if it does not wait for it.
std::optional<Duration> watchdog_period();

}  // namespace tributary::resolver
