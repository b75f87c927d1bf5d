#pragma once

#include <optional>

#include "bench/simulate/network.hpp"
#include "bench/simulate/virtual_time.hpp"
#include "resolver/upstream/upstream.hpp"

namespace tributary::simulate {

/// What a forwarder is built on. All outlive it.
struct World {
  VirtualTime& time;
  Network& network;
  const Names& names;
  Chance& chance;       ///< For its own choices.
  bool uniform = true;  ///< Its upstreams may be taken to know the same names.
};

/// Something that answers queries from the upstreams of a network: the product, or a model of another.
class Forwarder {
 public:
  virtual ~Forwarder() = default;

  /// The RCODE that the client gets; nothing when no answer was to be had.
  virtual Task<std::optional<dns::Rcode>> ask(resolver::Query query, Deadline deadline) = 0;
  /// Whether it has stopped asking an upstream because that fails.
  virtual bool ejected(std::size_t) const { return false; }

 protected:
  Forwarder() = default;
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
};

}  // namespace tributary::simulate
