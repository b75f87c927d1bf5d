#include "resolver/dnssec/shared_clock_state.hpp"

namespace tributary::dnssec {

using std::chrono::milliseconds;

// From the lowest bit: whether dates count, two of the state, 17 of the epoch, 44 of the offset with its
// sign.
constexpr unsigned state_at = 1, epoch_at = 3, offset_at = 20;
constexpr std::uint64_t epochs = 1U << (offset_at - epoch_at);

std::uint64_t SharedClockState::packed(const ClockView& view) {
  const auto offset = std::chrono::floor<milliseconds>(view.offset).count();
  return static_cast<std::uint64_t>(offset) << offset_at | view.epoch % epochs << epoch_at |
         static_cast<std::uint64_t>(view.state) << state_at | (view.dates_count ? 1U : 0U);
}

ClockView SharedClockState::unpacked(std::uint64_t word) {
  return {.state = static_cast<ClockState>(word >> state_at & 3U),
          .dates_count = (word & 1U) != 0,
          .epoch = static_cast<std::uint32_t>(word >> epoch_at & (epochs - 1)),
          .offset = milliseconds(static_cast<std::int64_t>(word) >> offset_at)};
}

SharedClockState::Figures SharedClockState::figures() const {
  return {steps_.load(std::memory_order_relaxed), last_step_.load(std::memory_order_relaxed),
          max_error_.load(std::memory_order_relaxed), offset_.load(std::memory_order_relaxed)};
}

void SharedClockState::count_step(Duration step) {
  last_step_.store(step, std::memory_order_relaxed);
  steps_.fetch_add(1, std::memory_order_relaxed);
}

void SharedClockState::note_kernel(const ClockReading::Kernel& kernel) {
  max_error_.store(kernel.max_error, std::memory_order_relaxed);
  offset_.store(kernel.offset, std::memory_order_relaxed);
}

}  // namespace tributary::dnssec
