#include "bench/load/datagram_batch.hpp"
#include "bench/load/load.hpp"

namespace tributary::load {
namespace {

/// A client's socket, what it sends, and what it receives.
class Client {
 public:
  explicit Client(Exchange& exchange) : exchange_(exchange) {
    socket_.widen_buffers();
    socket_.limit_wait(std::chrono::milliseconds(50));
    socket_.connect_to(exchange.plan().port);
  }

  /// `time_of(i)` is when the i-th of `count` queries is sent. Requires: count <= DatagramBatch::capacity.
  template <typename TimeOf>
  void send(std::size_t count, TimeOf&& time_of) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto query = exchange_.query(time_of(i));
      outgoing_.resize(i, query.size());
      std::ranges::copy(query, outgoing_.datagram(i).begin());
    }
    outgoing_.send(socket_, count);
  }

  void receive(int flags) {
    const auto count = incoming_.receive(socket_, flags);
    const auto now = Clock::now();
    for (std::size_t i = 0; i < count; ++i) exchange_.receive(incoming_.datagram(i), now);
    exchange_.give_up(now);
  }

 private:
  Exchange& exchange_;
  LoopbackSocket socket_{SOCK_DGRAM};
  DatagramBatch outgoing_{true}, incoming_{true};
};

}  // namespace

void run_udp_closed(Exchange& exchange) {
  Client client(exchange);
  for (auto now = Clock::now(); exchange.alive(now); now = Clock::now()) {
    const auto room = exchange.plan().window - exchange.waiting();
    const auto count = std::min({room, DatagramBatch::capacity, exchange.sendable(now)});
    if (count > 0) client.send(count, [now](std::size_t) { return now; });
    client.receive(MSG_WAITFORONE);
  }
}

void run_udp_paced(Exchange& exchange) {
  Client client(exchange);
  const std::chrono::duration<double> distance(1 / exchange.plan().rate);
  const auto due = [&](std::size_t number) {
    return exchange.start() +
           std::chrono::duration_cast<Clock::duration>(distance * static_cast<double>(number));
  };
  std::size_t sent = 0;
  for (auto now = Clock::now(); exchange.alive(now); now = Clock::now()) {
    const auto most = std::min(DatagramBatch::capacity, exchange.sendable(now));
    std::size_t count = 0;
    while (count < most && due(sent + count) <= now) ++count;
    if (count > 0) client.send(count, [&](std::size_t i) { return due(sent + i); });
    sent += count;
    client.receive(MSG_DONTWAIT);  // without sleeping: a client's own wake-up is not what is measured
  }
}

}  // namespace tributary::load
