#include "resolver/listener/client_share.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

constexpr std::int64_t slots_per_second = std::chrono::seconds(1) / ClientShare::slot_length;

std::int64_t second_of(Instant at) {
  return at.time_since_epoch() / std::chrono::seconds(1);
}

}  // namespace

void ClientShare::enter(Instant now) {
  turn_to(second_of(now));
  ++admitted_;
  ++waiting_;
  crowded_ = crowded_ || waiting_ > crowd;
}

void ClientShare::leave() {
  --waiting_;
  crowded_ = crowded_ && waiting_ > 0;
}

std::int64_t ClientShare::take_slot(Instant received, Instant now) {
  const auto present = slot_at(now);
  if (now - received < held_after) return present;
  turn_to(second_of(now));
  if (slot_ < present) {
    slot_ = present;
    leaving_ = 0;
  } else if (leaving_ >= room_in_slot()) {
    ++slot_;
    leaving_ = 0;
  }
  ++leaving_;
  return slot_;
}

void ClientShare::turn_to(std::int64_t second) {
  if (second == second_) return;
  admitted_before_ = second == second_ + 1 ? admitted_ : 0;
  admitted_ = 0;
  second_ = second;
}

std::size_t ClientShare::room_in_slot() const {
  const std::size_t asked_for = std::max(admitted_, admitted_before_) / slots_per_second;
  return std::max(replies_per_slot, 2 * asked_for);
}

}  // namespace tributary::resolver
