#pragma once

#include "resolver/dnssec/chain_of_trust.hpp"

namespace tributary::dnssec {

// Tell the trace of an effort, if it has one, what was found of the chain of trust. What is told of is handed
// back.

Delegation tell(const Effort& effort, const dns::Name& zone, Delegation found);
KeyStanding tell(const Effort& effort, const dns::Name& zone, KeyStanding found);
/// The DNSKEY set of `zone` was validated; `key_tag` made the signature.
void tell_signed_keys(const Effort& effort, const dns::Name& zone, std::uint16_t key_tag);
/// A set of the client's own answer, validated by a key of `zone`.
void tell_signed_set(const Effort& effort, const Rrset& set, const dns::Name& zone, std::uint16_t key_tag);

}  // namespace tributary::dnssec
