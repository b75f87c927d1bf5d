// Messages about addresses and links say what happened, and are compared with what was known. A message about
// routes only makes the ways to the upstreams be looked up: which route holds is up to tables, rules and
// metrics, and there may be a million that do not matter.

#include "resolver/daemon/network_watch.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include <asio/posix/stream_descriptor.hpp>

namespace tributary::resolver {

/// Knows how the network was; waits until a change is complete, and tells of it.
class NetworkWatch::Comparing final : private Timers::Timer {
 public:
  Comparing(Timers& timers, Kernel kernel, std::function<void()> changed)
      : timers_(timers),
        kernel_(std::move(kernel)),
        changed_(std::move(changed)),
        state_(kernel_.state()),
        ways_(kernel_.ways()) {}

  void heard(RouteMessages messages) {
    if (state_.take(messages)) has_changed_ = true;
    settle();
  }
  void messages_lost() {
    has_changed_ |= std::exchange(state_, kernel_.state()) != state_;
    settle();
  }

 private:
  void settle() {
    if (!std::exchange(waiting_, true)) timers_.set(*this, timers_.now() + settling_time);
  }

  void expire() override {
    waiting_ = false;
    auto ways = kernel_.ways();
    const bool other_ways = ways != ways_;
    ways_ = std::move(ways);
    if (std::exchange(has_changed_, false) || other_ways) changed_();
  }

  Timers& timers_;
  Kernel kernel_;
  std::function<void()> changed_;
  NetworkState state_;
  std::vector<std::optional<Way>> ways_;
  bool waiting_ = false, has_changed_ = false;
};

struct NetworkWatch::Socket {
  void drain() {
    for (;;) {
      const auto size = recv(descriptor.native_handle(), messages.data(), messages.size(), MSG_DONTWAIT);
      if (size > 0) {
        comparing->heard({messages.data(), static_cast<std::size_t>(size)});
      } else if (size < 0 && errno == ENOBUFS) {
        comparing->messages_lost();
      } else if (size == 0 || errno != EINTR) {
        return;
      }
    }
  }

  static void wait(const std::shared_ptr<Socket>& self) {
    self->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                [self](const asio::error_code& error) {
                                  if (error || self->comparing == nullptr) return;
                                  self->drain();
                                  wait(self);
                                });
  }

  asio::posix::stream_descriptor descriptor;
  Comparing* comparing;  // null when the watch is over
  std::array<std::uint8_t, 32768> messages{};
};

NetworkWatch::NetworkWatch(asio::any_io_executor executor, int socket, Timers& timers, Kernel kernel,
                           std::function<void()> changed)
    : comparing_(std::make_unique<Comparing>(timers, std::move(kernel), std::move(changed))),
      socket_(new Socket{{std::move(executor), socket}, comparing_.get()}) {
  Socket::wait(socket_);
}

NetworkWatch::~NetworkWatch() {
  socket_->comparing = nullptr;
  asio::error_code ignored;
  socket_->descriptor.close(ignored);
}

}  // namespace tributary::resolver
