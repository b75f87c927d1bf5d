#pragma once

#include <cstdint>
#include <vector>

#include "bench/simulate/fault.hpp"
#include "bench/simulate/names.hpp"

namespace tributary::simulate {

/// What becomes of one exchange.
struct Fate {
  enum class Outcome { right, servfail, nxdomain, refused, rate_limited, unreachable, silence };

  Outcome outcome = Outcome::silence;
  Duration after{};  ///< Since it was asked.
  Duration rtt{};    ///< As the UDP transport measures it: since it last sent the question.
};

/// The upstreams and the way to them: decides what becomes of every exchange, by chance and by the faults.
///
/// A reply takes the time of the path (log-normal around the upstream's median); for 3 % of the exchanges,
/// that of a cache miss of this upstream alone; and for cold names that of a recursion, which all upstreams
/// pay. 0.1 % of the datagrams are lost. A question without reply is sent again after 400 ms, 800 ms more,
/// and so on, as the UDP transport does.
class Network {
 public:
  /// Of the paths, the fastest upstream first.
  static constexpr std::array<Duration, 4> medians{
      std::chrono::milliseconds(12), std::chrono::milliseconds(18), std::chrono::milliseconds(25),
      std::chrono::milliseconds(40)};

  /// `names` outlive the network.
  Network(const Names& names, std::vector<Fault> faults, std::uint64_t seed)
      : names_(names), faults_(std::move(faults)), chance_(seed) {}

  /// `sent` is counted from the start of the run. Requires: calls in the order of time.
  Fate ask(std::size_t upstream, const dns::Name& name, Duration sent, Duration patience);

  /// Queries that an upstream was sent, by the second of the run.
  const std::vector<std::uint32_t>& load(std::size_t upstream) const { return load_[upstream]; }
  std::uint64_t queries() const { return queries_; }

 private:
  const Fault* active(Fault::Kind kind, std::size_t upstream, Duration at) const;
  Fate rejected(std::size_t upstream, Duration sent, std::uint32_t this_second);
  Fate answered(std::size_t upstream, const NameFacts& facts, Duration sent);
  bool down(std::size_t upstream, Duration at) const;
  bool lost(std::size_t upstream, Duration at);

  const Names& names_;
  std::vector<Fault> faults_;
  Chance chance_;
  std::array<std::vector<std::uint32_t>, medians.size()> load_;
  std::uint64_t queries_ = 0;
};

}  // namespace tributary::simulate
