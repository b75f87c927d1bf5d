// Each record follows its size, in eight octets, and begins at a multiple of eight. One that does not fit
// before the end of the memory begins anew at its start; a mark in place of the size says so.

#include "resolver/querylog/record_ring.hpp"

#include <cstring>

namespace tributary::resolver {
namespace {

constexpr std::size_t grain = 8;
constexpr std::size_t skip_to_start = SIZE_MAX;

constexpr std::size_t whole_grains(std::size_t size) {
  return (size + grain - 1) / grain * grain;
}

}  // namespace

RecordRing::RecordRing(std::size_t bytes)
    : capacity_(bytes / grain * grain), memory_(new std::uint8_t[capacity_]) {}

std::span<std::uint8_t> RecordRing::claim(std::size_t size) {
  const std::size_t needed = grain + whole_grains(size);
  std::size_t begin = written_.load(std::memory_order_relaxed);
  const std::size_t skipped = needed > to_end(begin) ? to_end(begin) : 0;
  if (!has_room(begin, skipped + needed)) return {};
  if (skipped > 0) put_size(begin, skip_to_start);
  begin += skipped;
  put_size(begin, size);
  claimed_ = begin + needed;
  return {at(begin) + grain, size};
}

bool RecordRing::has_room(std::size_t begin, std::size_t size) {
  if (begin + size - known_read_ <= capacity_) return true;
  known_read_ = read_.load(std::memory_order_acquire);
  return begin + size - known_read_ <= capacity_;
}

/// Sequentially consistent, as `front` is: who publishes and then finds the reader awake, or goes to sleep
/// and then finds nothing, must not both be wrong (Sleeper).
void RecordRing::publish() {
  written_.store(claimed_, std::memory_order_seq_cst);
}

std::span<const std::uint8_t> RecordRing::front() {
  std::size_t begin = read_.load(std::memory_order_relaxed);
  if (begin == written_.load(std::memory_order_seq_cst)) return {};
  if (size_at(begin) == skip_to_start) begin += to_end(begin);
  const std::size_t size = size_at(begin);
  front_end_ = begin + grain + whole_grains(size);
  return {at(begin) + grain, size};
}

void RecordRing::pop() {
  read_.store(front_end_, std::memory_order_release);
}

void RecordRing::put_size(std::size_t position, std::size_t size) {
  std::memcpy(at(position), &size, sizeof size);
}

std::size_t RecordRing::size_at(std::size_t position) const {
  std::size_t size = 0;
  std::memcpy(&size, at(position), sizeof size);
  return size;
}

}  // namespace tributary::resolver
