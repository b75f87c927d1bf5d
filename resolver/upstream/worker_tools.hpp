#pragma once

#include <asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/nursery.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "resolver/upstream/injected_names.hpp"

namespace tributary::resolver {

/// What everything that belongs to one worker works with. All outlive what is made with them; used on the
/// worker's thread only.
struct WorkerTools {
  asio::any_io_executor executor;
  Clock& clock;
  Random& random;
  Timers& timers;
  Nursery& nursery;                   ///< Runs the queries and their attempts.
  InjectedNames* injected = nullptr;  ///< Shared by all workers; null when nobody keeps them.
  std::size_t spare_ports = 64;       ///< Sockets that each way over UDP may keep for the next queries.
};

}  // namespace tributary::resolver
