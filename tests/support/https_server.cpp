#include "tests/support/https_server.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <list>
#include <map>
#include <string_view>

#include <nghttp2/nghttp2.h>
#include <openssl/evp.h>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/ssl.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

namespace tributary::test {

using asio::ip::tcp;

namespace {

struct SessionDeleter {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};
struct CallbacksDeleter {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};

std::vector<std::uint8_t> from_base64url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  const auto padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::vector<std::uint8_t> data(text.size() / 4 * 3);
  EVP_DecodeBlock(data.data(), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  data.resize(data.size() - padding);
  return data;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  static constexpr unsigned char http2[] = {2, 'h', '2'};
  const bool found = SSL_select_next_proto(const_cast<unsigned char**>(out), size, http2, sizeof http2,
                                           offered, offered_size) == OPENSSL_NPN_NEGOTIATED;
  return found ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

/// Connections end by an exception of the socket.
void end_of_connection(std::exception_ptr error) {
  try {
    rethrow(error);
  } catch (const asio::system_error&) {
  }
}

}  // namespace

ServerAction echo(const ServerRequest& request) {
  ServerAction action;
  const auto query = request.path.find("?dns=");
  action.body = query == std::string::npos ? request.body : from_base64url(request.path.substr(query + 5));
  if (action.body.size() > 2) action.body[2] |= 0x80;  // QR
  return action;
}

struct HttpsServer::State {
  State(asio::io_context& loop, ServerOptions chosen)
      : options(std::move(chosen)),
        acceptor(loop, {asio::ip::address_v4::loopback(), 0}),
        context(asio::ssl::context::tls_server) {}

  ServerOptions options;
  tcp::acceptor acceptor;
  asio::ssl::context context;
  std::size_t accepted = 0, handshakes = 0, resumed = 0, pings = 0;
  std::vector<ServerRequest> requests;
  std::list<Connection*> open;
};

struct HttpsServer::Connection {
  Connection(std::shared_ptr<State> shared, tcp::socket socket)
      : server(std::move(shared)), number(++server->accepted), stream(std::move(socket), server->context) {
    stream.next_layer().set_option(tcp::no_delay(true));
    place = server->open.insert(server->open.end(), this);
  }
  ~Connection() { server->open.erase(place); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t n,
                       const std::uint8_t* value, std::size_t v, std::uint8_t, void* self) {
    auto& request = static_cast<Connection*>(self)->requests[frame->hd.stream_id];
    const std::string_view key(reinterpret_cast<const char*>(name), n);
    const std::string text(reinterpret_cast<const char*>(value), v);
    if (key == ":method") request.method = text;
    if (key == ":path") request.path = text;
    if (key == "accept") request.accept = text;
    if (key == "content-type") request.content_type = text;
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* self) {
    auto& body = static_cast<Connection*>(self)->requests[id].body;
    body.insert(body.end(), data, data + size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    auto& connection = *static_cast<Connection*>(self);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
      ++connection.server->pings;
    const bool request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) connection.handle(frame->hd.stream_id);
    return 0;
  }
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* out, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* self) {
    auto& body = static_cast<Connection*>(self)->bodies[id];
    const auto part = std::min(size, body.size());
    std::copy_n(body.begin(), part, out);
    body.erase(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(part));
    if (body.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  }

  void open_session() {
    nghttp2_session_callbacks* raw = nullptr;
    nghttp2_session_callbacks_new(&raw);
    const std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter> callbacks(raw);
    nghttp2_session_callbacks_set_on_header_callback(raw, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame);
    nghttp2_session* made = nullptr;
    nghttp2_session_server_new(&made, raw, this);
    session.reset(made);
    const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server->options.max_streams};
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, &entry, 1);
  }

