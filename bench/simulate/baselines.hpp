#pragma once

#include <memory>

#include "bench/simulate/baseline.hpp"

namespace tributary::simulate {

// What others do, simplified to the choice of the upstream. Each is told after public documentation and
// behaviour; none of their code is here.

/// Always the upstream whose path is the shortest, as nobody can know: what the others are measured by.
std::unique_ptr<Forwarder> make_oracle(const World& world);
/// All at once, the first good reply wins: dnsmasq --all-servers, AdGuard Home's "parallel".
std::unique_ptr<Forwarder> make_all_at_once(const World& world);
/// One by chance, in proportion to 1 / its mean round trip, in which a failure counts as long as it took:
/// AdGuard Home's "load_balance".
std::unique_ptr<Forwarder> make_weighted(const World& world);
/// The favourite; every 50 queries or 10 s, and when a query must be repeated, all are asked, and the first
/// to reply is the favourite from then on: dnsmasq without options.
std::unique_ptr<Forwarder> make_favourite(const World& world);
/// One by chance of those whose estimated time-out (RFC 6298; doubled by a failure, forgotten after 900 s) is
/// within 400 ms of the least: unbound. Its shorter waits for a reply are left out.
std::unique_ptr<Forwarder> make_band(const World& world);
/// The first in the list that is not ejected; two failures in a row eject, and a probe every 0.5 s brings
/// back: CoreDNS's forward with "policy sequential".
std::unique_ptr<Forwarder> make_ordered(const World& world);

}  // namespace tributary::simulate
