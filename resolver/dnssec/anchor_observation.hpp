#pragma once

#include "resolver/dnssec/anchor_rollover.hpp"
#include "resolver/dnssec/signature_check.hpp"

namespace tributary::dnssec {

/// What the DNSKEY set of a trust point tells who follows its keys. Requires: the set is the zone's, and
/// dates count in `time`. Takes from the budget as one validation does, and for revoked anchors besides.
ObservedKeys observe_keys(const AnchorRollover& followed, const Rrset& dnskeys, const Algorithms& algorithms,
                          SignatureTime time, ValidationBudget& budget);

}  // namespace tributary::dnssec
