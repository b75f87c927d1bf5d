// To be preloaded (LD_PRELOAD): now and then there is no memory. The file that FAILING_MALLOC names holds a
// number N of 32 bits, which may change while the program runs: one allocation in N fails, none if it is 0.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<const volatile std::uint32_t*> one_in{nullptr};
std::atomic<std::uint64_t> allocations{0};

__attribute__((constructor)) void find_number() {
  const char* const file = std::getenv("FAILING_MALLOC");
  const int descriptor = file == nullptr ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  void* const shared = mmap(nullptr, sizeof(std::uint32_t), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (shared != MAP_FAILED) one_in = static_cast<const volatile std::uint32_t*>(shared);
}

/// Drawn by a hash of how many allocations there were (SplitMix64), so that no pattern escapes.
bool fails() {
  const auto* const number = one_in.load(std::memory_order_relaxed);
  if (number == nullptr || *number == 0) return false;
  std::uint64_t x = (allocations.fetch_add(1, std::memory_order_relaxed) + 1) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  if ((x ^ (x >> 31)) % *number != 0) return false;
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  return fails() ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  return fails() ? nullptr : __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return fails() ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = fails() ? nullptr : __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}
