#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace tributary::cache {

/// Address space from the kernel, zeroed; memory is taken only where it is written to.
class Region {
 public:
  /// Throws std::system_error if the kernel refuses.
  explicit Region(std::size_t size);

  std::span<std::byte> bytes() const { return {start_.get(), start_.get_deleter().size}; }

 private:
  struct Unmap {
    std::size_t size;
    void operator()(std::byte* start) const;
  };
  std::unique_ptr<std::byte, Unmap> start_;
};

/// Where an entry stands in the memory of its shard: its distance in units of `grain`, plus one. 0 is
/// nowhere.
using Position = std::uint32_t;
inline constexpr std::size_t grain = 8;  ///< Octets; entries start and end at multiples of it.

inline std::byte* place_of(std::byte* memory, Position position) {
  return memory + (position - std::size_t{1}) * grain;
}

/// A piece of a region, cut into segments of one size. One thread at a time.
class Segments {
 public:
  using Number = std::uint32_t;

  /// `size` divides `memory`.
  Segments(std::span<std::byte> memory, std::size_t size) : memory_(memory), size_(size) {}

  std::size_t size() const { return size_; }  ///< Of each, in octets.
  std::size_t bytes_in_use() const { return (started_ - free_.size()) * size_; }
  std::byte* memory() const { return memory_.data(); }
  std::size_t count() const { return memory_.size() / size_; }  ///< In use or not.
  Position position(Number segment, std::size_t offset) const;
  Number segment_of(Position position) const {
    return static_cast<Number>((position - std::size_t{1}) * grain / size_);
  }

  /// One filled with zeros. Requires: not all are in use.
  Number take();
  /// Its memory goes back to the kernel, if that is possible.
  void give_back(Number segment);

 private:
  std::span<std::byte> memory_;
  std::size_t size_;
  std::vector<Number> free_;
  Number started_ = 0;  // this many have been taken at least once
};

/// Segments in the order in which they are filled.
class Log {
 public:
  bool has_room(std::size_t size, const Segments& segments) const {
    return !order_.empty() && segments.size() - filled_ >= size;
  }
  /// Requires: has_room(size).
  Position append(std::size_t size, const Segments& segments);
  void open(Segments::Number segment);
  /// Requires: not empty. The segment may be the one that is being filled.
  Segments::Number take_oldest();
  /// False for a segment of another log, and for the one that is being filled.
  bool has_filled(Segments::Number segment) const;
  /// Requires: has_filled(segment).
  void remove(Segments::Number segment);
  std::size_t length() const { return order_.size(); }

 private:
  std::deque<Segments::Number> order_;
  std::size_t filled_ = 0;  // octets of the newest
};

}  // namespace tributary::cache
