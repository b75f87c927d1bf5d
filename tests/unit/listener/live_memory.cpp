// Replaces the program's operator new and delete by ones that count.
#include "tests/unit/listener/live_memory.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {
std::size_t live = 0;

void release(void* memory) {
  live -= malloc_usable_size(memory);
  std::free(memory);
}
}  // namespace

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size > 0 ? size : 1);
  if (!memory) throw std::bad_alloc();
  live += malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}

namespace tributary::resolver {

std::size_t live_memory() {
  return live;
}

}  // namespace tributary::resolver
