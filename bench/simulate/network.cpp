#include "bench/simulate/network.hpp"

#include <algorithm>

namespace tributary::simulate {
namespace {

using namespace std::chrono_literals;
using Outcome = Fate::Outcome;

constexpr double path_spread = 0.12;
constexpr double own_miss_share = 0.03, own_miss_spread = 1.0;
constexpr Duration own_miss = 80ms;
constexpr double usual_loss = 0.001;
constexpr Duration first_resend = 400ms;
constexpr Duration dead_zone_servfail = 1900ms;
constexpr Duration flap = 5s;

}  // namespace

Fate Network::ask(std::size_t upstream, const dns::Name& name, Duration sent, Duration patience) {
  auto& load = load_[upstream];
  const auto second = static_cast<std::size_t>(sent / 1s);
  if (load.size() <= second) load.resize(second + 1);
  ++queries_;
  Fate fate = rejected(upstream, sent, ++load[second]);
  if (fate.outcome == Outcome::silence) fate = answered(upstream, names_.facts(name), sent);
  if (fate.outcome == Outcome::silence || fate.outcome == Outcome::unreachable) return fate;

  const Duration latency = fate.after;
  Duration arrival = Duration::max();
  Duration resend = first_resend;
  for (Duration copy{}; copy < std::min(patience, arrival); copy += std::exchange(resend, 2 * resend)) {
    if (arrival == Duration::max() && !lost(upstream, sent + copy) &&
        !down(upstream, sent + copy + latency)) {
      arrival = copy + latency;
    }
    fate.rtt = arrival - copy;
  }
  if (arrival == Duration::max()) return {};
  fate.after = arrival;
  return fate;
}

const Fault* Network::active(Fault::Kind kind, std::size_t upstream, Duration at) const {
  const auto found = std::ranges::find_if(
      faults_, [&](const Fault& fault) { return fault.kind == kind && fault.concerns(upstream, at); });
  return found == faults_.end() ? nullptr : &*found;
}

/// What is turned away without being looked at; silence if nothing is.
Fate Network::rejected(std::size_t upstream, Duration sent, std::uint32_t this_second) {
  if (active(Fault::Kind::unreachable, upstream, sent)) return {Outcome::unreachable, {}, {}};
  for (const auto& [kind, outcome] : {std::pair(Fault::Kind::rate_limited, Outcome::rate_limited),
                                      std::pair(Fault::Kind::refused, Outcome::refused)}) {
    const auto* limit = active(kind, upstream, sent);
    if (limit && this_second > limit->amount) {
      return {outcome, chance_.log_normal(medians[upstream], path_spread), {}};
    }
  }
  return {};
}

/// The reply, and how long it takes if nothing gets lost.
Fate Network::answered(std::size_t upstream, const NameFacts& facts, Duration sent) {
  const Duration path = chance_.log_normal(medians[upstream], path_spread);
  const auto* slow = active(Fault::Kind::slow, upstream, sent);
  const Duration late =
      slow ? std::chrono::duration_cast<Duration>(std::chrono::duration<double>(slow->amount)) : Duration();
  if (active(Fault::Kind::servfail, upstream, sent)) return {Outcome::servfail, path + late, {}};
  if (active(Fault::Kind::nxdomain, upstream, sent)) return {Outcome::nxdomain, path + late, {}};
  if (facts.in_weak_zone && active(Fault::Kind::dead_zone, upstream, sent)) {
    if (facts.weak_zone_silent) return {};
    return {Outcome::servfail, path + late + dead_zone_servfail, {}};
  }
  const Duration miss =
      chance_.happens(own_miss_share) ? chance_.log_normal(own_miss, own_miss_spread) : Duration();
  return {Outcome::right, path + late + std::max(miss, facts.recursion), {}};
}

/// Nothing gets through in either direction.
bool Network::down(std::size_t upstream, Duration at) const {
  if (active(Fault::Kind::black_hole, upstream, at) || active(Fault::Kind::unreachable, upstream, at))
    return true;
  const auto* flapping = active(Fault::Kind::flapping, upstream, at);
  return flapping && (at - flapping->from) / flap % 2 == 0;
}

bool Network::lost(std::size_t upstream, Duration at) {
  const auto* loss = active(Fault::Kind::loss, upstream, at);
  return down(upstream, at) || chance_.happens(loss ? loss->amount : usual_loss);
}

}  // namespace tributary::simulate
