#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/locked.hpp"
#include "base/time.hpp"
#include "dns/record.hpp"

namespace tributary::resolver {

/// Names for which two different replies to one query have come: somebody on the path forges. For an hour
/// they are asked where he cannot. Shared by all workers; thread-safe.
class InjectedNames {
 public:
  static constexpr std::chrono::hours remembered_for{1};
  /// More than these are not remembered; the oldest leave.
  static constexpr std::size_t capacity = 4096;

  /// True within an hour after the last `note` of `name`, whatever its case. Costs one load while no name
  /// is.
  bool suspicious(const dns::Name& name, Instant now) const;
  /// The name of `question` is suspicious from now on.
  void note(const dns::Question& question, Instant now);

  /// `told` is called with every question that is noted, so that answers which are kept may be dropped: from
  /// any thread, without a lock held. Set before workers start.
  void when_noted(std::function<void(const dns::Question&)> told) { told_ = std::move(told); }

 private:
  struct Table {
    std::unordered_map<std::string, Instant> until;  // by lower-case wire form
    std::deque<std::string> by_age;                  // of their first note
  };

  Locked<Table> table_;
  std::atomic<Instant> until_{Instant::min()};  // of the one that was noted last
  std::function<void(const dns::Question&)> told_;
};

}  // namespace tributary::resolver
