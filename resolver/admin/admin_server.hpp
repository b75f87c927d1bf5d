#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "policy/config.hpp"
#include "resolver/admin/http_routes.hpp"

namespace tributary::resolver {

/// The HTTP/1.1 server for operators, on threads of its own: one for the network and what is answered
/// quickly, and, from the first slow request on, one for these.
class AdminServer {
 public:
  /// Where it is reached: at least one of the two.
  struct Places {
    std::optional<policy::SocketAddress> listen;  ///< A loopback address; port 0 lets the kernel choose.
    std::optional<std::filesystem::path> socket;  ///< A Unix socket.
    std::string token;  ///< What changes over `listen` need; empty: they are refused.
    /// For a whole request to come, and for a response to be taken: then a client is hung up on.
    std::chrono::milliseconds patience{10'000};
  };

  /// Binds and begins to serve. The error is a sentence for the operator: the address and what stands in the
  /// way.
  static tl::expected<std::unique_ptr<AdminServer>, std::string> start(const Places& places,
                                                                       HttpRoutes routes);
  /// Stops serving; hangs up on clients that wait. A slow handler is waited for.
  ~AdminServer();

  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// The port that it is bound to. Requires: a place to listen.
  int port() const;

 private:
  struct Server;
  explicit AdminServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace tributary::resolver
