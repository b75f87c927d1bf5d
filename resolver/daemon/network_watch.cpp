#include "resolver/daemon/network_watch.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <asio/posix/stream_descriptor.hpp>

namespace tributary::resolver {

tl::expected<int, std::string> open_route_socket() {
  const auto reason = [] { return std::generic_category().message(errno); };
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (socket < 0) return tl::unexpected("cannot open a netlink socket: " + reason());
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups =
      RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  const auto error = "cannot listen to the kernel's route messages: " + reason();
  close(socket);
  return tl::unexpected(error);
}

/// Waits until a change is complete, then tells of it.
class NetworkWatch::Settling final : private Timers::Timer {
 public:
  Settling(Timers& timers, std::function<void()> changed) : timers_(timers), changed_(std::move(changed)) {}

  void heard() {
    if (std::exchange(waiting_, true)) return;
    timers_.set(*this, timers_.now() + settling_time);
  }

 private:
  void expire() override {
    waiting_ = false;
    changed_();
  }

  Timers& timers_;
  std::function<void()> changed_;
  bool waiting_ = false;
};

struct NetworkWatch::Socket {
  /// What the messages say does not matter: also one that was lost (ENOBUFS) tells of a change.
  void drain() {
    std::array<std::uint8_t, 8192> ignored;
    ssize_t size;
    do {
      size = recv(descriptor.native_handle(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    } while (size > 0 || (size < 0 && (errno == ENOBUFS || errno == EINTR)));
  }

  static void wait(const std::shared_ptr<Socket>& self) {
    self->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                [self](const asio::error_code& error) {
                                  if (error || self->settling == nullptr) return;
                                  self->drain();
                                  self->settling->heard();
                                  wait(self);
                                });
  }

  asio::posix::stream_descriptor descriptor;
  Settling* settling;  // null when the watch is over
};

NetworkWatch::NetworkWatch(asio::any_io_executor executor, int socket, Timers& timers,
                           std::function<void()> changed)
    : settling_(std::make_unique<Settling>(timers, std::move(changed))),
      socket_(new Socket{{std::move(executor), socket}, settling_.get()}) {
  Socket::wait(socket_);
}

NetworkWatch::~NetworkWatch() {
  socket_->settling = nullptr;
  asio::error_code ignored;
  socket_->descriptor.close(ignored);
}

}  // namespace tributary::resolver
