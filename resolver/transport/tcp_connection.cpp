#include "resolver/transport/tcp_connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "base/spawn.hpp"
#include "resolver/transport/tcp_path.hpp"

namespace tributary::resolver {

using asio::ip::tcp;

namespace {

Failure network_failure(std::string detail) {
  return {Failure::Kind::network, std::move(detail), {}};
}

}  // namespace

/// An exchange in flight; lives in its coroutine's frame and unlinks itself with it.
class TcpConnection::Pending {
 public:
  Pending(TcpConnection& connection, OutgoingQuery& sent_query)
      : query(sent_query), bell(connection.executor_, connection.clock_), connection_(connection) {
    query.renumber(connection.unused_id());
    connection.pending_.emplace(query.id(), this);
    connection.unsent_.push_back(query.id());
    connection.work_.ring();
  }
  ~Pending() { connection_.unlink(query.id()); }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  void finish(tl::expected<Received, Failure> result) {
    if (outcome) return;
    outcome = std::move(result);
    bell.ring();
  }

  OutgoingQuery& query;
  Bell bell;
  std::optional<Instant> sent;
  std::uint64_t ends_at = 0;  // octets of the connection with which it has been sent
  std::optional<tl::expected<Received, Failure>> outcome;

 private:
  TcpConnection& connection_;
};

std::shared_ptr<TcpConnection> TcpConnection::open(asio::any_io_executor executor, Clock& clock,
                                                   Random& random, Options options) {
  const std::shared_ptr<TcpConnection> connection(
      new TcpConnection(executor, clock, random, std::move(options)));
  spawn(executor, connect_and_write(connection), "writing to a TCP upstream");
  return connection;
}

TcpConnection::TcpConnection(asio::any_io_executor executor, Clock& clock, Random& random, Options options)
    : executor_(executor),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      socket_(executor),
      work_(executor, clock),
      last_used_(clock.now()) {}

bool TcpConnection::takes_more() const {
  return state_ != State::closed && !retired_ && pending_.size() < most_in_flight;
}

void TcpConnection::retire() {
  retired_ = true;
  options_.on_change();
  if (pending_.empty()) close(network_failure("the connection was given up"));
}

void TcpConnection::abandon() {
  close({Failure::Kind::cancelled, "closed by us", {}});
}

asio::awaitable<tl::expected<Received, Failure>> TcpConnection::ask(OutgoingQuery query, Deadline deadline) {
  const auto self = shared_from_this();
  if (state_ == State::closed) co_return tl::unexpected(closed_because_);
  Pending pending(*this, query);
  for (Instant now = clock_.now(); !pending.outcome && !deadline.passed(now); now = clock_.now()) {
    co_await pending.bell.wait_until(deadline.sooner(now + stall_limit).at());
    if (pending.outcome || !stalled(pending)) continue;
    retire();
    co_return tl::unexpected(network_failure("the server acknowledges nothing"));
  }
  if (pending.outcome) co_return std::move(*pending.outcome);
  if (pending.sent && last_heard_ < *pending.sent) retire();
  co_return tl::unexpected(Failure{Failure::Kind::timeout, "no reply over TCP", {}});
}

bool TcpConnection::stalled(const Pending& pending) {
  if (state_ != State::established || !pending.sent || last_heard_ >= *pending.sent) return false;
  const auto path = tcp_path(socket_.native_handle());
  const Duration limit = std::max<Duration>(stall_limit, 2 * path.round_trip);
  return path.acknowledged < pending.ends_at && clock_.now() - *pending.sent >= limit;
}

asio::awaitable<void> TcpConnection::connect_and_write(std::shared_ptr<TcpConnection> self) {
  if (!co_await self->connect()) co_return;
  spawn(self->executor_, read_replies(self), "reading from a TCP upstream");
  while (self->state_ == State::established) {
    auto frames = self->take_unsent();
    if (frames.empty()) {
      co_await self->wait_for_work();
    } else {
      co_await self->write(std::move(frames));
    }
  }
}

asio::awaitable<bool> TcpConnection::connect() {
  const auto give_up_at = clock_.now() + connect_limit;
  const auto result = std::make_shared<std::optional<asio::error_code>>();
  socket_.async_connect(options_.server, [self = shared_from_this(), result](asio::error_code error) {
    *result = error;
    self->work_.ring();
  });
  // The bell rings for new queries too.
  while (!*result && state_ == State::connecting && clock_.now() < give_up_at) {
    co_await work_.wait_until(give_up_at);
  }
  if (state_ == State::closed) co_return false;
  if (!*result || **result) {
    auto failure =
        network_failure(*result ? "connecting: " + (*result)->message() : "connecting took too long");
    failure.connecting = true;
    close(std::move(failure));
    co_return false;
  }
  state_ = State::established;
  established_ = true;
  tune();
  options_.on_change();
  co_return true;
}

/// A kept connection is looked after by the kernel: it is lost after 30 s without traffic and three probes.
void TcpConnection::tune() {
  using Option = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  using Count = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
  asio::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  if (!options_.keep) return;
  socket_.set_option(Option(30), ignored);
  socket_.set_option(Interval(5), ignored);
  socket_.set_option(Count(3), ignored);
  socket_.set_option(tcp::socket::keep_alive(true), ignored);
}

asio::awaitable<void> TcpConnection::write(std::vector<std::uint8_t> frames) {
  asio::error_code error;
  co_await asio::async_write(socket_, asio::buffer(frames), asio::redirect_error(asio::use_awaitable, error));
  if (error) close(network_failure("writing: " + error.message()));
}

asio::awaitable<void> TcpConnection::wait_for_work() {
  const bool may_rest = options_.keep && !retired_;
  const auto until = may_rest ? Instant::max() : (pending_.empty() ? last_used_ : clock_.now()) + idle_limit;
  const bool rung = co_await work_.wait_until(until);
  if (!rung && !may_rest && pending_.empty() && clock_.now() >= last_used_ + idle_limit) {
    close(network_failure("the connection was idle"));
  }
}

/// All waiting queries as frames of length and message, for one write (RFC 7766 §8).
std::vector<std::uint8_t> TcpConnection::take_unsent() {
  std::vector<std::uint8_t> frames;
  for (const auto id : std::exchange(unsent_, {})) {
    const auto found = pending_.find(id);
    if (found == pending_.end() || found->second->sent) continue;
    const auto& message = found->second->query.wire();
    frames.push_back(static_cast<std::uint8_t>(message.size() >> 8));
    frames.push_back(static_cast<std::uint8_t>(message.size() & 0xff));
    frames.insert(frames.end(), message.begin(), message.end());
    found->second->sent = clock_.now();
    found->second->ends_at = sent_ + frames.size();
  }
  sent_ += frames.size();
  return frames;
}

asio::awaitable<void> TcpConnection::read_replies(std::shared_ptr<TcpConnection> self) {
  while (self->state_ == State::established) {
    std::array<std::uint8_t, 2> length{};
    if (!co_await self->read(length)) co_return;
    std::vector<std::uint8_t> message(static_cast<std::size_t>(length[0] << 8 | length[1]));
    if (!co_await self->read(message)) co_return;
    self->deliver(std::move(message));
  }
}

asio::awaitable<bool> TcpConnection::read(std::span<std::uint8_t> out) {
  asio::error_code error;
  co_await asio::async_read(socket_, asio::buffer(out.data(), out.size()),
                            asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::eof) {
    close(network_failure("the server closed the connection"));
  } else if (error) {
    close(network_failure("reading: " + error.message()));
  }
  co_return !error;
}

void TcpConnection::deliver(std::vector<std::uint8_t> message) {
  last_heard_ = clock_.now();
  const auto header = dns::read_header(message);
  const auto found = header ? pending_.find(header->id) : pending_.end();
  if (found == pending_.end() || !found->second->sent) return;
  auto& pending = *found->second;
  const Match match = pending.query.match(message);
  if (match == Match::reply || match == Match::wrong_case || match == Match::bare_error) {
    pending.finish(Received{match, std::move(message), last_heard_ - *pending.sent});
  }
}

std::uint16_t TcpConnection::unused_id() {
  std::uint16_t id = random_.next_u16();
  while (pending_.contains(id)) id = random_.next_u16();
  return id;
}

void TcpConnection::unlink(std::uint16_t id) {
  pending_.erase(id);
  last_used_ = clock_.now();
  if (retired_ && pending_.empty()) close(network_failure("the connection was given up"));
}

void TcpConnection::close(const Failure& reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  closed_because_ = reason;
  asio::error_code ignored;
  socket_.close(ignored);
  work_.ring();
  for (const auto& [id, pending] : pending_) pending->finish(tl::unexpected(reason));
  options_.on_change();
}

}  // namespace tributary::resolver
