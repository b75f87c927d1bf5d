#pragma once

#include <exception>
#include <string_view>

#include "base/clock.hpp"
#include "base/counter.hpp"

namespace tributary::resolver {

/// Counts exceptions that ended something, and logs them: one a second at most, for where memory is short
/// there may be thousands. One worker's thread.
class FailureLog {
 public:
  /// Both outlive it.
  FailureLog(Clock& clock, Counter& failures) : clock_(clock), failures_(failures) {}

  /// `activity` ended with an exception; `failure` may be null: then nothing happened. Throws nothing.
  void note(std::string_view activity, const std::exception_ptr& failure) noexcept;

 private:
  Clock& clock_;
  Counter& failures_;
  Instant log_again_at_{};
  std::uint64_t unsaid_ = 0;
};

}  // namespace tributary::resolver
