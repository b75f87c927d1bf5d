#pragma once

#include <cstddef>

#include "policy/config.hpp"

namespace tributary::resolver {

/// One listening socket of one worker. All calls from the worker's thread, or before it starts.
class Listener {
 public:
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Begins to serve. Requires: not called before.
  virtual void start() = 0;
  /// Answers what has arrived until now, and takes no more.
  virtual void stop_accepting() = 0;
  /// Takes `stop_accepting` back. Requires: a UDP socket; a TCP socket is closed by then.
  virtual void resume() = 0;
  /// The address that it is bound to, with its real port.
  virtual const policy::SocketAddress& local() const = 0;
  /// What is still to come, after `stop_accepting`: replies, and for TCP that they are taken.
  virtual std::size_t pending() const = 0;
  /// After `stop_accepting`: nothing of it is on the event loop any more, so that it may be destroyed.
  virtual bool ended() const = 0;

 protected:
  Listener() = default;
};

}  // namespace tributary::resolver
