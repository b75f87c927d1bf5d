#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "dns/registered_domain.hpp"

namespace tributary::resolver {

/// Who wanted to know.
enum class Origin : std::uint8_t { client, probe };

/// Stands for the registered domain of a question: equal for equal domains.
using DomainTag = std::size_t;

inline DomainTag tag_of(const dns::Name& name) {
  return dns::registered_domain(name).hash();
}

/// Probes count as a domain of their own, whatever they ask: so an upstream that serves a single domain can
/// be found dead, too.
inline constexpr DomainTag probe_tag = 0;

/// An exchange as the health of its upstream follows it. A value.
struct SentExchange {
  Origin origin = Origin::client;
  DomainTag domain = probe_tag;
  Instant at{};          ///< When it was sent.
  bool overdue = false;  ///< Health has been told that its reply is.
};

}  // namespace tributary::resolver
