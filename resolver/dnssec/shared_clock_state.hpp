#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/locked.hpp"
#include "resolver/dnssec/clock_guard.hpp"

namespace tributary::dnssec {

/// The clock as all workers see it, and what is told of it. One thread writes; any thread reads, without
/// waiting, a view that belongs together.
class SharedClockState {
 public:
  /// Until the first one is published, the clock is bad.
  ClockView view() const { return unpacked(view_.load(std::memory_order_acquire)); }
  /// Milliseconds of the offset, and 2¹⁷ epochs, are kept.
  void publish(const ClockView& view) { view_.store(packed(view), std::memory_order_release); }

  /// Why it is in its state; empty until it is told. Waits for who writes it.
  std::string why() const {
    return why_.with([](const auto& why) { return why; });
  }
  void tell_why(const std::string& why) {
    why_.with([&why](auto& current) { current = why; });
  }

  /// For the metrics.
  struct Figures {
    std::uint64_t steps = 0;  ///< How often the clock was set.
    Duration last_step{};     ///< By how much the last time.
    Duration max_error{};     ///< As the kernel bounds it; zero if it cannot be asked.
    Duration offset{};        ///< That the kernel still corrects, little by little; zero the same.
  };
  Figures figures() const;
  void count_step(Duration step);
  void note_kernel(const ClockReading::Kernel& kernel);

 private:
  static std::uint64_t packed(const ClockView& view);
  static ClockView unpacked(std::uint64_t word);

  std::atomic<std::uint64_t> view_{packed({})};
  std::atomic<std::uint64_t> steps_{0};
  std::atomic<Duration> last_step_{}, max_error_{}, offset_{};
  Locked<std::string> why_;
};

}  // namespace tributary::dnssec
