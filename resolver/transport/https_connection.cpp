#include "resolver/transport/https_connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "resolver/transport/tcp_path.hpp"

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
      next_ping_(peer_->clock.now()),
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

bool HttpsConnection::takes_more() const {
  return state_ != State::closed && !in_doubt_ && session_.accepts_requests();
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
  self->serve_queue();
  self->peer_->on_change();
  co_await self->read();
}

asio::awaitable<tl::expected<void, Failure>> HttpsConnection::connect() {
  const Deadline deadline(connect_until_);
  const auto context = peer_->tls->get();
  if (!context) co_return tl::unexpected(context.error());
  step_ = fmt::format("looking up {}", peer_->host);
  const auto addresses = co_await peer_->bootstrap.addresses(deadline);
  if (!addresses) co_return tl::unexpected(addresses.error());
  auto untried = in_connect_order(*addresses, peer_->port);
  tl::expected<void, Failure> secured;
  do {
    step_ = connecting_text(untried);
    auto connected = co_await connect_race(peer_->clock, untried, deadline);
    if (!connected) co_return tl::unexpected(secured ? connected.error() : secured.error());
    if (state_ == State::closed) co_return tl::unexpected(failure_);
    std::erase(untried, connected->endpoint);
    handshake_until_ = untried.empty() ? Instant::max() : peer_->clock.now() + peer_->patience.handshake;
    secured = co_await secure(std::move(*connected), **context);
  } while (!secured && !untried.empty() && state_ != State::closed);
  co_return secured;
}

asio::awaitable<tl::expected<void, Failure>> HttpsConnection::secure(Connected connected,
                                                                     asio::ssl::context& context) {
  const auto place = place_text(connected.endpoint);
  step_ = fmt::format("the TLS handshake with {}", place);
  asio::error_code error;
  connected.socket.set_option(asio::ip::tcp::no_delay(true), error);
  stream_.emplace(std::move(connected.socket), context);
  SSL* ssl = stream_->native_handle();
  if (!prepare_tls_client(ssl, peer_->host, peer_->sessions)) {
    co_return tl::unexpected(Failure{Failure::Kind::tls, "no certificate can be for this host name", {}});
  }
  error = co_await shake_hands();
  const auto failure = [&place](const std::string& why) {
    return tl::unexpected(Failure{Failure::Kind::tls, fmt::format("{}: {}", place, why), {}});
  };
  if (error) co_return failure(handshake_failure(ssl, error));
  if (!agreed_on_http2(ssl)) co_return failure("the server does not agree to HTTP/2");
  co_return tl::expected<void, Failure>();
}

/// Its time is bounded by check_time(), which closes the socket.
asio::awaitable<asio::error_code> HttpsConnection::shake_hands() {
  asio::error_code error;
  time_.ring();
  co_await stream_->async_handshake(asio::ssl::stream_base::client,
                                    asio::redirect_error(asio::use_awaitable, error));
  handshake_until_ = Instant::max();
  co_return error;
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
  pinged_at_.reset();
  silent_since_.reset();
  if (!sent_.empty()) {
    silent_since_ = peer_->clock.now();
  } else if (peer_->keep_ready) {
    idle_since_ = peer_->clock.now();  // Else a server that sends PINGs would keep it open.
  }
  output_.ring();
  if (!fed) end(Failure::Kind::protocol, fmt::format("HTTP/2: {}", fed.error()));
  if (!takes_more()) peer_->on_change();
  serve_queue();
  end_if_deserted();
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
  if (state_ == State::connecting) return std::min(connect_until_, handshake_until_);
  if (pinged_at_) return *pinged_at_ + (in_doubt_ ? patience.ping_answer : ping_time_);
  if (silent_since_) return std::max(*silent_since_ + patience.silence, next_ping_);
  return idle_since_ + (peer_->keep_ready && takes_more() ? patience.keep_alive : patience.idle);
}

void HttpsConnection::check_time() {
  const Instant now = peer_->clock.now();
  if (state_ == State::closed || now < next_check()) return;
  if (state_ == State::connecting) return check_connecting(now);
  if (pinged_at_ && in_doubt_) return end(Failure::Kind::timeout, "the server has fallen silent");
  if (pinged_at_) return begin_to_doubt();
  if (silent_since_ || (peer_->keep_ready && takes_more())) return ping();
  leave_idle();
}

