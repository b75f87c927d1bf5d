// One coroutine a client reads a request, has it answered, writes the response, and begins again. What a
// client does not do in time, it is hung up on for.

#include "resolver/admin/admin_server.hpp"

#include <algorithm>
#include <thread>
#include <unordered_set>
#include <utility>

#include <spdlog/spdlog.h>

#include <asio/bind_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "base/call_logged.hpp"
#include "base/spawn.hpp"
#include "resolver/admin/http_access.hpp"
#include "resolver/admin/unix_listener.hpp"

namespace tributary::resolver {
namespace {

using asio::ip::tcp;
using Socket = asio::generic::stream_protocol::socket;

constexpr std::size_t most_clients = 32;  // descriptors are for queries
constexpr auto pause_after_failure = std::chrono::milliseconds(100);
constexpr std::size_t read_at_once = 16 * 1024;
constexpr std::size_t most_read_at_leave = 1 << 20;

/// A client that is hung up on when its time is over.
struct Client : std::enable_shared_from_this<Client> {
  Client(Socket its_socket, HttpDoor its_door, std::chrono::milliseconds its_patience)
      : socket(std::move(its_socket)),
        door(its_door),
        patience(its_patience),
        time_left(socket.get_executor()) {}

  void give_time() {
    waits_for_us = false;
    time_left.expires_after(patience);
    time_left.async_wait([self = shared_from_this()](const asio::error_code& error) {
      if (!error) self->hang_up();
    });
  }
  /// Its time stands still while it waits for us.
  void wait_for_us() {
    waits_for_us = true;
    time_left.cancel();
  }
  void hang_up() {
    asio::error_code ignored;
    socket.close(ignored);
  }

  Socket socket;
  HttpDoor door;
  std::chrono::milliseconds patience;
  asio::steady_timer time_left;
  bool waits_for_us = false;
  std::string received;  // and not yet read
};
using ClientPtr = std::shared_ptr<Client>;

HttpResponse called(const HttpHandler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    spdlog::error("answering {} {} failed: {}", request.method, request.path, error.what());
    return error_response(500, "the daemon failed to answer", "its log says more; please report this");
  }
}

/// The thread for what takes long, from the first such request on.
class SlowThread {
 public:
  ~SlowThread() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }
  asio::io_context::executor_type executor() {
    if (!thread_.joinable()) thread_ = std::thread([this] { run_logged("an errand of an operator", loop_); });
    return loop_.get_executor();
  }

 private:
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> stay_{loop_.get_executor()};
  std::thread thread_;
};

/// Who answers a request: a route, or what is said in its place.
struct Errand {
  const HttpRoute* route = nullptr;
  HttpResponse instead;
};

/// What is said to what cannot be read.
std::optional<HttpResponse> broken(HttpRequestReader::State state) {
  if (state == HttpRequestReader::State::too_large)
    return error_response(413, "the request is too large", "");
  if (state == HttpRequestReader::State::malformed)
    return error_response(400, "this is no HTTP/1.1 request", "");
  return std::nullopt;
}

/// More octets of the client; false if none will come.
asio::awaitable<bool> receive(ClientPtr client) {
  asio::error_code error;
  const auto before = client->received.size();
  client->received.resize(before + read_at_once);
  const auto room = asio::buffer(client->received) + before;
  const auto size =
      co_await client->socket.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
  client->received.resize(before + size);
  co_return !error;
}

asio::awaitable<void> send(ClientPtr client, std::string octets) {
  asio::error_code error;
  co_await asio::async_write(client->socket, asio::buffer(octets),
                             asio::redirect_error(asio::use_awaitable, error));
  if (error) client->hang_up();
}

/// False if the client has gone before the head was there.
asio::awaitable<bool> read_head(ClientPtr client, HttpRequestReader* reader) {
  while (reader->read(client->received) == HttpRequestReader::State::head) {
    const bool came = co_await receive(client);
    if (!came) co_return false;
  }
  co_return true;
}

