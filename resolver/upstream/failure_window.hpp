#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "resolver/upstream/sent_exchange.hpp"

namespace tributary::resolver {

/// Whether failures concerned one registered domain or several: what fails for one domain only says more
/// about that domain than about who was asked. A value.
class DomainsSeen {
 public:
  void add(DomainTag domain) {
    several_ |= first_ && *first_ != domain;
    if (!first_) first_ = domain;
  }
  void add(const DomainsSeen& other) {
    if (other.first_) add(*other.first_);
    several_ |= other.several_;
  }
  bool several() const { return several_; }

 private:
  std::optional<DomainTag> first_;
  bool several_ = false;
};

/// How many exchanges ended lately, and how many of them in failure. A pure value of constant size: it counts
/// by slices of time, each a twentieth of the window's width.
class FailureWindow {
 public:
  static constexpr std::size_t slices = 20;

  struct Tally {
    unsigned ended = 0;
    unsigned failed = 0;
    DomainsSeen domains;  ///< Of the failures.
    Instant first_failure = Instant::max();
  };

  explicit FailureWindow(Duration width) : slice_width_(width / slices) {}

  void succeeded(Instant now) { ++slice_at(now).tally.ended; }
  void failed(DomainTag domain, Instant now);
  /// What ended in the last `span`, give or take a slice. Requires: span is at most the window's width.
  Tally tally(Instant now, Duration span) const;
  void clear() { ring_ = {}; }

 private:
  struct Slice {
    std::int64_t number = -1;  // counted from the clock's zero
    Tally tally;
  };

  std::int64_t number_of(Instant at) const { return at.time_since_epoch() / slice_width_; }
  Slice& slice_at(Instant now);

  Duration slice_width_;
  std::array<Slice, slices> ring_{};
};

}  // namespace tributary::resolver
