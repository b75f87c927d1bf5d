#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "resolver/transport/bootstrap.hpp"
#include "resolver/transport/tls_context.hpp"

namespace tributary::resolver {

/// How long a connection is patient.
struct HttpsPatience {
  Duration connect = std::chrono::seconds(3);         ///< For look-up, TCP and TLS together.
  Duration handshake = std::chrono::seconds(1);       ///< For TLS at one of several addresses.
  Duration silence = std::chrono::milliseconds(100);  ///< Nothing heard while a request waits: PING,
  Duration ping_interval = std::chrono::seconds(1);   ///< but not more often than that.
  /// A PING without an answer makes us doubt after that or two round trips, whichever is longer, but no more
  /// than `ping_answer`.
  Duration doubt = std::chrono::milliseconds(150);
  Duration ping_answer = std::chrono::seconds(1);  ///< Nothing heard after that either: it is dead.
  Duration idle = std::chrono::seconds(60);        ///< Without requests it is closed,
  Duration keep_alive = std::chrono::seconds(30);  ///< or, when it is kept ready, sent a PING.
};

/// A server, with what all connections of one worker to it share.
struct HttpsPeer {
  Clock& clock;
  std::string host;  ///< What the certificate must be for.
  std::uint16_t port;
  HttpsPatience patience;
  bool keep_ready;  ///< Connections stay when they are idle.
  std::shared_ptr<TlsContext> tls;
  Bootstrap bootstrap;
  TlsSessions sessions;
  std::function<void()> on_change;  ///< Called when a connection was made or takes no more requests.
};

}  // namespace tributary::resolver
