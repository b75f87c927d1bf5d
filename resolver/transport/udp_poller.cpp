#include "resolver/transport/udp_poller.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>

#include <asio/posix/stream_descriptor.hpp>

namespace tributary::resolver {
namespace {

/// Batches in a row before others on the event loop have their turn.
constexpr int rounds_in_a_row = 4;

int open_epoll() {
  const int descriptor = epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return descriptor;
}

}  // namespace

struct UdpPoller::State : std::enable_shared_from_this<UdpPoller::State> {
  explicit State(const asio::any_io_executor& executor) : set(executor, open_epoll()) {}

  void wait();
  void dispatch();
  bool dispatch_batch();

  asio::posix::stream_descriptor set;
  std::array<epoll_event, 64> ready{};
  std::span<epoll_event> to_come;  // of `ready`: not told yet
};

void UdpPoller::State::wait() {
  set.async_wait(asio::posix::stream_descriptor::wait_read,
                 [self = shared_from_this()](const asio::error_code&) {
                   if (!self->set.is_open()) return;
                   self->dispatch();
                   if (self->set.is_open()) self->wait();
                 });
}

void UdpPoller::State::dispatch() {
  for (int round = 0; round < rounds_in_a_row && dispatch_batch(); ++round) {
  }
}

/// Returns whether more may be waiting.
bool UdpPoller::State::dispatch_batch() {
  const int count = epoll_wait(set.native_handle(), ready.data(), static_cast<int>(ready.size()), 0);
  if (count <= 0) return false;
  to_come = std::span(ready).first(static_cast<std::size_t>(count));
  while (!to_come.empty()) {
    auto* const reader = static_cast<Reader*>(to_come.front().data.ptr);
    to_come = to_come.subspan(1);
    if (reader != nullptr) reader->on_readable();
  }
  return static_cast<std::size_t>(count) == ready.size() && set.is_open();
}

UdpPoller::UdpPoller(const asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {
  state_->wait();
}

UdpPoller::~UdpPoller() {
  state_->to_come = {};
  asio::error_code ignored;
  state_->set.close(ignored);
}

bool UdpPoller::add(int descriptor, Reader& reader) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &reader;
  return epoll_ctl(state_->set.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void UdpPoller::forget(Reader& reader) {
  for (auto& event : state_->to_come) {
    if (event.data.ptr == &reader) event.data.ptr = nullptr;
  }
}

}  // namespace tributary::resolver
