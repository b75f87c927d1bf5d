#pragma once

#include <atomic>
#include <cstdint>

namespace tributary {

/// A number that one thread counts up and any thread may read.
class Counter {
 public:
  /// Only from the owner's thread: with a single writer no atomic addition is needed.
  void add(std::uint64_t count = 1) noexcept { value_.store(get() + count, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that any thread counts up, and any thread may read: for what happens seldom.
class SharedCounter {
 public:
  void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace tributary
