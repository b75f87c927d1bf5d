#include "resolver/transport/udp_poller.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <new>
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

/// The memory of the one wait that there is at a time, so that it never fails for want of it: nobody would
/// hear replies any more.
struct WaitMemory {
  alignas(std::max_align_t) std::array<std::byte, 512> octets;
  bool taken = false;
};

template <typename T>
struct WaitAllocator {
  using value_type = T;

  explicit WaitAllocator(WaitMemory& its_memory) : memory(&its_memory) {}
  template <typename U>
  WaitAllocator(const WaitAllocator<U>& other) : memory(other.memory) {}

  T* allocate(std::size_t count) {
    const std::size_t size = count * sizeof(T);
    if (memory->taken || size > memory->octets.size()) return static_cast<T*>(::operator new(size));
    memory->taken = true;
    return reinterpret_cast<T*>(memory->octets.data());
  }
  void deallocate(T* block, std::size_t) {
    auto* const octets = reinterpret_cast<std::byte*>(block);
    if (octets != memory->octets.data()) return ::operator delete(octets);
    memory->taken = false;
  }
  template <typename U>
  bool operator==(const WaitAllocator<U>& other) const {
    return memory == other.memory;
  }

  WaitMemory* memory;
};

}  // namespace

struct UdpPoller::State : std::enable_shared_from_this<UdpPoller::State> {
  explicit State(const asio::any_io_executor& executor) : set(executor, open_epoll()) {}

  /// What becomes of a wait: the set is looked at, and waited for again, whatever happens.
  class Ready;

  void wait();
  void dispatch();
  bool dispatch_batch();

  asio::posix::stream_descriptor set;
  WaitMemory memory;
  std::array<epoll_event, 64> ready{};
  std::span<epoll_event> to_come;  // of `ready`: not told yet
};

class UdpPoller::State::Ready {
 public:
  using allocator_type = WaitAllocator<void>;

  explicit Ready(std::shared_ptr<State> self) : self_(std::move(self)) {}

  allocator_type get_allocator() const { return allocator_type(self_->memory); }
  void operator()(const asio::error_code&) const {
    if (!self_->set.is_open()) return;
    std::exception_ptr failure;
    try {
      self_->dispatch();
    } catch (...) {
      failure = std::current_exception();
    }
    if (self_->set.is_open()) self_->wait();
    if (failure) std::rethrow_exception(failure);
  }

 private:
  std::shared_ptr<State> self_;
};

void UdpPoller::State::wait() {
  set.async_wait(asio::posix::stream_descriptor::wait_read, Ready(shared_from_this()));
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
