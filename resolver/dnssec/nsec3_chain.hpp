#pragma once

#include <memory>
#include <vector>

#include "resolver/dnssec/denial_chain.hpp"
#include "resolver/dnssec/nsec3_hash.hpp"
#include "resolver/dnssec/rrset.hpp"

namespace tributary::dnssec {

/// The NSEC3 records of one zone that are at hand (RFC 5155). The sets and the budget must outlive it.
class Nsec3Chain final : public DenialChain {
 public:
  /// Leaves out sets of other types, malformed ones, those of unknown hashes or flags, whose owner is not a
  /// hash right below `zone`, and with other parameters than the first (RFC 5155 §8.1, §8.2).
  Nsec3Chain(const dns::Name& zone, const std::vector<const Rrset*>& sets, ValidationBudget& budget,
             std::uint16_t iterations_limit);
  /// The same for records with the parameters of `hashes`, and with what is hashed already.
  Nsec3Chain(const dns::Name& zone, const std::vector<const Rrset*>& sets,
             std::shared_ptr<Nsec3Hashes> hashes, std::uint16_t iterations_limit);

  std::optional<TypeBitmap> types_at(const dns::Name& name) const override;
  std::optional<Encloser> closest_encloser(const dns::Name& name) const override;
  Denied absent(const dns::Name& name) const override;

  /// The zone asks for more iterations than the limit: it is insecure, and nothing is computed (RFC 9276
  /// §3.2).
  bool too_many_iterations() const { return too_many_iterations_; }
  /// The budget ended: what was not proven might have been.
  bool exhausted() const { return hashes_->exhausted(); }

 private:
  struct Link {
    Nsec3Hash owner, next;
    bool opt_out;
    TypeBitmap types;
  };

  const Link* matching(const dns::Name& name) const;
  /// The link in whose gap the hash of `name` lies.
  const Link* covering(const dns::Name& name) const;

  dns::Name zone_;
  std::vector<Link> links_;
  std::shared_ptr<Nsec3Hashes> hashes_;
  bool too_many_iterations_;
};

}  // namespace tributary::dnssec
