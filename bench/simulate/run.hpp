#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "bench/simulate/latencies.hpp"
#include "bench/simulate/models.hpp"
#include "bench/simulate/scenarios.hpp"

namespace tributary::simulate {

/// One simulation: the same in every respect gives the same figures.
struct Setting {
  const Scenario* scenario;
  const Model* model;
  double rate;     ///< Queries in a second, mean; their gaps are exponential.
  double queries;  ///< At least so many, mean.
  std::uint64_t seed;
};

/// A change of whether an upstream is ejected.
struct Ejection {
  std::size_t upstream;
  Duration at;  ///< Since the run began.
  bool ejected;
};

/// What was seen of one simulation.
struct Figures {
  enum Phase { before, during, after, phases };

  Window window;                                   ///< What `during` is.
  std::array<Latencies::Summary, phases> latency;  ///< Of right answers, by when they were asked for.
  std::vector<std::uint32_t> histogram;            ///< Of those in `during`: Latencies::histogram.
  std::uint64_t asked = 0;                ///< Without names of a dead zone, of which none can be told.
  std::uint64_t failed = 0, wrong = 0;    ///< Of these: no answer; NXDOMAIN for what exists or so.
  std::uint64_t all_asked = 0, sent = 0;  ///< By clients; to upstreams, probes included.
  std::uint64_t bad_during = 0;           ///< Failed or wrong, of those asked in `during`.
  std::vector<Ejection> ejections;
  std::size_t most_ejected = 0;         ///< Upstreams at one moment.
  std::optional<Duration> first_fresh;  ///< After the window: until the first right answer.
  std::vector<std::array<std::uint32_t, Network::medians.size()>> load;  ///< Queries sent, by the second.
};

Figures simulate(const Setting& setting);

}  // namespace tributary::simulate
