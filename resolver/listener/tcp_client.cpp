// One coroutine a connection waits for one bell, and each time does whatever can be done without blocking:
// read once, answer what is complete, write. Readiness of the socket, finished queries and the idle timeout
// all ring that bell, so that nothing here happens at the same time as anything else.
#include "resolver/listener/tcp_client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <asio/buffer.hpp>

namespace tributary::resolver {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t read_size = 8 * 1024;
/// With that many octets not taken by the client, nothing more is read from it.
constexpr std::size_t most_unsent = 64 * 1024;
/// Each message follows its length in two octets (RFC 1035 §4.2.2).
constexpr std::size_t length_size = 2;

/// Drops what has been dealt with, and the memory when nothing is left.
void remove_front(Octets& octets, std::size_t count) {
  if (count == octets.size()) {
    octets = Octets();
  } else {
    octets.erase(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace

TcpClient::TcpClient(asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer,
                     ConnectionLimits::Admission admission, ArrivalCounters& arrivals, TcpService& service)
    : socket_(std::move(socket)),
      peer_(peer),
      admission_(std::move(admission)),
      arrivals_(arrivals),
      service_(service),
      event_(socket_.get_executor(), service.clock),
      last_progress_(service.clock.now()) {
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  // Replies are gathered here already; Nagle's algorithm would only delay them.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

asio::awaitable<void> TcpClient::serve(std::shared_ptr<TcpClient> self) {
  for (self->step(); self->socket_.is_open(); self->step()) {
    co_await self->event_.wait_until(self->expiry());
  }
}

void TcpClient::drain() {
  draining_ = true;
  readable_ = true;
  event_.ring();
}

void TcpClient::close() {
  asio::error_code ignored;
  socket_.close(ignored);
  received_ = Octets();
  unsent_ = Octets();
}

void TcpClient::make_way() {
  close();
  admission_.reset();
  event_.ring();
}

void TcpClient::step() {
  if (readable_) read();
  const Instant began = service_.clock.now();
  do {
    answer_received();
    send();
  } while (has_room() && message_at(0));
  if (cached_ > 0) service_.counters.cached.add(service_.clock.read() - began, std::exchange(cached_, 0));
  if (finished()) return close();
  if (service_.clock.now() >= expiry()) {
    service_.counters.tcp_closed_idle.add();
    return close();
  }
  await_input();
}

bool TcpClient::finished() const {
  return !socket_.is_open() || (input_ended_ && in_flight_ == 0 && unsent_.empty());
}

bool TcpClient::has_room() const {
  return in_flight_ < service_.config.queries_per_connection && unsent_.size() < most_unsent;
}

Instant TcpClient::expiry() const {
  return in_flight_ > 0 ? Instant::max() : last_progress_ + service_.config.idle_timeout;
}

void TcpClient::read() {
  readable_ = false;
  const std::size_t kept = received_.size();
  received_.resize(kept + read_size);
  asio::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(received_.data() + kept, read_size), error);
  received_.resize(kept + count);
  input_ended_ = draining_ || error == asio::error::eof;
  if (error && error != asio::error::eof && error != asio::error::would_block) close();
}

void TcpClient::answer_received() {
  std::size_t done = 0;
  while (has_room()) {
    const auto message = message_at(done);
    if (!message) break;
    answer(*message);
    done += length_size + message->size();
  }
  remove_front(received_, done);
}

std::optional<std::span<const std::uint8_t>> TcpClient::message_at(std::size_t offset) const {
  const auto rest = std::span(received_).subspan(offset);
  if (rest.size() < length_size) return std::nullopt;
  const std::size_t length = std::size_t{rest[0]} << 8 | rest[1];
  if (rest.size() < length_size + length) return std::nullopt;
  return rest.subspan(length_size, length);
}

void TcpClient::answer(std::span<const std::uint8_t> message) {
  last_progress_ = service_.clock.now();
  service_.counters.tcp_received.add();
  const ClientInfo client{peer_.address(), Protocol::tcp, last_progress_, peer_.port()};
  QueryHandler::Asked asked{message, client, service_.reply_space};
  service_.handler.answer_now(std::span(&asked, 1));
  arrivals_.count(asked.type);
  if (const auto* written = std::get_if<QueryHandler::Written>(&asked.answer)) {
    queue_reply(std::span(service_.reply_space).first(written->size));
    cached_ += written->cached;
  } else if (const auto* later = std::get_if<QueryHandler::Later>(&asked.answer)) {
    answer_later(message, client, *later);
  }
}

void TcpClient::answer_later(std::span<const std::uint8_t> message, const ClientInfo& client,
                             QueryHandler::Later later) {
  ++in_flight_;
  service_.nursery.start(finish(shared_from_this(), {message.begin(), message.end()}, client, later),
                         "a query over TCP");
}

Task<> TcpClient::finish(std::shared_ptr<TcpClient> self, std::vector<std::uint8_t> message,
                         ClientInfo client, QueryHandler::Later later) {
  std::exception_ptr failure;
  try {
    const auto reply = co_await self->service_.handler.answer_later(std::move(message), client, later);
    if (!reply.empty() && self->socket_.is_open()) {
      self->queue_reply(reply);
      self->service_.counters.uncached.add(self->service_.clock.now() - client.received);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  --self->in_flight_;
  self->last_progress_ = self->service_.clock.now();
  self->service_.failures.note("answering a query", failure);
  self->event_.ring();
}

void TcpClient::queue_reply(std::span<const std::uint8_t> reply) {
  const std::array length{static_cast<std::uint8_t>(reply.size() >> 8),
                          static_cast<std::uint8_t>(reply.size())};
  unsent_.insert(unsent_.end(), length.begin(), length.end());
  unsent_.insert(unsent_.end(), reply.begin(), reply.end());
}

void TcpClient::send() {
  if (unsent_.empty() || awaiting_output_) return;
  std::size_t sent = 0;
  asio::error_code error;
  while (sent < unsent_.size() && !error) sent += socket_.write_some(asio::buffer(unsent_) + sent, error);
  remove_front(unsent_, sent);
  if (error == asio::error::would_block) {
    await_output();
  } else if (error) {
    close();
  } else {
    last_progress_ = service_.clock.now();
  }
}

void TcpClient::await_input() {
  if (awaiting_input_ || input_ended_ || !has_room()) return;
  awaiting_input_ = true;
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](const asio::error_code&) {
    self->awaiting_input_ = false;
    self->readable_ = true;
    self->event_.ring();
  });
}

void TcpClient::await_output() {
  awaiting_output_ = true;
  socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](const asio::error_code&) {
    self->awaiting_output_ = false;
    self->event_.ring();
  });
}

}  // namespace tributary::resolver