  void handle(std::int32_t id) {
    using Kind = ServerAction::Kind;
    if (id > last_processed) return;  // GOAWAY said so.
    auto& request = requests[id];
    request.connection = number;
    request.number = ++handled;
    server->requests.push_back(request);
    const auto action = server->options.action(request);
    if (action.kind == Kind::respond || action.kind == Kind::go_away) respond(id, action);
    if (action.kind == Kind::go_away) {
      last_processed = id;
      nghttp2_submit_goaway(session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
    }
    if (action.kind == Kind::refuse) {
      nghttp2_submit_rst_stream(session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
    }
    if (action.kind == Kind::reset) {
      nghttp2_submit_rst_stream(session.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
    }
    if (action.kind == Kind::hang_up) close();
  }

  void respond(std::int32_t id, const ServerAction& action) {
    std::vector<nghttp2_nv> fields{field(":status", action.status)};
    for (const auto& [name, value] : action.fields) fields.push_back(field(name, value));
    bodies[id] = action.body;
    const nghttp2_data_provider provider{{.ptr = nullptr}, read_body};
    nghttp2_submit_response(session.get(), id, fields.data(), fields.size(), &provider);
  }

  void close() {
    asio::error_code ignored;
    stream.lowest_layer().close(ignored);
  }

  std::vector<std::uint8_t> output() {
    std::vector<std::uint8_t> octets;
    const std::uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session.get(), &data)) > 0;) {
      octets.insert(octets.end(), data, data + size);
    }
    return octets;
  }

  asio::awaitable<void> read_in_silence() {
    co_await stream.next_layer().async_read_some(asio::buffer(received), asio::use_awaitable);
  }

  asio::awaitable<void> handshake() {
    co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    if (SSL_session_reused(stream.native_handle()) != 0) ++server->resumed;
    ++server->handshakes;
    open_session();
  }

  asio::awaitable<void> exchange() {
    if (server->options.answers && !silent) {
      const auto octets = output();
      co_await asio::async_write(stream, asio::buffer(octets), asio::use_awaitable);
    }
    const auto size = co_await stream.async_read_some(asio::buffer(received), asio::use_awaitable);
    if (!silent) nghttp2_session_mem_recv(session.get(), received.data(), size);
  }

  std::shared_ptr<State> server;
  std::size_t number;
  std::size_t handled = 0;
  bool silent = false;
  std::int32_t last_processed = std::numeric_limits<std::int32_t>::max();
  asio::ssl::stream<tcp::socket> stream;
  std::unique_ptr<nghttp2_session, SessionDeleter> session;
  std::map<std::int32_t, ServerRequest> requests;
  std::map<std::int32_t, std::vector<std::uint8_t>> bodies;
  std::array<std::uint8_t, 16 * 1024> received{};
  std::list<Connection*>::iterator place;

  /// Ends when the client or close() ends the connection.
  static asio::awaitable<void> serve(std::shared_ptr<Connection> connection) {
    while (!connection->server->options.tls) co_await connection->read_in_silence();
    co_await connection->handshake();
    while (true) co_await connection->exchange();
  }

  static asio::awaitable<void> accept(std::shared_ptr<State> server) {
    for (;;) {
      asio::error_code error;
      auto socket = co_await server->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      auto connection = std::make_shared<Connection>(server, std::move(socket));
      asio::co_spawn(server->acceptor.get_executor(), serve(std::move(connection)), end_of_connection);
    }
  }
};

HttpsServer::HttpsServer(asio::io_context& loop, ServerOptions options)
    : state_(std::make_shared<State>(loop, std::move(options))) {
  auto& context = state_->context;
  context.use_certificate_chain(asio::buffer(state_->options.certificate.certificate));
  context.use_private_key(asio::buffer(state_->options.certificate.key), asio::ssl::context::pem);
  if (state_->options.http2) SSL_CTX_set_alpn_select_cb(context.native_handle(), select_protocol, nullptr);
  asio::co_spawn(loop, Connection::accept(state_), rethrow);
}

HttpsServer::~HttpsServer() {
  asio::error_code ignored;
  state_->acceptor.close(ignored);
  hang_up();
}

std::uint16_t HttpsServer::port() const {
  return state_->acceptor.local_endpoint().port();
}
std::size_t HttpsServer::connections() const {
  return state_->accepted;
}
std::size_t HttpsServer::open_connections() const {
  return state_->open.size();
}
std::size_t HttpsServer::handshakes() const {
  return state_->handshakes;
}
std::size_t HttpsServer::resumed() const {
  return state_->resumed;
}
std::size_t HttpsServer::pings() const {
  return state_->pings;
}
const std::vector<ServerRequest>& HttpsServer::requests() const {
  return state_->requests;
}

void HttpsServer::fall_silent() {
  for (auto* connection : state_->open) connection->silent = true;
}

void HttpsServer::hang_up() {
  for (auto* connection : state_->open) connection->close();
}

}  // namespace tributary::test
