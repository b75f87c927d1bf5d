#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace tributary::resolver {

/// Octet strings on their way from one thread to another, through memory of a fixed size, in order. No side
/// ever waits for the other, and neither allocates.
///
/// `claim` and `publish` are called by one thread, `front` and `pop` by one other. The memory is taken from
/// the system as it is first written to.
class RecordRing {
 public:
  /// Holds records of `bytes` octets together; one of up to half of it finds room whenever the ring is empty.
  explicit RecordRing(std::size_t bytes);
  RecordRing(const RecordRing&) = delete;
  RecordRing& operator=(const RecordRing&) = delete;

  /// Where the next record of `size` octets is to be written; empty when there is no room now. Requires:
  /// size > 0.
  std::span<std::uint8_t> claim(std::size_t size);
  /// Hands over what was claimed last.
  void publish();

  /// The oldest record, until it is popped; empty when there is none.
  std::span<const std::uint8_t> front();
  /// Requires: front() was not empty.
  void pop();

 private:
  std::uint8_t* at(std::size_t position) const { return memory_.get() + position % capacity_; }
  void put_size(std::size_t position, std::size_t size);
  std::size_t size_at(std::size_t position) const;
  std::size_t to_end(std::size_t position) const { return capacity_ - position % capacity_; }
  bool has_room(std::size_t begin, std::size_t size);

  // Positions count all octets that ever went through.
  const std::size_t capacity_;
  const std::unique_ptr<std::uint8_t[]> memory_;
  alignas(64) std::atomic<std::size_t> written_{0};
  std::size_t claimed_ = 0;     // the writer's: the end of what it claimed
  std::size_t known_read_ = 0;  // the writer's: `read_` as it last looked
  alignas(64) std::atomic<std::size_t> read_{0};
  std::size_t front_end_ = 0;  // the reader's
};

}  // namespace tributary::resolver
