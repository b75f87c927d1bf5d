#include "resolver/dnssec/anchor_observation.hpp"

namespace tributary::dnssec {
namespace {

/// RFC 5011 §2.1: it is in the set with its REVOKE bit, and has signed the set.
bool revokes_itself(const Rdata& rdata, const Rrset& dnskeys, const Algorithms& algorithms,
                    SignatureTime time, ValidationBudget& budget) {
  const auto key = Dnskey::read(rdata);
  if (!key || (key->flags & Dnskey::revoked) == 0 || !algorithms.supports(key->algorithm)) return false;
  auto ready = PublicKey::read(*key);
  if (!ready) return false;
  ZoneKeys alone{dnskeys.owner, {}};
  alone.keys.push_back(std::move(*ready));
  return check_signatures(dnskeys, alone, time, budget, ProofFor::everybody).has_value();
}

}  // namespace

ObservedKeys observe_keys(const AnchorRollover& followed, const Rrset& dnskeys, const Algorithms& algorithms,
                          SignatureTime time, ValidationBudget& budget) {
  ObservedKeys out;
  out.keys = dnskeys.rdata;
  for (const Rdata& rdata : dnskeys.rdata)
    if (followed.is_anchor(rdata) && revokes_itself(rdata, dnskeys, algorithms, time, budget))
      out.revoked.push_back(rdata);
  const auto anchors = followed.anchors();
  std::vector<Ds> digests;
  for (const Rdata& rdata : anchors)
    if (const auto ds = Ds::read(rdata)) digests.push_back(*ds);
  if (!any_supported(digests, algorithms)) return out;
  const auto authenticated = authenticate_keys(dnskeys, digests, algorithms, time, budget);
  out.validated = authenticated.has_value();
  if (authenticated) out.most_ttl = authenticated->proof.most_ttl;
  return out;
}

}  // namespace tributary::dnssec
