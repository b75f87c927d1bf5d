#include "resolver/admin/admin_server.hpp"

#include <httplib.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace tributary::resolver {
namespace {

constexpr std::size_t threads = 2;
constexpr std::size_t largest_request = 64 * 1024;
constexpr time_t patience_seconds = 5;

/// Unlike httplib's own choice, without SO_REUSEPORT: two daemons on one admin port would each get half of
/// the requests.
void set_reuse_address(socket_t socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

void configure(httplib::Server& http) {
  http.set_socket_options(set_reuse_address);
  http.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  http.set_payload_max_length(largest_request);
  http.set_read_timeout(patience_seconds);
  http.set_write_timeout(patience_seconds);
}

}  // namespace

struct AdminServer::Server {
  httplib::Server http;
  int port = 0;
  std::thread thread;
};

tl::expected<std::unique_ptr<AdminServer>, std::string> AdminServer::start(
    const policy::SocketAddress& address, std::function<std::string()> metrics) {
  auto server = std::make_unique<Server>();
  configure(server->http);
  server->http.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("ok\n", "text/plain");
  });
  server->http.Get("/metrics", [metrics](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics(), "text/plain; version=0.0.4; charset=utf-8");
  });
  const auto host = address.address.to_string();
  errno = 0;
  if (address.port == 0) {
    server->port = server->http.bind_to_any_port(host.c_str());
  } else {
    server->port = server->http.bind_to_port(host.c_str(), address.port) ? address.port : -1;
  }
  const int reason = errno;  // what follows may change it
  if (server->port < 0) {
    return tl::unexpected("admin address " + address.to_text() + " cannot be used: " + std::strerror(reason) +
                          "; choose another in admin.listen");
  }
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(server)));
}

AdminServer::AdminServer(std::unique_ptr<Server> server) : server_(std::move(server)) {
  server_->thread = std::thread([http = &server_->http] { http->listen_after_bind(); });
  // stop() has no effect before the server runs.
  while (!server_->http.is_running()) std::this_thread::yield();
}

AdminServer::~AdminServer() {
  server_->http.stop();
  server_->thread.join();
}

int AdminServer::port() const {
  return server_->port;
}

}  // namespace tributary::resolver
