#include "resolver/upstream/breaker.hpp"

#include <algorithm>

namespace tributary::resolver {
namespace {

/// 1 s · 2ⁿ, ± 25 % so that the probes of many instances do not fall together, at most 60 s.
Duration backoff(unsigned openings, Random& random) {
  const auto doubled = CircuitBreaker::first_backoff * (1u << std::min(openings, 6u));
  const auto jittered = std::chrono::duration_cast<Duration>(doubled * (0.75 + 0.5 * random.unit()));
  return std::min(jittered, CircuitBreaker::longest_backoff);
}

}  // namespace

std::optional<CircuitBreaker::Transition> CircuitBreaker::succeeded(Instant now) {
  failures_ = 0;
  if (state_ == State::closed || now < paused_until_) return std::nullopt;
  if (successes_ > 0 && now < last_success_ + probe_interval) return std::nullopt;
  ++successes_;
  last_success_ = now;
  next_probe_ = now + probe_interval;
  if (successes_ >= successes_to_close) {
    state_ = State::closed;
    openings_ = successes_ = 0;
    return Transition{state_, std::to_string(successes_to_close) + " good replies in a row"};
  }
  if (state_ == State::half_open) return std::nullopt;
  state_ = State::half_open;
  return Transition{state_, "it answers again"};
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::failed(Origin origin, Instant now,
                                                                 const std::string& reason, Random& random) {
  last_failure_ = now;
  const bool counts = state_ == State::closed ? ++failures_ >= failures_to_open : origin == Origin::probe;
  if (!counts) return std::nullopt;
  const auto until = now + backoff(openings_, random);
  ++openings_;
  return open(until, reason);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::pause(Instant now, Duration pause,
                                                                const std::string& reason) {
  last_failure_ = now;
  paused_until_ = now + pause;
  return open(paused_until_, reason);
}

std::optional<CircuitBreaker::Transition> CircuitBreaker::open(Instant until, const std::string& reason) {
  const bool was_open = state_ == State::open;
  state_ = State::open;
  failures_ = successes_ = 0;
  next_probe_ = std::max(until, paused_until_);
  if (was_open) return std::nullopt;
  return Transition{state_, reason};
}

std::optional<Instant> CircuitBreaker::probe_due() const {
  if (state_ == State::closed) return std::nullopt;
  return next_probe_;
}

const char* to_text(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::closed:
      return "closed";
    case CircuitBreaker::State::open:
      return "open";
    case CircuitBreaker::State::half_open:
      return "half_open";
  }
  return "unknown";
}

}  // namespace tributary::resolver
