#include "resolver/upstream/failure_window.hpp"

#include <algorithm>

namespace tributary::resolver {

FailureWindow::Slice& FailureWindow::slice_at(Instant now) {
  const auto number = number_of(now);
  Slice& slice = ring_[static_cast<std::size_t>(number) % slices];
  if (slice.number != number) slice = {number, {}};
  return slice;
}

void FailureWindow::failed(DomainTag domain, Instant now) {
  Tally& tally = slice_at(now).tally;
  ++tally.ended;
  ++tally.failed;
  tally.domains.add(domain);
  tally.first_failure = std::min(tally.first_failure, now);
}

FailureWindow::Tally FailureWindow::tally(Instant now, Duration span) const {
  const auto last = number_of(now);
  const auto first = last - span / slice_width_ + 1;
  Tally sum;
  for (const Slice& slice : ring_) {
    if (slice.number < first || slice.number > last) continue;
    sum.ended += slice.tally.ended;
    sum.failed += slice.tally.failed;
    sum.domains.add(slice.tally.domains);
    sum.first_failure = std::min(sum.first_failure, slice.tally.first_failure);
  }
  return sum;
}

}  // namespace tributary::resolver
