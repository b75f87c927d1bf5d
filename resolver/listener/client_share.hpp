#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace tributary::resolver {

/// What one client over UDP has of the resolver at one time: how many of its queries wait, and how fast the
/// replies to them may leave. Whoever makes an upstream hold its replies and has them released at once must
/// not turn the resolver into a gun that fires them all at one address (CVE-2024-33655, "DNSBomb").
///
/// A value; decides by the times that it is given, which never go back.
class ClientShare {
 public:
  /// A client with more queries waiting than that is crowded, until none waits any more.
  static constexpr std::size_t crowd = 50;
  /// Replies to queries that have waited for less were not held back by anybody.
  static constexpr Duration held_after = std::chrono::milliseconds(20);
  /// Replies that were held leave in slots, so many in each: wherever 10 ms begin, they touch three slots,
  /// and what was not held adds a dozen at most, because so few are admitted in 20 ms while others are held.
  static constexpr Duration slot_length = std::chrono::milliseconds(5);
  static constexpr std::size_t replies_per_slot = 12;

  std::size_t waiting() const { return waiting_; }
  bool crowded() const { return crowded_; }

  /// One more query waits.
  void enter(Instant now);
  /// One of them waits no more.
  void leave();
  /// The number of the slot in which the reply to a query that came at `received` may leave: that of `now`
  /// at the earliest. A client that has lately asked for more gets more: twice as much as it asks for.
  std::int64_t take_slot(Instant received, Instant now);

  static std::int64_t slot_at(Instant at) { return at.time_since_epoch() / slot_length; }
  static Instant begin_of(std::int64_t slot) { return Instant(slot * slot_length); }

 private:
  void turn_to(std::int64_t second);
  std::size_t room_in_slot() const;

  std::uint32_t waiting_ = 0;
  bool crowded_ = false;
  std::int64_t second_ = 0;                           // the last one in which a query came
  std::uint32_t admitted_ = 0, admitted_before_ = 0;  // in that second, and in the one before
  std::int64_t slot_ = 0;                             // the last one that a reply was given
  std::uint32_t leaving_ = 0;                         // in that slot
};

}  // namespace tributary::resolver
