#include "cache/segments.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tributary::cache {

Region::Region(std::size_t size) : start_(nullptr, Unmap{size}) {
  void* start =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  start_.reset(static_cast<std::byte*>(start));
}

void Region::Unmap::operator()(std::byte* start) const {
  munmap(start, size);
}

Position Segments::position(Number segment, std::size_t offset) const {
  return static_cast<Position>((segment * size_ + offset) / grain + 1);
}

Segments::Number Segments::take() {
  if (free_.empty()) return started_++;
  const auto segment = free_.back();
  free_.pop_back();
  return segment;
}

void Segments::give_back(Number segment) {
  const auto octets = memory_.subspan(segment * size_, size_);
  // The kernel's pages may be larger than a segment.
  if (madvise(octets.data(), size_, MADV_DONTNEED) != 0) std::ranges::fill(octets, std::byte{0});
  free_.push_back(segment);
}

Position Log::append(std::size_t size, const Segments& segments) {
  const auto position = segments.position(order_.back(), filled_);
  filled_ += size;
  return position;
}

void Log::open(Segments::Number segment) {
  order_.push_back(segment);
  filled_ = 0;
}

bool Log::has_filled(Segments::Number segment) const {
  return std::ranges::find(order_, segment) != order_.end() && order_.back() != segment;
}

void Log::remove(Segments::Number segment) {
  order_.erase(std::ranges::find(order_, segment));
}

Segments::Number Log::take_oldest() {
  const auto segment = order_.front();
  order_.pop_front();
  return segment;
}

}  // namespace tributary::cache
