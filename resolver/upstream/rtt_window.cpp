#include "resolver/upstream/rtt_window.hpp"

#include <algorithm>
#include <span>

namespace tributary::resolver {

void RttWindow::add(Duration rtt, Instant now) {
  samples_[next_] = {rtt, now};
  next_ = (next_ + 1) % kept;
  size_ = std::min(size_ + 1, kept);
}

Duration RttWindow::median_since(Instant since) const {
  std::array<Duration, recent> values;
  std::size_t found = 0;
  for (std::size_t back = 1; back <= std::min(recent, size_); ++back) {
    const Sample& sample = samples_[next_ >= back ? next_ - back : next_ + kept - back];
    if (sample.at < since) break;
    values[found++] = sample.rtt;
  }
  if (found == 0) return Duration::zero();
  auto* const place = values.data() + (found - 1) / 2;
  std::nth_element(values.data(), place, values.data() + found);
  return *place;
}

Duration RttWindow::median(Instant now) const {
  return median_since(now - stale_after);
}

/// Only the few that are greater need to be in order.
Duration RttWindow::p96() const {
  if (size_ == 0) return Duration::zero();
  const auto place = static_cast<std::size_t>(0.96 * static_cast<double>(size_ - 1));
  std::array<Duration, kept / 20> greatest;  // ascending
  const auto first = greatest.begin(), last = first + static_cast<std::ptrdiff_t>(size_ - place);
  std::fill(first, last, Duration::min());
  for (const Sample& sample : std::span(samples_).first(size_)) {
    if (sample.rtt <= *first) continue;
    const auto above = std::upper_bound(first, last, sample.rtt);
    std::move(first + 1, above, first);
    *(above - 1) = sample.rtt;
  }
  return *first;
}

Duration RttWindow::p99() const {
  if (size_ == 0) return Duration::zero();
  std::array<Duration, kept> values;
  std::ranges::transform(std::span(samples_).first(size_), values.begin(), &Sample::rtt);
  auto* const place = values.data() + (size_ - 1) * 99 / 100;
  std::nth_element(values.data(), place, values.data() + size_);
  return *place;
}

Duration RttWindow::hedge_delay() const {
  if (size_ < enough) return usual_hedge_delay;
  return std::clamp(p96(), least_hedge_delay, longest_hedge_delay);
}

Duration RttWindow::patience() const {
  if (size_ == 0) return usual_patience;
  // RFC 6298 adds four mean deviations; of a normal distribution the 96th percentile lies about two of them
  // above the median.
  const Duration typical = median_since(Instant::min());
  const Duration tail = std::max(p96() - typical, Duration::zero());
  return std::clamp(typical + 2 * tail, least_patience, longest_patience);
}

}  // namespace tributary::resolver
