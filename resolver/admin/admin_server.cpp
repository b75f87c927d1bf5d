// As much of HTTP/1.1 (RFC 9112) as monitoring needs: GET and HEAD without a body, one request a connection.

#include "resolver/admin/admin_server.hpp"

#include <array>
#include <thread>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "base/spawn.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::tcp;

constexpr std::size_t largest_request = 16 * 1024;
constexpr std::size_t most_clients = 32;  // more are hung up on: descriptors are for queries
constexpr auto patience = std::chrono::seconds(5);
constexpr auto pause_after_failure = std::chrono::milliseconds(100);

struct Page {
  std::string_view status, type;
  std::string body;
};

struct Request {
  std::string_view method, path;
};

/// The request line's parts (RFC 9112 §3), empty where there are none; the query of the target is left out.
Request parse_request(std::string_view head) {
  const auto line = head.substr(0, head.find("\r\n"));
  const auto space = line.find(' ');
  if (space == line.npos) return {};
  const auto target = line.substr(space + 1, line.find(' ', space + 1) - space - 1);
  return {line.substr(0, space), target.substr(0, target.find('?'))};
}

std::string response_text(const Page& page, bool with_body) {
  std::string text("HTTP/1.1 ");
  text.append(page.status).append("\r\nContent-Type: ").append(page.type);
  text.append("\r\nContent-Length: ").append(std::to_string(page.body.size()));
  text.append("\r\nConnection: close\r\n\r\n");
  return with_body ? text + page.body : text;
}

/// A client that is hung up on when its time is over.
struct Client {
  explicit Client(tcp::socket its_socket)
      : socket(std::move(its_socket)), time_left(socket.get_executor(), patience) {}

  static void begin_waiting(const std::shared_ptr<Client>& client) {
    client->time_left.async_wait([client](const asio::error_code& error) {
      if (!error) client->hang_up();
    });
  }
  void hang_up() {
    asio::error_code ignored;
    socket.close(ignored);
  }

  tcp::socket socket;
  asio::steady_timer time_left;
};

}  // namespace

struct AdminServer::Server {
  explicit Server(std::function<std::string()> the_metrics) : metrics(std::move(the_metrics)) {}

  Page page(const Request& request) const {
    const bool known_method = request.method == "GET" || request.method == "HEAD";
    if (known_method && request.path == "/health") return {"200 OK", "text/plain", "ok\n"};
    if (known_method && request.path == "/metrics")
      return {"200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics()};
    return {"404 Not Found", "text/plain", "not found\n"};
  }

  static asio::awaitable<void> accept_clients(Server* self);
  static asio::awaitable<void> serve(Server* self, tcp::socket socket);

  std::function<std::string()> metrics;
  std::size_t clients = 0;
  asio::io_context loop{1};
  tcp::acceptor acceptor{loop};
  std::thread thread;
};

asio::awaitable<void> AdminServer::Server::accept_clients(Server* self) {
  for (;;) {
    asio::error_code error;
    auto socket = co_await self->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      asio::steady_timer pause(self->loop, pause_after_failure);
      co_await pause.async_wait(asio::use_awaitable);
    } else if (self->clients < most_clients) {
      spawn(self->loop.get_executor(), serve(self, std::move(socket)), "serving an admin client");
    }
  }
}

asio::awaitable<void> AdminServer::Server::serve(Server* self, tcp::socket socket) {
  struct Counted {
    std::size_t& clients;
    ~Counted() { --clients; }
  } const counted{++self->clients};
  const auto client = std::make_shared<Client>(std::move(socket));
  Client::begin_waiting(client);
  std::string head;
  asio::error_code error;
  co_await asio::async_read_until(client->socket, asio::dynamic_buffer(head, largest_request), "\r\n\r\n",
                                  asio::redirect_error(asio::use_awaitable, error));
  if (!error) {
    const auto request = parse_request(head);
    const auto response = response_text(self->page(request), request.method != "HEAD");
    co_await asio::async_write(client->socket, asio::buffer(response),
                               asio::redirect_error(asio::use_awaitable, error));
    client->socket.shutdown(tcp::socket::shutdown_both, error);
  }
  client->time_left.cancel();
}

tl::expected<std::unique_ptr<AdminServer>, std::string> AdminServer::start(
    const policy::SocketAddress& address, std::function<std::string()> metrics) {
  auto server = std::make_unique<Server>(std::move(metrics));
  const tcp::endpoint endpoint(address.address, address.port);
  auto& acceptor = server->acceptor;
  asio::error_code error;
  acceptor.open(endpoint.protocol(), error);
  // Without SO_REUSEPORT: two daemons on one admin port would each get half of the requests.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(most_clients, error);
  if (error) {
    return tl::unexpected("admin address " + address.to_text() + " cannot be used: " + error.message() +
                          "; choose another in admin.listen");
  }
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(server)));
}

AdminServer::AdminServer(std::unique_ptr<Server> server) : server_(std::move(server)) {
  spawn(server_->loop.get_executor(), Server::accept_clients(server_.get()), "accepting admin clients");
  server_->thread = std::thread([loop = &server_->loop] { loop->run(); });
}

AdminServer::~AdminServer() {
  server_->loop.stop();
  server_->thread.join();
}

int AdminServer::port() const {
  return server_->acceptor.local_endpoint().port();
}

}  // namespace tributary::resolver
