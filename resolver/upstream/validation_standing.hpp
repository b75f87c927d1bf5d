#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace tributary::resolver {

/// Whether an upstream is one to ask for what is validated. Who replied with something bogus where a
/// sibling's reply was proven right strips signatures, or lies: it is asked last for a while, then tried
/// again; the while doubles each time. That some of what it says is right does not shorten the while: who
/// lies about keys may pass on good answers. A pure state machine.
class ValidationStanding {
 public:
  static constexpr Duration first_pause = std::chrono::minutes(1), longest_pause = std::chrono::hours(1);

  /// Its reply was bogus, a sibling's secure. True if it stood until now.
  bool lost(Instant now) {
    if (now < until_) return false;
    until_ = now + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
    return true;
  }
  /// Its reply was secure. True if that ends the memory of pauses that are over.
  bool proven(Instant now) {
    if (now < until_ || pause_ == first_pause) return false;
    pause_ = first_pause;
    return true;
  }

  /// Until when it is asked last.
  Instant until() const { return until_; }

 private:
  Instant until_{};
  Duration pause_ = first_pause;
};

}  // namespace tributary::resolver
