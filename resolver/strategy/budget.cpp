// The free hedges are a queue of intervals of 100 ms, one for each hedge, paid or not: there is a free one as
// long as less than a second of them lies ahead. What was saved is spent first, and fills the queue too: ten
// a second is a floor, not an addition.

#include "resolver/strategy/budget.hpp"

#include <algorithm>

namespace tributary::resolver {

void Budget::answered() {
  saved_ = std::min(saved_ + saved_per_answer, most_saved);
}

Instant Budget::affordable_at(Instant now) const {
  if (saved_ >= hedge_cost) return now;
  return std::max(now, free_used_until_ - (free_period - free_interval));
}

bool Budget::pay(Instant now) {
  if (!affordable(now)) return false;
  if (saved_ >= hedge_cost) saved_ -= hedge_cost;
  free_used_until_ = std::min(std::max(free_used_until_, now) + free_interval, now + free_period);
  return true;
}

}  // namespace tributary::resolver