/// Reads the body, if there is one. False if the client has gone before it was there.
asio::awaitable<bool> read_body(ClientPtr client, HttpRequestReader* reader, std::size_t limit) {
  using State = HttpRequestReader::State;
  if (reader->state() != State::body || reader->limit_body(limit) != State::body) co_return true;
  if (reader->head().expects_continue) co_await send(client, "HTTP/1.1 100 Continue\r\n\r\n");
  while (reader->read(client->received) == State::body) {
    const bool came = co_await receive(client);
    if (!came) co_return false;
  }
  co_return true;
}

/// Closed with octets unread, a connection is reset, and the client may never see our response.
asio::awaitable<void> take_leave(ClientPtr client) {
  asio::error_code ignored;
  client->socket.shutdown(Socket::shutdown_send, ignored);
  for (std::size_t taken = 0; taken < most_read_at_leave; taken += client->received.size()) {
    client->received.clear();
    const bool came = co_await receive(client);
    if (!came) break;
  }
  client->time_left.cancel();
}

}  // namespace

struct AdminServer::Server {
  Server(HttpRoutes its_routes, const Places& places)
      : routes(std::move(its_routes)), token(places.token), patience(places.patience) {}

  tl::expected<void, std::string> open_tcp(const policy::SocketAddress& address);
  void start();
  void make_room();
  Errand errand(HttpDoor door, HttpRequestReader& reader) const;

  template <typename Acceptor>
  static asio::awaitable<void> accept_clients(Server* self, Acceptor* acceptor, HttpDoor door);
  static asio::awaitable<void> serve(Server* self, ClientPtr client);
  static asio::awaitable<bool> serve_one(Server* self, ClientPtr client);
  static asio::awaitable<HttpResponse> answer(Server* self, const HttpRoute* route, HttpRequest* request);

  const HttpRoutes routes;
  const std::string token;
  const std::chrono::milliseconds patience;
  std::unordered_set<ClientPtr> clients;
  asio::io_context loop{1};
  SlowThread slow;  // ends before the loop, to which it hands what it has finished
  tcp::acceptor tcp_acceptor{loop};
  std::unique_ptr<UnixListener> unix_listener;
  std::thread thread;
};

tl::expected<void, std::string> AdminServer::Server::open_tcp(const policy::SocketAddress& address) {
  const tcp::endpoint endpoint(address.address, address.port);
  asio::error_code error;
  tcp_acceptor.open(endpoint.protocol(), error);
  // Without SO_REUSEPORT: two daemons on one admin port would each get half of the requests.
  if (!error) tcp_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) tcp_acceptor.bind(endpoint, error);
  if (!error) tcp_acceptor.listen(most_clients, error);
  if (!error) return {};
  return tl::unexpected("admin address " + address.to_text() + " cannot be used: " + error.message() +
                        "; choose another in admin.listen");
}

void AdminServer::Server::start() {
  if (tcp_acceptor.is_open())
    spawn(loop.get_executor(), accept_clients(this, &tcp_acceptor, HttpDoor::loopback),
          "accepting admin clients");
  if (unix_listener)
    spawn(loop.get_executor(), accept_clients(this, &unix_listener->acceptor(), HttpDoor::unix_socket),
          "accepting admin clients");
  thread = std::thread([this] { run_logged("an event of the admin server", loop); });
}

/// Hangs up on whom has kept us waiting for longest, so that connecting and saying nothing keeps nobody out.
/// All who wait for us stay.
void AdminServer::Server::make_room() {
  const auto slowest = std::ranges::min_element(clients, {}, [](const ClientPtr& client) {
    return std::pair(client->waits_for_us, client->time_left.expiry());
  });
  if (slowest == clients.end() || (*slowest)->waits_for_us) return;
  (*slowest)->hang_up();
  clients.erase(slowest);
}