void HttpsConnection::check_connecting(Instant now) {
  if (now >= connect_until_) return end(Failure::Kind::timeout, step_ + " took too long");
  handshake_until_ = Instant::max();
  asio::error_code ignored;
  stream_->lowest_layer().close(ignored);  // The next address has its turn.
}

void HttpsConnection::ping() {
  pinged_at_ = peer_->clock.now();
  next_ping_ = *pinged_at_ + peer_->patience.ping_interval;
  ping_time_ = time_for_ping();
  session_.ping();
  output_.ring();
}

/// Two round trips as the kernel has measured them, within the bounds of our patience.
Duration HttpsConnection::time_for_ping() {
  const auto round_trips = 2 * tcp_path(stream_->lowest_layer().native_handle()).round_trip;
  return std::clamp(round_trips, peer_->patience.doubt, peer_->patience.ping_answer);
}

void HttpsConnection::begin_to_doubt() {
  spdlog::debug("https: {} gives no sign of life", peer_->host);
  in_doubt_ = true;
  for (const auto& [stream, request] : sent_) request->bell_.ring();
  refuse_queue();
  peer_->on_change();
  end_if_deserted();
}

void HttpsConnection::end_if_deserted() {
  if (in_doubt_ && sent_.empty()) end(Failure::Kind::timeout, "the server has fallen silent");
}

/// Says goodbye first; a server that does not even take that is left without.
void HttpsConnection::leave_idle() {
  if (!session_.accepts_requests()) return end(Failure::Kind::network, "closed by us after being idle");
  session_.terminate();
  idle_since_ = peer_->clock.now();
  output_.ring();
}

// --- Requests ---

void HttpsConnection::join(HttpsRequest& request) {
  queue_.push_back(&request);
  serve_queue();
}

void HttpsConnection::leave(HttpsRequest& request) {
  std::erase(queue_, &request);
  if (!request.stream_) return;
  idle_since_ = peer_->clock.now();
  if (sent_.erase(*request.stream_) == 0 || state_ != State::open) return;
  session_.drop(*request.stream_);
  output_.ring();
  serve_queue();
  end_if_deserted();
}

/// Sends what there is room for; refuses the rest when nothing will be sent any more.
void HttpsConnection::serve_queue() {
  if (!takes_more()) return refuse_queue();
  while (state_ == State::open && !queue_.empty() && session_.has_room()) {
    HttpsRequest& first = *queue_.front();
    queue_.pop_front();
    send(first);
  }
}

void HttpsConnection::send(HttpsRequest& request) {
  const auto stream = session_.submit(std::move(request.message_));
  if (!stream) {
    return request.finish(
        tl::unexpected(HttpsRequest::Refusal{{Failure::Kind::protocol, to_text(stream.error()), {}}, false}));
  }
  request.stream_ = *stream;
  request.sent_at_ = peer_->clock.now();
  sent_.emplace(*stream, &request);
  output_.ring();
  if (silent_since_) return;
  silent_since_ = request.sent_at_;
  time_.ring();
}

void HttpsConnection::refuse_queue() {
  for (auto* request : std::exchange(queue_, {})) request->finish(tl::unexpected(refusal()));
}

HttpsRequest::Refusal HttpsConnection::refusal() const {
  if (state_ != State::closed)
    return {{Failure::Kind::network, "the server takes no more requests", {}}, true};
  return {failure_, was_open_ || failure_.kind == Failure::Kind::cancelled};
}

void HttpsConnection::on_result(Http2Session::StreamId stream, StreamResult result) {
  const auto found = sent_.find(stream);
  if (found == sent_.end()) return;
  HttpsRequest& request = *found->second;
  sent_.erase(found);
  if (result) {
    return request.finish(HttpsRequest::Answer{std::move(*result), peer_->clock.now() - request.sent_at_});
  }
  const auto error = result.error();
  request.finish(tl::unexpected(HttpsRequest::Refusal{{Failure::Kind::protocol, to_text(error), {}},
                                                      error == StreamError::unprocessed}));
}

void HttpsConnection::end(Failure::Kind kind, std::string detail) {
  if (state_ == State::closed) return;
  spdlog::debug("https: connection to {} ended: {}", peer_->host, detail);
  state_ = State::closed;
  failure_ = {kind, std::move(detail), {}, !was_open_};
  asio::error_code ignored;
  if (stream_) stream_->lowest_layer().close(ignored);
  for (const auto& [stream, request] : std::exchange(sent_, {})) request->finish(tl::unexpected(refusal()));
  refuse_queue();
  output_.ring();
  time_.ring();
  peer_->on_change();
}

}  // namespace tributary::resolver
