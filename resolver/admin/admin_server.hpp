#pragma once

#include <functional>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "policy/config.hpp"

namespace tributary::resolver {

/// The HTTP server for operators, on a thread of its own: `/metrics` and `/health`.
class AdminServer {
 public:
  /// Binds `address` and begins to serve. `metrics` is called on the server's thread. The error is a
  /// sentence for the operator: the address and what stands in the way.
  static tl::expected<std::unique_ptr<AdminServer>, std::string> start(const policy::SocketAddress& address,
                                                                       std::function<std::string()> metrics);
  /// Stops serving; hangs up on clients that wait for their page.
  ~AdminServer();

  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// The port it is bound to.
  int port() const;

 private:
  struct Server;
  explicit AdminServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace tributary::resolver
