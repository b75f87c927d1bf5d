#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>
#include <tl/expected.hpp>

#include "base/timers.hpp"

namespace tributary::resolver {

/// A socket that the kernel tells of changed addresses, routes and links (rtnetlink(7)). The caller closes
/// it; the error is a sentence.
tl::expected<int, std::string> open_route_socket();

/// Tells that the network of this host has changed. Belongs to one worker: all calls from its thread, or
/// while it does not run.
class NetworkWatch {
 public:
  /// One change makes many messages: they are told as one, this long after the first.
  static constexpr Duration settling_time = std::chrono::milliseconds(50);

  /// Calls `changed` some time after something could be read from `socket`, which it owns. `timers` outlive
  /// this object.
  NetworkWatch(asio::any_io_executor executor, int socket, Timers& timers, std::function<void()> changed);
  ~NetworkWatch();
  NetworkWatch(const NetworkWatch&) = delete;
  NetworkWatch& operator=(const NetworkWatch&) = delete;

 private:
  class Settling;
  struct Socket;

  std::unique_ptr<Settling> settling_;
  std::shared_ptr<Socket> socket_;  // shared with its own handler, which may outlive this
};

}  // namespace tributary::resolver
