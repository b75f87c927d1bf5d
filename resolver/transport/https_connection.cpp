#include "resolver/transport/https_connection.hpp"

#include <exception>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "resolver/transport/connect_race.hpp"

namespace tributary::resolver {

namespace {

const char* to_text(StreamError error) {
  switch (error) {
    case StreamError::unprocessed:
      return "the server refused the request unprocessed";
    case StreamError::reset:
      return "the server reset the stream";
    case StreamError::too_large:
      return "the response is too large";
  }
  return "unknown";
}

}  // namespace

/// A place in the queue of requests that are not sent yet.
struct HttpsConnection::Turn {
  explicit Turn(HttpsConnection& owner)
      : connection(owner),
        bell(owner.executor_, owner.peer_->clock),
        place(owner.turns_.insert(owner.turns_.end(), this)) {}
  ~Turn() {
    connection.turns_.erase(place);
    connection.call_next();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  HttpsConnection& connection;
  Bell bell;
  std::list<Turn*>::iterator place;
};

/// A request that was sent; who stops waiting resets the stream.
struct HttpsConnection::Pending {
  Pending(HttpsConnection& owner, Http2Session::StreamId id)
      : connection(owner), stream(id), bell(owner.executor_, owner.peer_->clock) {
    connection.pending_.emplace(stream, this);
  }
  ~Pending() {
    connection.pending_.erase(stream);
    connection.idle_since_ = connection.peer_->clock.now();
    if (result || connection.state_ != State::open) return;
    connection.session_.drop(stream);
    connection.output_.ring();
    connection.call_next();
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  HttpsConnection& connection;
  Http2Session::StreamId stream;
  Bell bell;
  std::optional<StreamResult> result;
};

std::shared_ptr<HttpsConnection> HttpsConnection::start(asio::any_io_executor executor,
                                                        std::shared_ptr<HttpsPeer> peer) {
  auto connection = std::make_shared<HttpsConnection>(std::move(executor), std::move(peer));
  connection->spawn(run(connection));
  connection->spawn(watch(connection));
  return connection;
}

HttpsConnection::HttpsConnection(asio::any_io_executor executor, std::shared_ptr<HttpsPeer> peer)
    : executor_(std::move(executor)),
      peer_(std::move(peer)),
      session_([this](Http2Session::StreamId stream, StreamResult result) {
        on_result(stream, std::move(result));
      }),
      output_(executor_, peer_->clock),
      time_(executor_, peer_->clock),
      connect_until_(peer_->clock.now() + peer_->patience.connect),
      idle_since_(peer_->clock.now()) {}

void HttpsConnection::spawn(asio::awaitable<void> part) {
  asio::co_spawn(executor_, std::move(part), [self = shared_from_this()](std::exception_ptr error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      self->end(Failure::Kind::network, exception.what());
    }
  });
}

bool HttpsConnection::takes_requests() const {
  return state_ != State::closed && session_.accepts_requests();
}

void HttpsConnection::close() {
  end(Failure::Kind::cancelled, "closed by us");
}

// --- Connecting, reading, writing ---

asio::awaitable<void> HttpsConnection::run(std::shared_ptr<HttpsConnection> self) {
  const auto connected = co_await self->connect();
  if (!connected) {
    self->peer_->bootstrap.distrust();
    self->end(connected.error().kind, connected.error().detail);
  }
  if (self->state_ == State::closed) co_return;
  spdlog::debug("https: connected to {}", self->peer_->host);
  self->state_ = State::open;
  self->was_open_ = true;
  self->idle_since_ = self->peer_->clock.now();
  self->spawn(write(self));
  self->time_.ring();
  self->call_next();
  co_await self->read();
}

asio::awaitable<tl::expected<void, Failure>> HttpsConnection::connect() {
  const Deadline deadline(connect_until_);
  const auto addresses = co_await peer_->bootstrap.addresses(deadline);
  if (!addresses) co_return tl::unexpected(addresses.error());
  auto socket = co_await connect_race(peer_->clock, in_connect_order(*addresses, peer_->port), deadline);
  if (!socket) co_return tl::unexpected(socket.error());
  if (state_ == State::closed) co_return tl::unexpected(failure_);
  co_return co_await secure(std::move(*socket));
}

/// Its time is bounded by check_time(), which closes the socket.
asio::awaitable<tl::expected<void, Failure>> HttpsConnection::secure(asio::ip::tcp::socket socket) {
  const auto context = peer_->tls->get();
  if (!context) co_return tl::unexpected(context.error());
  asio::error_code error;
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  stream_.emplace(std::move(socket), **context);
  SSL* ssl = stream_->native_handle();
  if (!prepare_tls_client(ssl, peer_->host, peer_->sessions)) {
    co_return tl::unexpected(Failure{Failure::Kind::tls, "no certificate can be for this host name", {}});
  }
  co_await stream_->async_handshake(asio::ssl::stream_base::client,
                                    asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return tl::unexpected(Failure{Failure::Kind::tls, handshake_failure(ssl, error), {}});
  if (!agreed_on_http2(ssl)) {
    co_return tl::unexpected(Failure{Failure::Kind::tls, "the server does not agree to HTTP/2", {}});
  }
  co_return tl::expected<void, Failure>();
}

asio::awaitable<void> HttpsConnection::read() {
  while (state_ == State::open) {
    asio::error_code error;
    const auto size = co_await stream_->async_read_some(asio::buffer(received_),
                                                        asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      end(Failure::Kind::network, fmt::format("the server closed the connection: {}", error.message()));
    } else {
      heard(size);
    }
  }
}

void HttpsConnection::heard(std::size_t octets) {
  const auto fed = session_.feed({received_.data(), octets});
  pinged_ = false;
  silent_since_.reset();
  if (!pending_.empty()) silent_since_ = peer_->clock.now();
  output_.ring();
  if (!fed) end(Failure::Kind::protocol, fmt::format("HTTP/2: {}", fed.error()));
  call_next();
}

asio::awaitable<void> HttpsConnection::write(std::shared_ptr<HttpsConnection> self) {
  while (self->state_ == State::open) {
    const auto output = self->session_.take_output();
    if (output.empty()) {
      if (self->session_.finished()) self->end(Failure::Kind::network, "the session is over");
      co_await self->output_.wait_until(Instant::max());
      continue;
    }
    asio::error_code error;
    co_await asio::async_write(*self->stream_, asio::buffer(output),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) self->end(Failure::Kind::network, fmt::format("cannot send: {}", error.message()));
  }
}

// --- Time ---

asio::awaitable<void> HttpsConnection::watch(std::shared_ptr<HttpsConnection> self) {
  while (self->state_ != State::closed) {
    co_await self->time_.wait_until(self->next_check());
    self->check_time();
  }
}

Instant HttpsConnection::next_check() const {
  const auto& patience = peer_->patience;
  if (state_ == State::connecting) return connect_until_;
  if (!silent_since_) return idle_since_ + patience.idle;
  return *silent_since_ + patience.silence + (pinged_ ? patience.ping_answer : Duration::zero());
}

void HttpsConnection::check_time() {
  if (state_ == State::closed || peer_->clock.now() < next_check()) return;
  if (state_ == State::connecting) {
    end(Failure::Kind::timeout, "connecting took too long");
  } else if (!silent_since_) {
    leave_idle();
  } else if (pinged_) {
    end(Failure::Kind::timeout, "the server has fallen silent");
  } else {
    pinged_ = true;
    session_.ping();
    output_.ring();
  }
}

/// Says goodbye first; a server that does not even take that is left without.
void HttpsConnection::leave_idle() {
  if (!session_.accepts_requests()) return end(Failure::Kind::network, "closed by us after being idle");
  session_.terminate();
  idle_since_ = peer_->clock.now();
  output_.ring();
}

// --- Requests ---

asio::awaitable<tl::expected<HttpsConnection::Answer, HttpsConnection::Refusal>> HttpsConnection::request(
    HttpRequest request, Deadline deadline) {
  const auto self = shared_from_this();
  auto turn = co_await wait_for_turn(deadline);
  if (!turn) co_return tl::unexpected(turn.error());
  const auto stream = session_.submit(std::move(request));
  if (!stream)
    co_return tl::unexpected(Refusal{{Failure::Kind::protocol, to_text(stream.error()), {}}, false});

  Pending pending(*this, *stream);
  const auto sent = peer_->clock.now();
  if (!silent_since_) {
    silent_since_ = sent;
    time_.ring();
  }
  output_.ring();
  co_await pending.bell.wait_until(deadline.at());
  if (!pending.result) {
    if (state_ == State::closed) co_return tl::unexpected(Refusal{failure_, true});
    co_return tl::unexpected(Refusal{{Failure::Kind::timeout, "no response in time", {}}, false});
  }
  if (!*pending.result) {
    const auto error = pending.result->error();
    co_return tl::unexpected(
        Refusal{{Failure::Kind::protocol, to_text(error), {}}, error == StreamError::unprocessed});
  }
  co_return Answer{std::move(**pending.result), peer_->clock.now() - sent};
}

asio::awaitable<tl::expected<void, HttpsConnection::Refusal>> HttpsConnection::wait_for_turn(
    Deadline deadline) {
  Turn turn(*this);
  while (takes_requests()) {
    if (state_ == State::open && session_.has_room() && turns_.front() == &turn) {
      co_return tl::expected<void, Refusal>();
    }
    if (deadline.passed(peer_->clock.now())) {
      const auto* reason = state_ == State::open ? "no free stream in time" : "no connection in time";
      co_return tl::unexpected(Refusal{{Failure::Kind::timeout, reason, {}}, false});
    }
    co_await turn.bell.wait_until(deadline.at());
  }
  if (state_ == State::closed) co_return tl::unexpected(Refusal{failure_, was_open_});
  co_return tl::unexpected(Refusal{{Failure::Kind::network, "the server is going away", {}}, true});
}

void HttpsConnection::on_result(Http2Session::StreamId stream, StreamResult result) {
  const auto found = pending_.find(stream);
  if (found == pending_.end()) return;
  found->second->result = std::move(result);
  found->second->bell.ring();
  pending_.erase(found);
}

/// Wakes whoever can go on: the first of the queue, or all when nobody will get a turn any more.
void HttpsConnection::call_next() {
  if (turns_.empty()) return;
  if (!takes_requests()) {
    for (auto* turn : turns_) turn->bell.ring();
  } else if (state_ == State::open && session_.has_room()) {
    turns_.front()->bell.ring();
  }
}

void HttpsConnection::end(Failure::Kind kind, std::string detail) {
  if (state_ == State::closed) return;
  spdlog::debug("https: connection to {} ended: {}", peer_->host, detail);
  state_ = State::closed;
  failure_ = {kind, std::move(detail), {}};
  asio::error_code ignored;
  if (stream_) stream_->lowest_layer().close(ignored);
  for (const auto& [stream, pending] : pending_) pending->bell.ring();
  call_next();
  output_.ring();
  time_.ring();
}

}  // namespace tributary::resolver
