#include "base/frame_pool.hpp"

#include <array>
#include <new>
#include <utility>

namespace tributary::frame_pool {
namespace {

constexpr std::size_t grain = 64;
constexpr std::size_t largest = 4096;
/// Of one size: enough for a busy worker; after a burst the rest goes back to the system.
constexpr std::size_t most_kept = 512;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool reuses = false;
#elif defined(__has_feature)
// A block that is used after it was given back must look freed to the sanitizer.
constexpr bool reuses = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
constexpr bool reuses = true;
#endif

struct Free {
  Free* next;
};

/// The free blocks of one size.
struct Shelf {
  Free* first = nullptr;
  std::size_t count = 0;
};

// Of trivial types, so that reaching them costs no look whether they have been made.
constinit thread_local std::array<Shelf, largest / grain> shelves{};

/// Empties the shelves when their thread ends.
struct Clearance {
  ~Clearance() {
    for (auto& shelf : shelves) {
      while (shelf.first != nullptr) {
        ::operator delete(std::exchange(shelf.first, shelf.first->next));
      }
    }
  }
};

/// Whoever puts the first block on a shelf sees to it that it is taken off again.
void provide_clearance() {
  static thread_local const Clearance clearance;
}

std::size_t shelf_for(std::size_t size) {
  return (size - 1) / grain;
}

}  // namespace

void prepare_thread() {
  provide_clearance();
}

void* take(std::size_t size) {
  if (!reuses || size > largest) return ::operator new(size);
  Shelf& shelf = shelves[shelf_for(size)];
  if (shelf.first == nullptr) return ::operator new((shelf_for(size) + 1) * grain);
  --shelf.count;
  return std::exchange(shelf.first, shelf.first->next);
}

void give_back(void* block, std::size_t size) noexcept {
  if (!reuses || size > largest) return ::operator delete(block);
  Shelf& shelf = shelves[shelf_for(size)];
  if (shelf.count == 0) provide_clearance();
  if (shelf.count == most_kept) return ::operator delete(block);
  ++shelf.count;
  shelf.first = new (block) Free{shelf.first};
}

}  // namespace tributary::frame_pool
