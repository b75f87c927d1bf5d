#pragma once

#include <cstddef>

namespace tributary {

/// Memory for what lives as long as a query does: coroutine frames and the state they share. Every query
/// takes blocks of the same few sizes, so each thread keeps the ones given back to it, up to a bound, for the
/// next.
///
/// A block may be given back on another thread than the one that took it.
namespace frame_pool {

/// Does at once what the first block given back on this thread would do: it takes memory, without which the C
/// library ends the process. For threads that are to outlive shortages.
void prepare_thread();

void* take(std::size_t size);
/// `size` as it was taken.
void give_back(void* block, std::size_t size) noexcept;

/// For std::allocate_shared.
template <typename T>
struct Allocator {
  using value_type = T;

  Allocator() = default;
  template <typename U>
  explicit Allocator(const Allocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(take(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept { give_back(block, count * sizeof(T)); }

  friend bool operator==(const Allocator&, const Allocator&) = default;
};

}  // namespace frame_pool
}  // namespace tributary
