#pragma once

#include <array>
#include <cstddef>

#include "base/time.hpp"

namespace tributary::resolver {

/// The last round-trip times of an upstream, and what they let one expect of the next. A value: the caller
/// supplies the time.
///
/// Adding is cheap; each question looks at all samples (some tenths of a microsecond).
class RttWindow {
 public:
  static constexpr std::size_t kept = 200;
  static constexpr std::size_t recent = 31;  ///< Samples that the median is of, at most,
  static constexpr Duration stale_after = std::chrono::seconds(60);  ///< and their age.
  static constexpr std::size_t enough = 20;  ///< Samples below which the tail is not judged.

  static constexpr Duration least_hedge_delay = std::chrono::milliseconds(10);
  static constexpr Duration usual_hedge_delay = std::chrono::milliseconds(100);
  static constexpr Duration longest_hedge_delay = std::chrono::milliseconds(250);
  static constexpr Duration least_patience = std::chrono::milliseconds(400);
  static constexpr Duration usual_patience = std::chrono::seconds(1);
  static constexpr Duration longest_patience = std::chrono::seconds(2);

  void add(Duration rtt, Instant now);

  /// Of the last `recent` that are not stale; zero if there is none.
  Duration median(Instant now) const;
  /// What 96 of 100 replies did not take longer than; zero without samples. (The 95th percentile lets a
  /// healthy group ask 5.5 % more: the window lags behind, and cold names come in turns.)
  Duration p96() const;
  /// What 99 of 100 did not take longer than; zero without samples.
  Duration p99() const;
  /// When no reply has come after that time, another upstream is worth asking.
  Duration hedge_delay() const;
  /// When no reply has come after that time, it is overdue: something is wrong. As RFC 6298 §2 has it with
  /// mean and variance: the median, and some of the distance to the 96th percentile.
  Duration patience() const;

 private:
  struct Sample {
    Duration rtt;
    Instant at;
  };

  /// Of the last `recent` that came at `since` or later.
  Duration median_since(Instant since) const;

  std::array<Sample, kept> samples_{};  // a ring
  std::size_t next_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tributary::resolver
