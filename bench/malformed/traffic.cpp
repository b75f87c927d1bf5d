#include "bench/malformed/traffic.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <limits>
#include <stdexcept>

#include "bench/loopback_socket.hpp"

namespace tributary::malformed {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds hit_interval{50'000};
/// So few, because no hit is sent while they are.
constexpr std::size_t flood_batch = 8;
/// Replies that come later than this count as lost.
constexpr nanoseconds patience = std::chrono::milliseconds(50);

/// The wall clock: that of the kernel's timestamps.
nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

/// Paced hits, and the times that their replies took.
class Hits {
 public:
  explicit Hits(std::uint16_t port) : sent_at_(1 << 16) {
    socket_.connect_to(port);
    socket_.set(SO_TIMESTAMPNS, 1);
    for (std::size_t i = 0; i < warm_names; ++i) queries_.push_back(hit(0, i));
  }

  void send() {
    const auto id = static_cast<std::uint16_t>(sent_);
    auto& query = queries_[sent_++ % queries_.size()];
    query[0] = static_cast<std::uint8_t>(id >> 8);
    query[1] = static_cast<std::uint8_t>(id);
    sent_at_[id] = now();
    ::send(socket_.handle(), query.data(), query.size(), MSG_DONTWAIT);
  }

  /// Takes all replies that are there.
  void receive() {
    while (receive_one()) {
    }
  }

  std::uint64_t sent() const { return sent_; }
  std::vector<double> take_latencies() { return std::move(latencies_); }

 private:
  bool receive_one() {
    std::array<std::uint8_t, 1232> reply;
    alignas(cmsghdr) std::array<std::uint8_t, 64> control;
    iovec buffer{reply.data(), reply.size()};
    msghdr message{};
    message.msg_iov = &buffer;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(socket_.handle(), &message, MSG_DONTWAIT) < 2) return false;
    const auto id = static_cast<std::size_t>(reply[0] << 8 | reply[1]);
    timespec arrived{};
    std::memcpy(&arrived, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof arrived);
    const auto time = std::chrono::seconds(arrived.tv_sec) + nanoseconds(arrived.tv_nsec) - sent_at_[id];
    latencies_.push_back(std::chrono::duration<double, std::micro>(time).count());
    return true;
  }

  LoopbackSocket socket_{SOCK_DGRAM};
  std::vector<Packet> queries_;
  std::vector<nanoseconds> sent_at_;
  std::vector<double> latencies_;
  std::uint64_t sent_ = 0;
};

/// Its replies are not read: the kernel drops them when they fill the smallest buffer there is.
class Flood {
 public:
  Flood(std::uint16_t port, const Kind& kind) {
    socket_.connect_to(port);
    socket_.set(SO_RCVBUF, 0);
    for (const auto& packet : kind.packets)
      buffers_.push_back({const_cast<std::uint8_t*>(packet.data()), packet.size()});
    for (auto& buffer : buffers_) {
      mmsghdr message{};
      message.msg_hdr.msg_iov = &buffer;
      message.msg_hdr.msg_iovlen = 1;
      messages_.push_back(message);
    }
  }

  /// Requires: the number of packets is a multiple of `flood_batch`.
  void send() {
    const int count = sendmmsg(socket_.handle(), messages_.data() + next_, flood_batch, MSG_DONTWAIT);
    if (count > 0) sent_ += static_cast<std::uint64_t>(count);
    next_ = (next_ + flood_batch) % messages_.size();
  }

  std::uint64_t sent() const { return sent_; }

 private:
  LoopbackSocket socket_{SOCK_DGRAM};
  std::vector<iovec> buffers_;
  std::vector<mmsghdr> messages_;
  std::size_t next_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace

double Traffic::percentile(double part) const {
  if (latencies.empty()) return std::numeric_limits<double>::infinity();
  return latencies[static_cast<std::size_t>(part * static_cast<double>(latencies.size() - 1))];
}

double Traffic::answered_part() const {
  return static_cast<double>(latencies.size()) / static_cast<double>(hits_sent);
}

void warm_up(std::uint16_t port) {
  LoopbackSocket socket(SOCK_DGRAM);
  socket.connect_to(port);
  const auto give_up = now() + std::chrono::seconds(10);
  for (std::size_t name = 0; name < warm_names;) {
    if (now() > give_up) throw std::runtime_error("the daemon does not answer");
    const auto query = hit(static_cast<std::uint16_t>(name), name);
    std::array<std::uint8_t, 1232> reply;
    send(socket.handle(), query.data(), query.size(), 0);
    pollfd readable{socket.handle(), POLLIN, 0};
    if (poll(&readable, 1, 100) == 1 && recv(socket.handle(), reply.data(), reply.size(), 0) > 0) ++name;
  }
}

Traffic send_traffic(std::uint16_t port, const Kind* flood, double flood_rate, nanoseconds time) {
  Hits hits(port);
  static const Kind none{"", {Packet(1)}};
  Flood flooding(port, flood ? *flood : none);
  const auto start = now();
  for (auto present = start; present < start + time; present = now()) {
    if (start + hit_interval * hits.sent() <= present) hits.send();
    hits.receive();
    const auto allowed = flood_rate * std::chrono::duration<double>(present - start).count();
    if (flood && static_cast<double>(flooding.sent()) < allowed) flooding.send();
  }
  for (const auto end = now(); now() < end + patience;) hits.receive();

  Traffic traffic{hits.sent(), flooding.sent(), hits.take_latencies()};
  std::ranges::sort(traffic.latencies);
  return traffic;
}

}  // namespace tributary::malformed
