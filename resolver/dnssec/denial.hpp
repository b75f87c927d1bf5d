#pragma once

#include <cstdint>
#include <vector>

#include "resolver/dnssec/nsec3_chain.hpp"
#include "resolver/dnssec/nsec_chain.hpp"

namespace tributary::dnssec {

/// What the NSEC and NSEC3 records of one zone in one reply prove about names (RFC 4035 §5.4, RFC 5155 §8,
/// RFC 6840 §4). Of names outside of the zone they prove nothing.
///
/// Pure. The sets must have been validated with the zone's keys, outlive this object, and not be wildcard
/// expansions. Not thread-safe: hashes are remembered and taken from the budget.
class Denial {
 public:
  /// NSEC3 with more iterations than this makes its zone insecure (RFC 9276 §3.2).
  static constexpr std::uint16_t most_iterations = 50;

  /// Sets of other types, of more than one record, NSEC3 of unknown hashes or flags (RFC 5155 §8.1, §8.2),
  /// with parameters other than the first one's (§8.2), and owners outside of `zone` are left out.
  Denial(const dns::Name& zone, const std::vector<const Rrset*>& sets, ValidationBudget& budget,
         std::uint16_t iterations_limit = most_iterations);
  /// The same with what is hashed already: NSEC3 with other parameters than those of `hashes` are left out.
  Denial(const dns::Name& zone, const std::vector<const Rrset*>& sets, std::shared_ptr<Nsec3Hashes> hashes);

  /// No record at `name`, and no wildcard that would make one (RFC 5155 §8.4). Also by the single record of a
  /// compact denial, whose RCODE may be either (RFC 9824 §3.1, §5.1).
  Denied name_error(const dns::Name& name) const;
  /// `name` exists, or a wildcard stands for it, without `type` and without CNAME (§8.5, §8.7); an empty
  /// non-terminal has no types at all. For DS the parent's records count (§8.6).
  Denied no_data(const dns::Name& name, dns::Type type) const;
  /// No closer name than the wildcard with `labels` labels (of the RRSIG) exists: the answer that was made
  /// from it is right (RFC 4035 §5.3.4, RFC 5155 §8.8).
  Denied no_closer_match(const dns::Name& name, std::uint8_t labels) const;

  /// What it proves about DS at `name` (RFC 4035 §5.2, RFC 5155 §8.6, §8.9). Records of the child's side (SOA
  /// bit) prove nothing.
  enum class NoDs : std::uint8_t {
    unproven,
    not_a_cut,            ///< Exists (perhaps as an empty non-terminal) without NS: the zone goes on below.
    insecure_delegation,  ///< NS without DS; or opt-out covers it; or too many iterations.
    no_such_name,         ///< It is proven not to exist.
    too_dear,
  };
  NoDs no_ds(const dns::Name& name) const;

 private:
  /// What `prove` makes of the NSEC, or else of the NSEC3 records.
  template <typename Prove>
  Denied by_either(Prove&& prove) const;

  dns::Name zone_;
  NsecChain nsec_;
  Nsec3Chain nsec3_;
};

}  // namespace tributary::dnssec
