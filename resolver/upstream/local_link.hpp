#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/locked.hpp"
#include "resolver/upstream/outage_detector.hpp"

namespace tributary::resolver {

/// What all workers together know of our own way to the network. While it is down, no upstream is to blame:
/// their health does not count failures, one probe a second goes to one of them after the other, and what was
/// learnt is forgotten when the first reply comes. Thread-safe.
class LocalLink {
 public:
  static constexpr Duration probe_interval = std::chrono::seconds(1);

  /// An upstream that is reached over it; returns its number. `forgive` is called at the end of an outage, on
  /// the thread that notices it. Until `leave` has returned.
  std::size_t join(std::function<void(Instant)> forgive);
  /// The upstream is gone: its number is not used any more. Not from within `forgive`.
  void leave(std::size_t upstream);

  /// Whether it is down. Takes no lock.
  bool down() const { return down_.load(std::memory_order_relaxed); }
  /// How often it went down.
  std::uint64_t outages() const { return outages_.load(std::memory_order_relaxed); }

  /// An exchange with an upstream was answered.
  void succeeded(std::size_t upstream, Instant now);
  /// An exchange is overdue or failed: tell each once. True if that shows that the link is down.
  bool failed(std::size_t upstream, DomainTag domain, bool no_route, Instant now);

  /// When a probe of the link is due; nothing while it is up.
  std::optional<Instant> probe_due() const;
  void probe_sent(Instant now) { next_probe_.store(now + probe_interval, std::memory_order_relaxed); }

 private:
  using Member = Locked<std::function<void(Instant)>>;

  Locked<OutageDetector> detector_;
  Locked<std::map<std::size_t, std::shared_ptr<Member>>> members_;
  std::atomic<bool> down_{false};
  std::atomic<std::uint64_t> outages_{0};
  std::atomic<Instant> next_probe_{};
};

}  // namespace tributary::resolver