template <typename Acceptor>
asio::awaitable<void> AdminServer::Server::accept_clients(Server* self, Acceptor* acceptor, HttpDoor door) {
  for (;;) {
    asio::error_code error;
    auto socket = co_await acceptor->async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      asio::steady_timer pause(self->loop, pause_after_failure);
      co_await pause.async_wait(asio::use_awaitable);
    } else {
      if (self->clients.size() >= most_clients) self->make_room();
      if (self->clients.size() >= most_clients) continue;  // hung up on
      auto client = std::make_shared<Client>(Socket(std::move(socket)), door, self->patience);
      client->give_time();
      self->clients.insert(client);
      spawn(self->loop.get_executor(), serve(self, std::move(client)), "serving an admin client");
    }
  }
}

asio::awaitable<void> AdminServer::Server::serve(Server* self, ClientPtr client) {
  struct Listed {
    std::unordered_set<ClientPtr>& clients;
    const ClientPtr& client;
    ~Listed() { clients.erase(client); }
  } const listed{self->clients, client};
  bool goes_on = true;
  while (goes_on) {
    goes_on = co_await serve_one(self, client);
  }
  co_await take_leave(client);
}

Errand AdminServer::Server::errand(HttpDoor door, HttpRequestReader& reader) const {
  if (auto wrong = broken(reader.state())) return {nullptr, *std::move(wrong)};
  auto& request = reader.request();
  if (auto refused = refusal(door, request.method, reader.head(), token))
    return {nullptr, *std::move(refused)};
  if (const auto* route = routes.find(request)) return {route, {}};
  return {nullptr, routes.none(request)};
}

/// False if nothing more can come.
asio::awaitable<bool> AdminServer::Server::serve_one(Server* self, ClientPtr client) {
  client->give_time();
  HttpRequestReader reader;
  bool whole = co_await read_head(client, &reader);
  if (!whole) co_return false;
  Errand errand = self->errand(client->door, reader);
  const bool wanted = errand.route != nullptr || !reader.head().expects_continue;
  const auto most = errand.route != nullptr ? errand.route->largest_body : HttpRoute::usual_body;
  if (wanted) {
    whole = co_await read_body(client, &reader, most);
    if (!whole) co_return false;
  }
  HttpResponse response = std::move(errand.instead);
  if (auto wrong = broken(reader.state())) {
    response = *std::move(wrong);
  } else if (errand.route != nullptr) {
    client->wait_for_us();
    response = co_await answer(self, errand.route, &reader.request());
    client->give_time();
  }
  const bool keep = reader.state() == HttpRequestReader::State::done && reader.head().keep_alive;
  co_await send(client, to_wire(response, keep, reader.head().wants_body));
  co_return keep && client->socket.is_open();
}

asio::awaitable<HttpResponse> AdminServer::Server::answer(Server* self, const HttpRoute* route,
                                                          HttpRequest* request) {
  if (route->pace == HttpRoute::Pace::quick) co_return called(route->handler, *request);
  co_await asio::post(asio::bind_executor(self->slow.executor(), asio::use_awaitable));
  auto response = called(route->handler, *request);
  co_await asio::post(asio::bind_executor(self->loop.get_executor(), asio::use_awaitable));
  co_return response;
}

tl::expected<std::unique_ptr<AdminServer>, std::string> AdminServer::start(const Places& places,
                                                                           HttpRoutes routes) {
  auto server = std::make_unique<Server>(std::move(routes), places);
  if (places.listen) {
    if (const auto opened = server->open_tcp(*places.listen); !opened) return tl::unexpected(opened.error());
  }
  if (places.socket) {
    auto listener = UnixListener::open(server->loop, *places.socket);
    if (!listener) return tl::unexpected(listener.error());
    server->unix_listener = std::move(*listener);
  }
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(server)));
}

AdminServer::AdminServer(std::unique_ptr<Server> server) : server_(std::move(server)) {
  server_->start();
}

AdminServer::~AdminServer() {
  server_->loop.stop();
  server_->thread.join();
}

int AdminServer::port() const {
  return server_->tcp_acceptor.local_endpoint().port();
}

}  // namespace tributary::resolver
