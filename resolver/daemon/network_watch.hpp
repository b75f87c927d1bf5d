#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "base/timers.hpp"
#include "resolver/daemon/network_state.hpp"

namespace tributary::resolver {

/// Tells that the network of this host has changed, such that connections to upstreams may be dead, or ways
/// to them open that were not: an address came or went, the link of one went up or down (`NetworkState`), or
/// what upstreams are reached by is another link or gateway. Other messages of the kernel (scans of a Wi-Fi,
/// interfaces of containers, routes to elsewhere) change nothing. Belongs to one worker: all calls from its
/// thread, or while it does not run.
class NetworkWatch {
 public:
  /// One change makes many messages: they are told as one, this long after the first.
  static constexpr Duration settling_time = std::chrono::milliseconds(50);

  /// What the kernel is asked, at once; it gives the state of the present.
  struct Kernel {
    std::function<NetworkState()> state;
    std::function<std::vector<std::optional<Way>>()> ways;
  };

  /// Calls `changed` some time after a change was told by messages on `socket`, which it owns and which must
  /// have been open before. `timers` outlive this object.
  NetworkWatch(asio::any_io_executor executor, int socket, Timers& timers, Kernel kernel,
               std::function<void()> changed);
  ~NetworkWatch();
  NetworkWatch(const NetworkWatch&) = delete;
  NetworkWatch& operator=(const NetworkWatch&) = delete;

 private:
  class Comparing;
  struct Socket;

  std::unique_ptr<Comparing> comparing_;
  std::shared_ptr<Socket> socket_;  // shared with its own handler, which may outlive this
};

}  // namespace tributary::resolver
