#include "resolver/listener/udp_listener.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "resolver/listener/failure_log.hpp"

namespace tributary::resolver {
namespace {

/// Batches in a row before others on the event loop have their turn.
constexpr int rounds_in_a_row = 8;
/// And so many queries that wait: what comes faster than it can be answered stays with the kernel, where it
/// takes less room. With thousands under way none of their memory is in the processor's cache when it is
/// needed.
constexpr std::size_t most_begun_in_a_row = UdpBatch::capacity;

}  // namespace

UdpListener::UdpListener(asio::ip::udp::socket socket, UdpService& service)
    : socket_(std::move(socket)),
      service_(service),
      clock_(service.clock),
      counters_(service.counters),
      local_{socket_.local_endpoint().address(), socket_.local_endpoint().port()},
      arrivals_(counters_.arrivals.of({local_.to_text(), "udp"})),
      restart_(service.timers, [this] {
        if (!serving_ && !stopping_) start();
      }) {}

void UdpListener::start() {
  serving_ = true;
  try {
    asio::co_spawn(socket_.get_executor(), serve(this), [this](const std::exception_ptr& failure) {
      serving_ = false;
      service_.failures.note("serving UDP", failure);
      if (failure) restart_.soon();  // One bad query must not end the service for all.
    });
  } catch (...) {
    serving_ = false;
    throw;
  }
}

void UdpListener::stop_accepting() {
  stopping_ = true;
  asio::error_code ignored;
  socket_.cancel(ignored);
}

void UdpListener::resume() {
  stopping_ = false;
  if (!serving_) start();
}

asio::awaitable<void> UdpListener::serve(UdpListener* self) {
  while (!self->stopping_) {
    asio::error_code ignored;
    co_await self->socket_.async_wait(asio::socket_base::wait_read,
                                      asio::redirect_error(asio::use_awaitable, ignored));
    // While one batch was answered, the next has come in, if there is much to do.
    const std::size_t most_pending = self->pending_ + most_begun_in_a_row;
    for (int round = 0; round < rounds_in_a_row && self->pending_ < most_pending; ++round)
      if (!self->serve_batch()) break;
  }
}

bool UdpListener::serve_batch() {
  const std::size_t received = batch_->receive(socket_.native_handle());
  if (received == 0) return false;
  counters_.udp_received.add(received);
  const Instant now = clock_.now();
  asked_.clear();
  places_.clear();
  for (std::size_t index = 0; index < received; ++index) ask(index, now);
  const std::size_t cached = answer_asked();
  counters_.udp_replies_lost.add(batch_->send(socket_.native_handle()));
  if (cached > 0) counters_.cached.add(clock_.read() - now, cached);
  return true;
}

void UdpListener::ask(std::size_t index, Instant received) {
  if (is_bad_source(batch_->path(index))) return counters_.udp_dropped_bad_source.add();
  const auto from = batch_->path(index).client();
  const ClientInfo client{from.address, Protocol::udp, received, from.port};
  asked_.push_back({batch_->message(index), client, batch_->reply_space(index)});
  places_.push_back(index);
}

std::size_t UdpListener::answer_asked() {
  service_.handler.answer_now(asked_);
  std::size_t cached = 0;
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    const auto& answer = asked_[i].answer;
    arrivals_.count(asked_[i].type);
    if (const auto* written = std::get_if<QueryHandler::Written>(&answer)) {
      batch_->queue_reply(places_[i], written->size);
      cached += written->cached;
    } else if (const auto* later = std::get_if<QueryHandler::Later>(&answer)) {
      answer_later(places_[i], asked_[i].client, *later);
    }
  }
  return cached;
}

void UdpListener::answer_later(std::size_t index, ClientInfo client, QueryHandler::Later later) {
  auto place = service_.shares.admit(client.address, client.received);
  if (!place) {
    const bool per_client = place.error() == ClientShares::Refusal::per_client;
    return (per_client ? counters_.udp_dropped_per_client : counters_.udp_dropped_overload).add();
  }
  if (place->crowded()) client.patience = crowded_patience;
  const auto message = batch_->message(index);
  service_.nursery.start(
      finish(this, {{message.begin(), message.end()}, batch_->path(index), client, later, std::move(*place)}),
      "a query over UDP");
}

Task<> UdpListener::finish(UdpListener* self, Waiting waiting) {
  ++self->pending_;
  std::exception_ptr failure;
  try {
    co_await self->answer(&waiting);
  } catch (...) {
    failure = std::current_exception();
  }
  --self->pending_;
  self->service_.failures.note("answering a query", failure);
}

Task<> UdpListener::answer(Waiting* waiting) {
  const auto& client = waiting->client;
  const auto reply =
      co_await service_.handler.answer_later(std::move(waiting->message), client, waiting->later);
  if (reply.empty()) co_return;
  const Instant now = clock_.now();
  const auto slot = waiting->place.take_slot(client.received, now);
  if (slot <= ClientShare::slot_at(now)) co_return send(reply, *waiting);
  co_await send_in_turn({reply.begin(), reply.end()}, waiting, slot);
}

/// Who wakes too late for its slot takes another one: what has been held up is not to leave all at once.
Task<> UdpListener::send_in_turn(std::vector<std::uint8_t> reply, Waiting* waiting, std::int64_t slot) {
  Alarm turn(service_.timers);
  Instant now = clock_.now();
  while (slot != ClientShare::slot_at(now) && now < waiting->client.received + latest_reply) {
    co_await turn.wait_until(ClientShare::begin_of(slot));
    now = clock_.now();
    if (slot < ClientShare::slot_at(now)) slot = waiting->place.take_slot(waiting->client.received, now);
  }
  send(reply, *waiting);
}

void UdpListener::send(std::span<const std::uint8_t> reply, const Waiting& waiting) {
  const Duration took = clock_.now() - waiting.client.received;
  if (took > latest_reply && waiting.place.crowded()) return counters_.udp_dropped_too_late.add();
  send_soon(reply, waiting.path);
  counters_.uncached.add(took);
}

/// What other queries are answered with in this turn of the event loop goes out with the same system call.
void UdpListener::send_soon(std::span<const std::uint8_t> reply, const ReturnPath& path) {
  if (late_->empty()) asio::post(socket_.get_executor(), [this] { send_late(); });
  if (late_->full()) send_late();
  late_->add(reply, path);
}

void UdpListener::send_late() {
  counters_.udp_replies_lost.add(late_->send(socket_.native_handle()));
}

/// Nobody can be answered at port 0, and what claims to come from ourselves would be answered to ourselves.
bool UdpListener::is_bad_source(const ReturnPath& path) const {
  const auto client = path.client();
  if (client.port == 0) return true;
  const auto asked = local_.address.is_unspecified() ? path.asked() : local_.address;
  return client.port == local_.port && client.address == asked;
}

}  // namespace tributary::resolver
