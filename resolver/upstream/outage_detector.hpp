#pragma once

#include <optional>
#include <vector>

#include "resolver/upstream/failure_window.hpp"

namespace tributary::resolver {

/// Tells an outage of our own link from that of an upstream: everything fails at once. A pure value; the
/// caller supplies the time.
///
/// The link is down when, over the last 500 ms, 1 s or 2 s, at least 80 % of what ended failed: five or more
/// exchanges, for several registered domains, of two or more upstreams if there are so many, and since 400 ms
/// at least (so that what is merely slow can show that it lives). Each upstream has the same voice, lest the
/// many probes to a dead one outvote a few answers of another. It is down at once when the kernel has no
/// route to any upstream. The first reply says that it is up.
class OutageDetector {
 public:
  static constexpr Duration window = std::chrono::seconds(2);
  static constexpr Duration least_length = std::chrono::milliseconds(400);
  static constexpr unsigned least_ends = 5;
  static constexpr double failing_share = 0.8;

  /// One more upstream; returns its number, which may have been that of one that was removed.
  std::size_t add_upstream();
  /// Forgets an upstream: it has no voice any more.
  void remove_upstream(std::size_t upstream);

  /// An exchange with an upstream was answered. True if that ends an outage.
  bool succeeded(std::size_t upstream, Instant now);
  /// An exchange is overdue or failed: count each once. True if the link is down from now on.
  bool failed(std::size_t upstream, DomainTag domain, bool no_route, Instant now);

  bool down() const { return down_; }

 private:
  struct Upstream {
    FailureWindow ends{window};
    std::optional<Instant> no_route;  // the last time, if it was not reached since
    bool present = false;
  };

  bool no_way_out(Instant now) const;
  bool all_fail(Instant now, Duration span) const;
  std::size_t present() const;
  void forget();

  std::vector<Upstream> upstreams_;
  bool down_ = false;
};

}  // namespace tributary::resolver
