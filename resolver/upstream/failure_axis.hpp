#pragma once

#include <optional>
#include <string>

#include "resolver/upstream/failure_window.hpp"

namespace tributary::resolver {

/// One thing that an upstream may fail at (to answer; to answer well), and when it has failed too often. A
/// pure value.
///
/// Too often is: three times in a row, over some time; or half of at least twenty times within ten seconds.
/// In either case for several registered domains, so that a zone that is dead everywhere condemns nobody.
class FailureAxis {
 public:
  static constexpr unsigned row_to_condemn = 3;
  static constexpr Duration least_span = std::chrono::milliseconds(800);
  static constexpr Duration window = std::chrono::seconds(10);
  static constexpr unsigned window_needs = 20;

  /// Any success ends the row.
  void succeeded(Instant now);
  /// A failure counts once in the row and once in the window, not always at the same time.
  void failed_in_row(DomainTag domain, Instant now);
  void failed_in_window(DomainTag domain, Instant now) { window_.failed(domain, now); }
  void clear() { *this = FailureAxis(); }

  /// Why it has failed too often, with the figures and `detail`; nothing if it has not. The row must span
  /// `patience`, too: before that time a first reply need not be there.
  std::optional<std::string> verdict(Instant now, Duration patience, const std::string& detail) const;

 private:
  struct Row {
    unsigned count = 0;
    Instant first{}, last{};
    DomainsSeen domains;
  };

  Row row_;
  FailureWindow window_{window};
};

}  // namespace tributary::resolver
