#include <netinet/tcp.h>
#include <poll.h>

#include <deque>

#include "bench/load/load.hpp"
#include "bench/loopback_socket.hpp"

namespace tributary::load {
namespace {

/// A connection with a share of the window. Messages stand behind their length (RFC 1035 §4.2.2).
class Connection {
 public:
  Connection(Exchange& exchange, std::size_t window) : exchange_(exchange), window_(window) {
    const int at_once = 1;
    checked(setsockopt(handle(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once), "setsockopt");
    socket_.connect_to(exchange.plan().port);
  }

  int handle() const { return socket_.handle(); }

  /// As many queries as the window has room for, in one write.
  void send(Clock::time_point now) {
    std::vector<std::uint8_t>& out = outgoing_;
    out.clear();
    for (auto count = std::min(window_ - waiting_, exchange_.sendable(now)); count > 0; --count, ++waiting_) {
      const auto query = exchange_.query(now);
      out.insert(out.end(),
                 {static_cast<std::uint8_t>(query.size() >> 8), static_cast<std::uint8_t>(query.size())});
      out.insert(out.end(), query.begin(), query.end());
    }
    for (std::size_t sent = 0; sent < out.size();)
      sent += static_cast<std::size_t>(
          checked(::send(handle(), &out[sent], out.size() - sent, MSG_NOSIGNAL), "send"));
  }

  /// What is there, with one read.
  void receive() {
    const auto size = checked(recv(handle(), &incoming_[filled_], incoming_.size() - filled_, 0), "recv");
    if (size == 0) throw std::runtime_error("the server has closed a TCP connection");
    filled_ += static_cast<std::size_t>(size);
    const auto now = Clock::now();
    std::size_t at = 0;
    for (auto end = end_of_message(at); end <= filled_; at = end, end = end_of_message(at), --waiting_)
      exchange_.receive({&incoming_[at + 2], end - at - 2}, now);
    std::copy(&incoming_[at], &incoming_[filled_], incoming_.begin());
    filled_ -= at;
  }

 private:
  /// Beyond what was received if the message that begins at `at` is not complete.
  std::size_t end_of_message(std::size_t at) const {
    if (at + 2 > filled_) return filled_ + 1;
    return at + 2 + (std::size_t{incoming_[at]} << 8 | incoming_[at + 1]);
  }

  Exchange& exchange_;
  std::size_t window_, waiting_ = 0;
  LoopbackSocket socket_{SOCK_STREAM};
  std::vector<std::uint8_t> outgoing_;
  std::vector<std::uint8_t> incoming_ = std::vector<std::uint8_t>(1 << 17);  // at least one whole message
  std::size_t filled_ = 0;
};

}  // namespace

void run_tcp(Exchange& exchange) {
  const Plan& plan = exchange.plan();
  std::deque<Connection> connections;
  std::vector<pollfd> readable;
  for (std::size_t i = 0; i < plan.connections; ++i) {
    const auto& connection = connections.emplace_back(exchange, plan.window / plan.connections);
    readable.push_back({.fd = connection.handle(), .events = POLLIN, .revents = 0});
  }
  for (auto now = Clock::now(); exchange.alive(now); now = Clock::now()) {
    for (auto& connection : connections) connection.send(now);
    checked(poll(readable.data(), readable.size(), 50), "poll");
    for (std::size_t i = 0; i < plan.connections; ++i)
      if (readable[i].revents != 0) connections[i].receive();
    exchange.give_up(Clock::now());
  }
}

}  // namespace tributary::load
