#include "resolver/upstream/rtt_window.hpp"

#include <algorithm>

namespace tributary::resolver {

void RttWindow::add(Duration rtt, Instant now) {
  samples_[next_] = {rtt, now};
  next_ = (next_ + 1) % kept;
  size_ = std::min(size_ + 1, kept);
}

Duration RttWindow::quantile(std::size_t count, Instant since, double part) const {
  std::array<Duration, kept> values;
  std::size_t found = 0;
  for (std::size_t back = 1; back <= std::min(count, size_); ++back) {
    const Sample& sample = samples_[(next_ + kept - back) % kept];
    if (sample.at < since) break;
    values[found++] = sample.rtt;
  }
  if (found == 0) return Duration::zero();
  auto* const place = values.data() + static_cast<std::size_t>(part * static_cast<double>(found - 1));
  std::nth_element(values.data(), place, values.data() + found);
  return *place;
}

Duration RttWindow::median(Instant now) const {
  return quantile(recent, now - stale_after, 0.5);
}

Duration RttWindow::p96() const {
  return quantile(kept, Instant::min(), 0.96);
}

Duration RttWindow::hedge_delay() const {
  if (size_ < enough) return usual_hedge_delay;
  return std::clamp(p96(), least_hedge_delay, longest_hedge_delay);
}

Duration RttWindow::patience() const {
  if (size_ == 0) return usual_patience;
  // RFC 6298 adds four mean deviations; of a normal distribution the 96th percentile lies about two of them
  // above the median.
  const Duration typical = quantile(recent, Instant::min(), 0.5);
  const Duration tail = std::max(p96() - typical, Duration::zero());
  return std::clamp(typical + 2 * tail, least_patience, longest_patience);
}

}  // namespace tributary::resolver
