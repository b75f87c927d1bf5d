#include "resolver/upstream/failure_axis.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tributary::resolver {

void FailureAxis::succeeded(Instant now) {
  row_ = {};
  window_.succeeded(now);
}

void FailureAxis::failed_in_row(DomainTag domain, Instant now) {
  if (row_.count++ == 0) row_.first = now;
  row_.last = now;
  row_.domains.add(domain);
}

std::optional<std::string> FailureAxis::verdict(Instant now, Duration patience,
                                                const std::string& detail) const {
  const Duration span = row_.last - row_.first;
  if (row_.count >= row_to_condemn && span >= std::max(least_span, patience) && row_.domains.several()) {
    return fmt::format("{} failures in {:.1f} s: {}", row_.count, std::chrono::duration<double>(span).count(),
                       detail);
  }
  const auto lately = window_.tally(now, window);
  if (lately.ended >= window_needs && 2 * lately.failed >= lately.ended && lately.domains.several()) {
    return fmt::format("{} of {} exchanges failed within 10 s: {}", lately.failed, lately.ended, detail);
  }
  return std::nullopt;
}

}  // namespace tributary::resolver
