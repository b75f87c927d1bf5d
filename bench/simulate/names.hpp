#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "bench/simulate/chance.hpp"
#include "dns/record.hpp"

namespace tributary::simulate {

/// What is true of a name, whoever is asked: drawn from the name itself, so that all upstreams agree.
struct NameFacts {
  bool exists = true;
  Duration recursion{};           ///< Cold: what it costs every upstream to find it out. Else zero.
  bool in_weak_zone = false;      ///< It lies in the zone whose servers may die.
  bool weak_zone_silent = false;  ///< If they have: no reply at all, instead of SERVFAIL.
};

/// The names that clients ask for: hN.dM.example., each once, in 1,000 registered domains. 5 % of the
/// questions lie in d0.example, the zone whose servers may die; 5 % of the names do not exist; 2 % are cold.
class Names {
 public:
  explicit Names(std::uint64_t seed) : seed_(seed) {}

  /// A question that was not asked before.
  dns::Question next(Chance& traffic);
  NameFacts facts(const dns::Name& name) const;

 private:
  std::uint64_t seed_;
  std::uint64_t asked_ = 0;
};

}  // namespace tributary::simulate
