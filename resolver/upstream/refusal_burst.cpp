#include "resolver/upstream/refusal_burst.hpp"

#include <algorithm>

namespace tributary::resolver {

std::optional<Duration> RefusalBurst::refused(DomainTag domain, Instant now) {
  row_.domains.add(domain);
  row_.times[row_.count++ % row_needed] = now;
  const Instant first = row_.times[row_.count % row_needed];
  if (!has_answered_ || row_.count < row_needed || now - first > within || !row_.domains.several()) {
    return std::nullopt;
  }
  row_ = {};
  return next_pause(now);
}

Duration RefusalBurst::next_pause(Instant now) {
  if (now > paused_until_ + longest_pause) repetitions_ = 0;
  const Duration pause = std::min<Duration>(first_pause * (1u << std::min(repetitions_, 6u)), longest_pause);
  ++repetitions_;
  paused_until_ = now + pause;
  return pause;
}

}  // namespace tributary::resolver
