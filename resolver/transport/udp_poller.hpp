#pragma once

#include <memory>

#include <asio/any_io_executor.hpp>

namespace tributary::resolver {

/// Tells which of many short-lived sockets can be read: an epoll set of its own inside the event loop's, so
/// that a socket costs one registration and no handler. Level-triggered. Belongs to the executor's thread.
class UdpPoller {
 public:
  class Reader {
   public:
    /// Reads one datagram or error; called again while there is more. May destroy itself and other readers.
    virtual void on_readable() = 0;

   protected:
    ~Reader() = default;
  };

  /// Throws std::system_error when the kernel has no epoll set left.
  explicit UdpPoller(const asio::any_io_executor& executor);
  /// Requires: no reader is left.
  ~UdpPoller();
  UdpPoller(const UdpPoller&) = delete;
  UdpPoller& operator=(const UdpPoller&) = delete;

  /// False if the kernel refuses.
  bool add(int descriptor, Reader& reader);
  /// `reader` is called no more. Requires: its descriptor is closed next, which takes it out of the set.
  void forget(Reader& reader);

 private:
  struct State;

  std::shared_ptr<State> state_;  // shared with the handler that waits
};

}  // namespace tributary::resolver
