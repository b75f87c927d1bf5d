#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "resolver/transport/kept_connection.hpp"

namespace tributary::resolver {

/// Keeps a connection to an upstream ready while nobody asks, so that the first query after an hour's rest
/// pays for no handshake: opens one at the start, and again when the one that was there takes no more queries
/// (`Reopening` says when). The first of several failures in a row is logged. One thread.
class ConnectionKeeper {
 public:
  /// Gives the connection that queries are sent on, which it opens if there is none.
  using Open = std::function<std::shared_ptr<const KeptConnection>()>;

  /// Does nothing before `start`. `clock` outlives the event loop's coroutines; `open` is not called once the
  /// keeper is gone; `where` names the upstream in the log.
  ConnectionKeeper(asio::any_io_executor executor, Clock& clock, std::string where, Open open);
  ~ConnectionKeeper();
  ConnectionKeeper(const ConnectionKeeper&) = delete;
  ConnectionKeeper& operator=(const ConnectionKeeper&) = delete;

  void start();
  /// What was in the way may be gone: failures are forgotten, a connection is opened now if there is none.
  void forget_failures();
  /// What connections call when they were established or take no more queries. May outlive the keeper.
  std::function<void()> on_change() const;

 private:
  struct State;
  static asio::awaitable<void> run(std::shared_ptr<State> state);

  asio::any_io_executor executor_;
  std::shared_ptr<State> state_;  // shared with its coroutine and with connections
};

}  // namespace tributary::resolver
