#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace tributary::resolver {

/// What is added to the round-trip time of an upstream for what it failed to do lately. A value.
///
/// Each reply lowers it, and so does time: whom others are preferred to is hardly ever asked, and would keep
/// for minutes what it earned in one moment.
class Penalty {
 public:
  static constexpr Duration most = std::chrono::milliseconds(400);
  /// Evenly, counted from what changed it last.
  static constexpr Duration fades_within = std::chrono::seconds(60);

  void replied(Instant now) { set(value(now) * 9 / 10, now); }
  void unanswered_at_hedge(Instant now) { add(std::chrono::milliseconds(4), now); }
  void failed(Instant now) { add(std::chrono::milliseconds(20), now); }
  /// It had an error where a sibling had an answer: about the worst that can be said of a quick reply.
  void outdone(Instant now) { set(most, now); }

  Duration value(Instant now) const { return faded(value_, now - since_); }
  Instant since() const { return since_; }

  /// What is left of `value` after `age`.
  static Duration faded(Duration value, Duration age) {
    const auto left = std::clamp(fades_within - age, Duration{}, fades_within);
    return value / 1000 * (left / (fades_within / 1000));
  }

 private:
  void add(Duration more, Instant now) { set(std::min(value(now) + more, most), now); }
  void set(Duration value, Instant now) {
    value_ = value;
    since_ = now;
  }

  Duration value_{};
  Instant since_{};
};

}  // namespace tributary::resolver
