#pragma once

#include <vector>

#include "resolver/dnssec/denial_chain.hpp"
#include "resolver/dnssec/rrset.hpp"

namespace tributary::dnssec {

/// The NSEC records of one zone that are at hand (RFC 4034 §4). The sets must outlive it.
class NsecChain final : public DenialChain {
 public:
  /// Leaves out sets of other types, malformed ones, and those that lead out of `zone`.
  NsecChain(const dns::Name& zone, const std::vector<const Rrset*>& sets);

  std::optional<TypeBitmap> types_at(const dns::Name& name) const override;
  std::optional<Encloser> closest_encloser(const dns::Name& name) const override;
  Denied absent(const dns::Name& name) const override;

 private:
  struct Link {
    dns::Name owner, next;
    TypeBitmap types;
  };

  /// The link in whose gap `name` lies.
  const Link* covering(const dns::Name& name) const;

  dns::Name zone_;
  std::vector<Link> links_;
};

}  // namespace tributary::dnssec
